import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeWav, encodeWav } from '@voxtune/audio';
import { speakText } from '@voxtune/inference-client';
import { writeFileAtomic } from '@voxtune/pipeline';
import { readVoice } from '@voxtune/serving';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { askGateway } from '../voice/gateway.js';
import { openEngine, startSpeaker } from '../voice/engine.js';
import { openVoice, type Voice } from '../voice/folder.js';

const STAND_IN_SPOKE = 'the stand-in engine spoke: pieces of the recordings, not a trained voice';

type Spoken = { readonly bytes: Uint8Array; readonly elapsedSec: number; readonly warnings: readonly string[] };

export default defineCommand({
  name: 'say',
  summary: 'speak a text into a WAV file, through a running gateway or a worker started for it',
  positionals: [{ name: 'NAME', help: "a published voice's name or the path of its folder" }, { name: 'TEXT', help: 'what to say, [pause:500ms] within it if you like; - reads standard input' }],
  flags: {
    out: { type: 'string', short: 'o', value: 'WAV', help: 'the file to write (required); - is standard output' },
    language: { type: 'string', value: 'LANG', help: "of the text (default: the voice's)" },
    url: { type: 'string', value: 'URL', help: 'a gateway to ask (default: the one on serve.port, when it knows the voice)' },
    speed: { type: 'number', value: 'X', min: 0.25, max: 4, help: 'speaking rate; 1 is as trained' },
    'api-key-env': { type: 'string', value: 'NAME', help: "environment variable that holds the gateway's API key" },
  },
  example: 'voxtune say staff001 "Good morning, how may I help you?" -o hello.wav',
  async run({ args, flags, out, signal, cwd, env }) {
    if (flags.out === undefined) throw new CliError('CLI_USAGE', 'say: missing -o WAV');
    const piped = flags.out === '-';
    if (piped && out.json) throw new CliError('CLI_USAGE', 'say: -o - and --json both want standard output');
    const output = piped ? '-' : resolve(cwd, flags.out);
    const voice = await openVoice(args[0]!, cwd);
    if (!existsSync(voice.at('voice'))) throw new CliError('CLI_NO_VOICE', `${voice.name} is not published: there is no ${voice.at('voice')}`, { voice: voice.name });
    const text = args[1] === '-' ? await readFile('/dev/stdin', 'utf8') : args[1]!;
    if (text.trim() === '') throw new CliError('CLI_USAGE', 'say: the text is empty');
    const request = { text, ...(flags.language === undefined ? {} : { language: flags.language }), ...(flags.speed === undefined ? {} : { speed: flags.speed }) };
    const apiKey = flags['api-key-env'] === undefined ? undefined : env[flags['api-key-env']];
    const spoken = (flags.language === undefined || flags.url !== undefined ? await askGateway(voice, request, flags.url, apiKey, signal) : null) ?? (await speakAlone(voice, request, signal));
    if (piped) await new Promise<void>((done, failed) => { process.stdout.write(spoken.bytes, (error) => { if (error) failed(error); else done(); }); });
    else await writeFileAtomic(output, spoken.bytes);
    const { engine } = JSON.parse(await readFile(voice.at('voice'), 'utf8')) as { engine?: { kind?: string } }; // a gateway does not say who spoke
    const standIn = engine?.kind === 'stand-in';
    const warnings = standIn ? [...new Set([...spoken.warnings, STAND_IN_SPOKE])] : spoken.warnings;
    const audio = decodeWav(spoken.bytes);
    const durationSec = audio.channels[0]!.length / audio.sampleRateHz;
    const rtf = Math.round((spoken.elapsedSec / durationSec) * 1000) / 1000;
    if (out.json) out.data({ output, durationSec, rtf, warnings });
    else {
      if (!piped) out.print(output);
      out.note(`${durationSec.toFixed(2)} s of speech, RTF ${rtf}`);
      for (const warning of warnings) out.note(out.paint('yellow', warning));
    }
    return Exit.ok;
  },
});

async function speakAlone(voice: Voice, { text, language, speed }: { readonly text: string; readonly language?: string; readonly speed?: number }, signal: AbortSignal): Promise<Spoken> {
  const engine = await openEngine(voice);
  if (engine === null) throw new CliError('CLI_ENGINE_UNKNOWN', 'no engine is configured to speak with');
  const published = await readVoice(voice.root);
  const scratchDir = await mkdtemp(join(tmpdir(), 'voxtune-say-'));
  try {
    const speaker = await startSpeaker(voice, engine, { gpt: published.weights.gptPath, sovits: published.weights.sovitsPath }, { logDir: scratchDir, scratchDir, signal });
    try {
      const started = process.hrtime.bigint();
      // As the gateway says it: pauses in the text, and the words of the voice's lexicon
      const { samples, sampleRateHz, warnings } = await speakText(speaker.client, {
        text, textLanguage: language ?? published.language, promptAudioPath: published.prompt.path, promptText: published.prompt.text,
        promptLanguage: published.prompt.language, ...(speed === undefined ? {} : { speed }),
      }, { signal, lexicon: published.lexicon });
      const standIn = engine.checkout.kind === 'stand-in' ? [STAND_IN_SPOKE] : [];
      return { bytes: encodeWav({ sampleRateHz, channels: [samples] }), elapsedSec: Number(process.hrtime.bigint() - started) / 1e9, warnings: [...warnings, ...standIn] };
    } finally {
      await speaker.stop();
    }
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}
