#!/usr/bin/env node
// What the gateway adds to a call of its worker, what a cached answer takes, and how busy it keeps its workers.
//   node tools/bench/serving.mjs [--requests 400]        after `npm run build`
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readVoice, startGateway } from '@voxtune/serving';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '400' } } });
const REQUESTS = Number(values.requests);
const SPEAK_MS = 50; // of the throughput's workers
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const summary = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
};

const dir = await mkdtemp(join(tmpdir(), 'voxtune-bench-serving-'));
const file = async (path) => {
  await writeFile(join(dir, path), path);
  return { path, sha256: createHash('sha256').update(path).digest('hex') };
};
await writeFile(join(dir, 'voice.json'), JSON.stringify({
  v: 1, voice: 'mei', language: 'en', engine: { kind: 'stand-in' }, weights: { gpt: await file('gpt.ckpt'), sovits: await file('sovits.pth') },
  prompt: { ...(await file('prompt.wav')), text: 'I am mei', language: 'en' },
}));
const voice = await readVoice(dir);
const open = (speakMs, count, options = {}) => startGateway({
  voices: [voice], worker: { dialect: 'api-v2', count }, logDir: join(dir, 'logs'), ffmpeg: null, ...options,
  launchVoiceWorker: ({ port }) => ({ command: process.execPath, args: [here('./serving-engine.mjs'), String(port), String(speakMs)] }),
});
const request = {
  direct: { text: 'One sentence.', text_lang: 'en', ref_audio_path: voice.prompt.path, prompt_text: voice.prompt.text, prompt_lang: 'en', media_type: 'wav' },
  through: { voice: 'mei', input: 'One sentence.', response_format: 'wav' },
};
const caller = fork(here('./serving-caller.mjs'));
const ask = async (job, of) => {
  caller.send({ job, of: { ...of, request } });
  const [{ result, error }] = await once(caller, 'message');
  if (error !== undefined) throw new Error(error);
  return result;
};

try {
  console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, ${REQUESTS} requests a row, in turns; two seconds of speech each (128 kB); the caller is a process of its own`);
  const one = await open(0, 1);
  const usedBefore = process.cpuUsage();
  const rows = await ask('turns', { worker: one.workers[0].url, gateway: one.url, requests: REQUESTS });
  const used = process.cpuUsage(usedBefore);
  await one.close();
  const show = (name, a, b, must) => console.log(`${name}: worker p50 ${a.p50.toFixed(2)} ms, p99 ${a.p99.toFixed(2)}; gateway p50 ${b.p50.toFixed(2)}, p99 ${b.p99.toFixed(2)}; added ${(b.p50 - a.p50).toFixed(2)} and ${(b.p99 - a.p99).toFixed(2)} ms${must}`);
  show('whole answer', summary(rows.direct), summary(rows.through), ' (must: under 2 and 10)');
  show('first sound of a stream', summary(rows.directSound), summary(rows.throughSound), '');
  console.log(`(the worker's bare header, before any sound: p50 ${summary(rows.directFirst).p50.toFixed(2)} ms; the gateway answers with the first sound, so that a failure before it is an error answer)`);
  console.log(`CPU of the gateway's process: ${((used.user + used.system) / 1000 / (2 * (REQUESTS + 50))).toFixed(2)} ms a request`);

  const cached = await open(0, 1, { cache: { dir: join(dir, 'cache') } });
  const hit = summary(await ask('same', { gateway: cached.url, requests: REQUESTS }));
  await cached.close();
  console.log(`cached answer: p50 ${hit.p50.toFixed(2)} ms, p99 ${hit.p99.toFixed(2)} ms (must: under 3)`);

  const two = await open(SPEAK_MS, 2);
  const each = Math.ceil(REQUESTS / 20);
  const pairs = await ask('throughput', { workers: two.workers.map(({ url }) => url), gateway: two.url, each, rounds: 5, callers: 8 });
  await two.close();
  const [alone, served] = [0, 1].map((at) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length);
  console.log(`throughput of two workers: ${((2000 * each) / alone).toFixed(1)} a second by themselves, ${((2000 * each) / served).toFixed(1)} through the gateway: ${((100 * alone) / served).toFixed(1)} % over five rounds in turns (${pairs.map(([a, b]) => ((100 * a) / b).toFixed(0)).join(', ')}; must: 95)`);
} finally {
  caller.disconnect();
  await rm(dir, { recursive: true, force: true });
}
