#!/usr/bin/env node
// What the gateway adds to a call of its worker, what a cached answer takes, and how busy it keeps its workers.
//   node tools/bench/serving.mjs [--requests 400]        after `npm run build`
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readVoice, startGateway } from '@voxtune/serving';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '400' } } });
const REQUESTS = Number(values.requests);
const SPEAK_MS = 50; // of the throughput's workers
const ENGINE = fileURLToPath(new URL('./serving-engine.mjs', import.meta.url));

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
  launchVoiceWorker: ({ port }) => ({ command: process.execPath, args: [ENGINE, String(port), String(speakMs)] }),
});
const post = async (url, body) => {
  const startedMs = performance.now();
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  const reader = response.body.getReader();
  let firstMs = null;
  for (let next = await reader.read(); !next.done; next = await reader.read()) firstMs ??= performance.now() - startedMs;
  return { ms: performance.now() - startedMs, firstMs };
};
const direct = (worker, streamed) => post(`${worker.url}/tts`, { text: 'One sentence.', text_lang: 'en', ref_audio_path: voice.prompt.path, prompt_text: voice.prompt.text, prompt_lang: 'en', media_type: 'wav', ...(streamed ? { streaming_mode: 1 } : {}) });
const through = (gateway, n, streamed) => post(`${gateway.url}/v1/audio/speech`, { voice: 'mei', input: n === null ? 'One sentence.' : `One sentence number ${n}.`, response_format: 'wav', ...(streamed ? { stream_format: 'audio' } : {}) });

try {
  console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, ${REQUESTS} requests a row, in turns`);
  const one = await open(0, 1);
  const [worker] = one.workers;
  const rows = { direct: [], through: [], directFirst: [], throughFirst: [] };
  for (let n = -30; n < REQUESTS; n += 1) { // the first thirty warm up
    const [a, b, c, d] = [await direct(worker), await through(one, null), await direct(worker, true), await through(one, null, true)];
    if (n < 0) continue;
    rows.direct.push(a.ms);
    rows.through.push(b.ms);
    rows.directFirst.push(c.firstMs);
    rows.throughFirst.push(d.firstMs);
  }
  await one.close();
  const [own, gate, ownFirst, gateFirst] = [rows.direct, rows.through, rows.directFirst, rows.throughFirst].map(summary);
  const show = (name, a, b, must) => console.log(`${name}: worker p50 ${a.p50.toFixed(2)} ms, p99 ${a.p99.toFixed(2)}; gateway p50 ${b.p50.toFixed(2)}, p99 ${b.p99.toFixed(2)}; added ${(b.p50 - a.p50).toFixed(2)} and ${(b.p99 - a.p99).toFixed(2)} ms${must}`);
  show('whole answer', own, gate, ' (must: under 2 and 10)');
  show('first byte of a stream', ownFirst, gateFirst, '');

  const cached = await open(0, 1, { cache: { dir: join(dir, 'cache') } });
  await through(cached, 1);
  const hits = [];
  for (let n = 0; n < REQUESTS; n += 1) hits.push((await through(cached, 1)).ms);
  await cached.close();
  const hit = summary(hits);
  console.log(`cached answer: p50 ${hit.p50.toFixed(2)} ms, p99 ${hit.p99.toFixed(2)} ms (must: under 3)`);

  const two = await open(SPEAK_MS, 2);
  const each = Math.ceil(REQUESTS / 4);
  const timed = async (work) => {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
  };
  const alone = await timed(() => Promise.all(two.workers.map(async (engine) => { for (let n = 0; n < each; n += 1) await direct(engine); })));
  const served = await timed(() => Promise.all(Array.from({ length: 8 }, async (_, caller) => { for (let n = caller; n < 2 * each; n += 8) await through(two, n); })));
  await two.close();
  console.log(`throughput of two workers: ${((2000 * each) / alone).toFixed(1)} a second by themselves, ${((2000 * each) / served).toFixed(1)} through the gateway: ${((100 * alone) / served).toFixed(1)} % (must: 95)`);
} finally {
  await rm(dir, { recursive: true, force: true });
}
