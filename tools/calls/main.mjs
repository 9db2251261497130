#!/usr/bin/env node
// Scores who-speaks-when on calls made from real speech:
//   node tools/calls/make-pool.mjs --pool DIR     once: brings the speech (LJSpeech, the shared calls' customers, Debian's telephone prompts)
//   node tools/calls/main.mjs --pool DIR [--set tuning | development | held-out | fresh] [--silent] [--shared ../shared]
// It builds the libraries, then prints a line a call and the sums; 4 to 6 s of CPU a call of 95 s, most of it the speaker encoder (30, 45, 45 and 30 calls). Needs ffmpeg for the codecs.
// The pool holds a folder of WAV files (16 kHz mono) for each speaker that SETS names; files named short-* are backchannels; `music` is hold music. Another pool gives other figures.
// `--silent` takes the agent out of the call: how like the enrolment is the voice then kept? Bars: 99 % of what is kept the agent's alone, 90 % of what the agent says alone kept.
// `--segmentation FILE --embedding FILE [--speakers N]` has who speaks when told by sherpa-onnx with these models; the enrolment chooses the voice all the same.
import '../shared/node-version.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NX, run } from '../shared/processes.mjs';
import { CONDITIONS, SETS } from './conditions.mjs';
import { makeCall, RATE_HZ, trimmed } from './make-call.mjs';
import { scoreCall } from './score.mjs';

const { values: { pool, set, shared, silent, segmentation, embedding, speakers: parties } } = parseArgs({ options: { pool: { type: 'string' }, segmentation: { type: 'string' }, embedding: { type: 'string' }, speakers: { type: 'string' }, set: { type: 'string', default: 'held-out' }, shared: { type: 'string', default: '../shared' }, silent: { type: 'boolean', default: false } } });
if (pool === undefined || SETS[set] === undefined) throw new Error(`usage: --pool DIR [--set ${Object.keys(SETS).join(' | ')}] [--silent] [--shared DIR] [--segmentation FILE --embedding FILE [--speakers N]]`);
const lacking = [...new Set([...SETS[set].agents, ...SETS[set].others, 'music'])].filter((name) => !existsSync(join(pool, name)));
if (lacking.length > 0) throw new Error(`${pool} has no folder ${lacking.join(', ')}: make it with tools/calls/make-pool.mjs --pool ${pool}`);
const model = join(shared, 'models/speaker-ge2e/ge2e.onnx');
const built = await run([...NX, 'run-many', '-t', 'build', '-p', '@voxtune/audio', '@voxtune/text', '@voxtune/eval', '@voxtune/dataset'], { env: { NX_TUI: 'false' } });
if (built.code !== 0) { process.stderr.write(built.output); process.exit(built.code); }
const [{ decodeWav }, { createSpeakerEncoder }, { attributeSpeakers, sherpaDiarizer }] = await Promise.all([import('@voxtune/audio'), import('@voxtune/eval'), import('@voxtune/dataset')]);

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
const diarizer = segmentation === undefined ? null : await sherpaDiarizer({ segmentation, embedding, speakers: parties === undefined ? null : Number(parties) });
const scores = [], began = process.cpuUsage();
for (let n = 0; n < rounds * Object.keys(CONDITIONS).length; n += 1) {
  const [name, how] = Object.entries(CONDITIONS)[n % Object.keys(CONDITIONS).length];
  const round = Math.floor(n / Object.keys(CONDITIONS).length), agent = speaker(agents[n % agents.length]);
  const enrolled = agent.parts[agent.name === 'lj' ? 29 : 3];
  const customers = others.filter((other) => other !== agent.name);
  const cast = { agent: { ...agent, parts: agent.parts.filter((part) => part !== enrolled) }, others: Array.from({ length: how.parties - 1 }, (_, i) => speaker(customers[(n + i + round) % customers.length])), music: speaker('music').parts[n % speaker('music').parts.length] };
  const call = makeCall(silent ? { ...cast, agent: speaker(customers[(n + round + 2) % customers.length]) } : cast, how, seed + n), samples = coded(call.samples, how.codec);
  const turns = await diarizer?.diarize(samples, RATE_HZ);
  const { kept, speakers, similarity, nextSimilarity } = await attributeSpeakers({ samples, turns, sampleRateHz, windowLength, embed: (windows) => encoder.embedWindows(windows), enrolment: await encoder.embed(enrolled, RATE_HZ) });
  const score = { ...scoreCall(kept, silent ? [] : call.turns, samples.length / sampleRateHz), similarity, next: nextSimilarity };
  scores.push(score);
  const who = `${String(n).padStart(2)}  ${name.padEnd(20)} ${agent.name}${silent ? ' silent' : ''} with ${cast.others.map((other) => other.name).join(', ').padEnd(18)} ${String(speakers).padStart(2)} parties, similarity ${similarity?.toFixed(2)}, next ${nextSimilarity?.toFixed(2) ?? 'none'}`;
  console.log(silent ? who : `${who}  pure ${(100 * score.pure).toFixed(1)} %  found ${(100 * score.found).toFixed(1)} %`);
}
await diarizer?.close();
await encoder.dispose();
const { user, system } = process.cpuUsage(began);
const count = (test) => `${scores.filter(test).length} of ${scores.length}`;
const mean = (key) => (100 * scores.reduce((sum, score) => sum + score[key], 0) / scores.length).toFixed(1);
const likeness = scores.map(({ similarity }) => similarity).filter((value) => value !== null).sort((a, b) => a - b);
if (silent) console.log(`${set}: similarity of the voice kept ${[0, 0.5, 1].map((share) => likeness[Math.round(share * (likeness.length - 1))].toFixed(2)).join(', ')} (least, median, most)`);
else console.log(`${set}: mean pure ${mean('pure')} %, found ${mean('found')} %; pure ≥ 99 % on ${count(({ pure }) => pure >= 0.99)}, found ≥ 90 % on ${count(({ found }) => found >= 0.9)}, both on ${count(({ pure, found }) => pure >= 0.99 && found >= 0.9)}; ${((user + system) / 1e6).toFixed(0)} s of CPU`);
