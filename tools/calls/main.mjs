#!/usr/bin/env node
// Scores who-speaks-when on calls made from real speech:  node tools/calls/main.mjs --pool DIR [--set held-out] [--model ../shared/models/speaker-ge2e/ge2e.onnx]
// The pool holds a folder of WAV files (16 kHz mono) for each speaker that SETS names; files named short-* are backchannels; `music` is hold music.
// Where the speech came from for the figures in docs/performance.md: LJSpeech (lj), the customers of ../shared/data/calls (ls*), Debian's asterisk-core-sounds-{en,fr,it,ru}-wav,
// asterisk-prompt-{es-co,fr-armelle,it-menardi-wav} (8 kHz prompts), pocketsphinx-testdata (librivox), asterisk-moh-opsound-wav (music). No sound is kept here.
import '../shared/node-version.mjs';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NX, run } from '../shared/processes.mjs';
import { CONDITIONS, SETS } from './conditions.mjs';
import { makeCall, RATE_HZ, trimmed } from './make-call.mjs';
import { scoreCall } from './score.mjs';

const { values: { pool, set, model } } = parseArgs({ options: { pool: { type: 'string' }, set: { type: 'string', default: 'held-out' }, model: { type: 'string', default: '../shared/models/speaker-ge2e/ge2e.onnx' } } });
if (pool === undefined || SETS[set] === undefined) throw new Error(`usage: --pool DIR [--set ${Object.keys(SETS).join(' | ')}] [--model FILE]`);
const built = await run([...NX, 'run-many', '-t', 'build', '-p', '@voxtune/audio', '@voxtune/text', '@voxtune/eval', '@voxtune/dataset'], { env: { NX_TUI: 'false' } });
if (built.code !== 0) { process.stderr.write(built.output); process.exit(built.code); }
const [{ decodeWav }, { createSpeakerEncoder }, { attributeSpeakers }] = await Promise.all([import('@voxtune/audio'), import('@voxtune/eval'), import('@voxtune/dataset')]);

const loaded = new Map();
const speaker = (name) => {
  if (!loaded.has(name)) {
    const read = (wanted) => readdirSync(join(pool, name)).sort().filter((file) => file.startsWith('short') === wanted).map((file) => trimmed(decodeWav(readFileSync(join(pool, name, file))).channels[0]));
    loaded.set(name, { name, parts: read(false).filter(({ length }) => length > RATE_HZ), short: read(true).filter(({ length }) => length > RATE_HZ / 4 && length < RATE_HZ) });
  }
  return loaded.get(name);
};
/** Through a codec and back, by ffmpeg. */
const coded = (samples, codec) => {
  if (codec === null) return samples;
  const ffmpeg = (args, input) => execFileSync('ffmpeg', ['-v', 'error', ...args], { input, maxBuffer: 2 ** 30 });
  const raw = ['-f', 'f32le', '-ar', String(RATE_HZ), '-ac', '1'];
  const form = codec === 'mp3' ? ['-c:a', 'libmp3lame', '-b:a', '32k', '-f', 'mp3', '-'] : ['-ar', '8000', '-c:a', 'pcm_mulaw', '-f', 'wav', '-'];
  const out = ffmpeg(['-i', '-', ...raw, '-'], ffmpeg([...raw, '-i', '-', ...form], new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)));
  return new Float32Array(out.buffer.slice(out.byteOffset, out.byteOffset + out.length - (out.length % 4)));
};

const { seed, agents, others, rounds } = SETS[set];
const encoder = await createSpeakerEncoder({ model });
const { samples: windowLength, sampleRateHz } = encoder.window;
const scores = [];
for (let n = 0; n < rounds * Object.keys(CONDITIONS).length; n += 1) {
  const [name, how] = Object.entries(CONDITIONS)[n % Object.keys(CONDITIONS).length];
  const round = Math.floor(n / Object.keys(CONDITIONS).length), agent = speaker(agents[n % agents.length]);
  const enrolled = agent.parts[agent.name === 'lj' ? 29 : 3];
  const cast = { agent: { ...agent, parts: agent.parts.filter((part) => part !== enrolled) }, others: Array.from({ length: how.parties - 1 }, (_, i) => speaker(others[(n + i + round) % others.length])), music: speaker('music').parts[n % speaker('music').parts.length] };
  const call = makeCall(cast, how, seed + n), samples = coded(call.samples, how.codec);
  const { kept, speakers } = await attributeSpeakers({ samples, sampleRateHz, windowLength, embed: (windows) => encoder.embedWindows(windows), enrolment: await encoder.embed(enrolled, RATE_HZ) });
  const score = scoreCall(kept, call.turns, samples.length / sampleRateHz);
  scores.push(score);
  console.log(`${String(n).padStart(2)}  ${name.padEnd(20)} ${agent.name} with ${cast.others.map((other) => other.name).join(', ').padEnd(18)} ${speakers} speakers  pure ${(100 * score.pure).toFixed(1)} %  found ${(100 * score.found).toFixed(1)} %`);
}
await encoder.dispose();
const mean = (key) => (100 * scores.reduce((sum, score) => sum + score[key], 0) / scores.length).toFixed(1);
console.log(`${set}: mean pure ${mean('pure')} %, found ${mean('found')} %; pure ≥ 99 % on ${scores.filter(({ pure }) => pure >= 0.99).length}, found ≥ 90 % on ${scores.filter(({ found }) => found >= 0.9).length}, both on ${scores.filter(({ pure, found }) => pure >= 0.99 && found >= 0.9).length} of ${scores.length}`);
