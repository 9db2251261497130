import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVoice, startGateway } from '@voxtune/serving';

// A published voice: a folder with voice.json, weights and prompt audio. These are placeholders; `publish` writes real ones.
const dir = await mkdtemp(join(tmpdir(), 'voice-'));
const file = async (path: string) => {
  await writeFile(join(dir, path), path);
  return { path, sha256: createHash('sha256').update(path).digest('hex') };
};
await writeFile(join(dir, 'voice.json'), JSON.stringify({
  v: 1, voice: 'mei', language: 'en', engine: { kind: 'stand-in' },
  weights: { gpt: await file('gpt.ckpt'), sovits: await file('sovits.pth') },
  prompt: { ...(await file('prompt.wav')), text: 'How may I help you?', language: 'en' },
}));

// In the place of `python api_v2.py`: a server with the same routes that answers each text with one second of a tone.
const engine = `
  const wav = Buffer.alloc(44 + 64000);
  wav.write('RIFF'); wav.writeUInt32LE(wav.length - 8, 4); wav.write('WAVEfmt ', 8); wav.writeUInt32LE(16, 16); wav.writeUInt16LE(1, 20); wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(32000, 24); wav.writeUInt32LE(64000, 28); wav.writeUInt16LE(2, 32); wav.writeUInt16LE(16, 34); wav.write('data', 36); wav.writeUInt32LE(64000, 40);
  for (let n = 0; n < 32000; n += 1) wav.writeInt16LE(Math.round(8000 * Math.sin(n / 20)), 44 + 2 * n);
  require('node:http').createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', request.url === '/tts' ? 'audio/wav' : 'application/json');
    response.end(request.url === '/tts' ? wav : '{"message":"success"}');
  }).listen(Number(process.argv[1]), '127.0.0.1');`;

const gateway = await startGateway({
  voices: [await readVoice(dir)],
  worker: { dialect: 'api-v2', count: 1 },
  launchVoiceWorker: ({ port }) => ({ command: process.execPath, args: ['-e', engine, String(port)] }),
  logDir: join(dir, 'logs'),
});
try {
  const response = await fetch(`${gateway.url}/v1/audio/speech`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-sovits', voice: 'mei', input: 'Good morning!', response_format: 'wav' }),
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'audio/wav');
  assert.equal((await response.arrayBuffer()).byteLength, 64044);

  const unknown = await fetch(`${gateway.url}/v1/audio/speech`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ voice: 'nobody', input: 'Hello' }),
  });
  assert.equal(unknown.status, 404);
} finally {
  await gateway.close(); // no engine process is left behind
  await rm(dir, { recursive: true });
}
