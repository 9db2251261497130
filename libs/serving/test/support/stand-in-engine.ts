// An engine server process for tests: `node engine.mjs PORT DIALECT '{"faults": […], …}'`. What it says tells who said it.
import { startStandInServer, type FaultRule } from '@voxtune/inference-client/testing';
import { writeSaying } from './saying.js';

type Settings = { readonly faults?: readonly FaultRule[]; readonly weights?: { readonly gptPath: string; readonly sovitsPath: string }; readonly speakMs?: number; readonly exitAtOnce?: number; readonly deafTo?: 'SIGTERM'; readonly startMs?: number; readonly dieBy?: 'closing' };

const [port = '0', dialect = 'api-v2', text = '{}'] = process.argv.slice(2);
const settings = JSON.parse(text) as Settings;

console.log(`stand-in engine on ${port}`);
if (settings.exitAtOnce !== undefined) {
  console.error('Traceback (most recent call last):\nRuntimeError: the planted end');
  process.exit(settings.exitAtOnce);
}
if (settings.deafTo !== undefined) process.on(settings.deafTo, () => console.error('deaf'));
await new Promise((done) => setTimeout(done, settings.startMs ?? 0));

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
if (settings.dieBy === 'closing') setInterval(() => undefined, 1000);
let speaking = 0;
try {
  await startStandInServer({
    port: Number(port), dialect: dialect as 'api-v2', promptFiles: 'trust',
    ...(settings.faults === undefined ? {} : { faults: settings.faults }), ...(settings.weights === undefined ? {} : { weights: settings.weights }),
    async speak(request, voice) {
      speaking += 1;
      const crowded = speaking > 1; // two requests in one engine at a time: what a lease must prevent
      await sleep(settings.speakMs ?? 5);
      speaking -= 1;
      return { samples: writeSaying({ text: request.text, gpt: voice.gptPath ?? '', sovits: voice.sovitsPath ?? '', prompt: voice.promptAudioPath, promptText: voice.promptText, language: request.textLanguage, speed: request.speed, crowded, pid: process.pid }), sampleRateHz: 32_000 };
    },
    onAccess: (line) => console.log(line),
    // By closing: the server is gone, the process stays, as when a thread of the engine dies
    ...(settings.dieBy === 'closing' ? {} : { onDie: () => {
      console.error('torch.cuda.OutOfMemoryError: CUDA out of memory, planted');
      process.exit(1);
    } }),
    onControl: () => process.exit(0),
  });
} catch (error) {
  console.error(`ERROR:    [Errno 98] ${String(error)}`);
  process.exit(3);
}
