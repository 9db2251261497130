#!/usr/bin/env node
// How quick the review page is, in Chromium on loopback:  npm run bench:pages [-- --clips 5000 --steps 60]
import '../shared/node-version.mjs';
import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { NX, ROOT, run } from '../shared/processes.mjs';

const { values } = parseArgs({ options: { clips: { type: 'string', default: '5000' }, steps: { type: 'string', default: '60' }, 'no-build': { type: 'boolean', default: false } } });
const [clips, steps] = [Number(values.clips), Number(values.steps)];
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) { console.log('review page: not measured, no Chromium is installed'); process.exit(0); }
if (!values['no-build']) {
  const built = await run([...NX, 'run', 'voxtune:build'], { env: { NX_TUI: 'false' } });
  if (built.code !== 0) { process.stderr.write(built.output); process.exit(built.code); }
}

const RATE = 32_000, LENGTH_SEC = 5, SOUNDS = 20;
const root = mkdtempSync(join(tmpdir(), 'voxtune-bench-'));
let child, browser;
try {
  makeVoice();
  child = spawn(process.execPath, [join(ROOT, 'apps/cli/dist/main.js'), 'review', root, '--port', '0', '--as', 'bench', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => { child.stdout.once('data', (data) => resolve(JSON.parse(String(data)).url)); child.once('exit', reject); });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
  const first = [];
  let page;
  for (let i = 0; i < 5; i += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    await page.goto(url);
    await page.locator('body[data-shown]').waitFor();
    first.push(await page.locator('body').evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN, queue: performance.getEntriesByName('queue-shown')[0]?.startTime ?? NaN, clip: performance.getEntriesByName('clip-shown')[0]?.startTime + performance.getEntriesByName('clip-shown')[0]?.duration,
    })));
    if (i < 4) await context.close();
  }
  const shown = () => page.locator('body').evaluate((body) => body.dataset.shown);
  for (let step = 0; step < steps; step += 1) {
    const before = await shown();
    await page.keyboard.press(step % 3 === 2 ? 'j' : 'Enter'); // accept and next, mostly
    for (let tries = 0; tries < 500 && (await shown()) === before; tries += 1) await new Promise((resolve) => { setTimeout(resolve, 5); });
    await new Promise((resolve) => { setTimeout(resolve, 120); }); // nobody decides quicker
  }
  const next = await page.locator('body').evaluate(() => performance.getEntriesByName('clip-shown').slice(1).map(({ duration }) => duration));
  const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))];
  const ms = (value) => `${value.toFixed(0)} ms`;
  console.log(`${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0]?.model.trim()}; Node ${process.versions.node}; ${await browser.version()}; load ${loadavg().map((l) => l.toFixed(1)).join(' ')}; ${clips} clips of ${LENGTH_SEC} s`);
  console.log('| what | median | worst | must |\n|---|---|---|---|');
  for (const [what, list, must] of [['first paint', first.map((f) => f.paint), '1000 ms'], ['queue on the screen', first.map((f) => f.queue), ''], ['first clip drawn', first.map((f) => f.clip), '']]) console.log(`| review page: ${what} | ${ms(at(list, 0.5))} | ${ms(Math.max(...list))} | ${must} |`);
  console.log(`| review page: key press to the next clip drawn, ${next.length} times | ${ms(at(next, 0.5))} (p95 ${ms(at(next, 0.95))}) | ${ms(Math.max(...next))} | 100 ms |`);
} finally {
  await browser?.close();
  child?.kill('SIGTERM');
  rmSync(root, { recursive: true, force: true });
}

/** A voice of so many clips whose sounds are links to a few files. */
function makeVoice() {
  const folder = join(root, 'work/clips');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'recordings'));
  writeFileSync(join(root, 'voxtune.yaml'), 'version: 1\nvoice: bench\nlanguage: en\n');
  const sounds = Array.from({ length: SOUNDS }, (_, s) => {
    const samples = Int16Array.from({ length: RATE * LENGTH_SEC }, (_v, n) => 12_000 * Math.sin((2 * Math.PI * (150 + 10 * s) * n) / RATE) * Math.abs(Math.sin(n / (4000 + 300 * s))));
    const header = Buffer.alloc(44);
    header.write('RIFF', 0); header.writeUInt32LE(36 + samples.byteLength, 4); header.write('WAVEfmt ', 8); header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22);
    header.writeUInt32LE(RATE, 24); header.writeUInt32LE(2 * RATE, 28); header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34); header.write('data', 36); header.writeUInt32LE(samples.byteLength, 40);
    const path = join(root, `sound-${s}.wav`);
    writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
    return path;
  });
  const rows = Array.from({ length: clips }, (_, i) => {
    const start = (i % 40) * (LENGTH_SEC + 1) * RATE, end = start + LENGTH_SEC * RATE, recordingId = `rec${Math.floor(i / 40)}`;
    const id = `${recordingId}-${String(start).padStart(10, '0')}-${String(end).padStart(10, '0')}`;
    linkSync(sounds[i % SOUNDS], join(folder, `${id}.wav`));
    return { v: 1, id, path: `clips/${id}.wav`, recordingId, recordingPath: `${recordingId}.wav`, startSec: start / RATE, endSec: end / RATE, cut: 'slicer', measurements: { snrDb: 10 + (i % 40) }, similarity: 0.5 + (i % 50) / 100, findings: [], kept: true, reason: null };
  });
  const lines = (list) => list.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(root, 'work/clips.jsonl'), lines(rows));
  writeFileSync(join(root, 'work/transcripts.jsonl'), lines(rows.filter((_, i) => i % 25 !== 0).map(({ id }, i) => ({ v: 1, clip: id, text: `this is the sentence with the number ${i}, as somebody said it on the telephone`, language: 'en', source: 'asr', from: 'bench', confidence: (i % 100) / 100, findings: [] }))));
}
