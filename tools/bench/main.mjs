#!/usr/bin/env node
// Ratios against named peers, run side by side:  npm run bench [-- --only resample-high,slice] [--minutes 10]
// Peers are installed into a cache folder (VOXTUNE_BENCH_CACHE, else ~/.cache/voxtune-bench). GPT_SOVITS_DIR names a checkout for the slicer.
import '../shared/node-version.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NX, ROOT, run } from '../shared/processes.mjs';
import { formatRow, measure, TABLE_HEAD } from './compare.mjs';
import { installNpmPeers, installPythonPeers, NPM_PEERS, PYTHON_PEERS, startPython } from './peers.mjs';
import { memoryRows, prepareRows } from './prepare-rows.mjs';
import { decodeRows, dnsmosRows, fbankRows, loudnessRows, plainRows, reportRows, resampleRows, sliceRows, speakerRows, textRows } from './rows.mjs';
import { makeTextPairs, speechClips, speechOf } from './signals.mjs';

const { values: { only, minutes } } = parseArgs({ options: { only: { type: 'string' }, minutes: { type: 'string', default: '10' } } });
const seconds = 60 * Number(minutes);
if (!(seconds > 0) && only !== 'dataset') throw new Error(`--minutes must be positive, got ${minutes}`);
const say = (line) => process.stderr.write(`${line}\n`);
if (only === 'dataset') {
  const { code, output } = await run([...NX, 'run-many', '-t', 'build', '-p', 'voxtune'], { env: { NX_TUI: 'false' } });
  if (code !== 0) say(output);
  else await (await import('./dataset.mjs')).benchDataset({ minutes: Number(minutes), audio: await import('@voxtune/audio'), say });
  process.exit(code);
}
const attempt = async (work) => { try { return [await work(), undefined]; } catch (error) { return [null, String(error?.message ?? error).trim().split('\n').at(-1)]; } };

const built = await run([...NX, 'run-many', '-t', 'build', '-p', '@voxtune/audio', '@voxtune/text', '@voxtune/eval'], { env: { NX_TUI: 'false' } });
if (built.code !== 0) { say(built.output); process.exit(built.code); }
const [audio, text, evaluation] = await Promise.all([import('@voxtune/audio'), import('@voxtune/text'), import('@voxtune/eval')]);

const work = mkdtempSync(join(tmpdir(), 'voxtune-bench-')), closing = [];
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.once(signal, () => { rmSync(work, { recursive: true, force: true }); process.exit(code); });
try {
  const [interpreter, pythonReason] = await attempt(() => installPythonPeers(say));
  const [npmFolder, npmReason] = await attempt(() => installNpmPeers(say));
  const python = interpreter === null ? { ask: async () => { throw new Error(`no Python peers: ${pythonReason}`); }, close() {} } : startPython(interpreter);
  closing.push(() => python.close());
  const [ffmpegVersion] = await attempt(() => execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split(' ')[2]);

  say('making the input');
  const shared = join(ROOT, '../shared'), clips = speechClips(shared);
  const speech = speechOf(seconds, clips, audio.decodeWav), byRate = new Map([[22050, speech]]);
  const samplesAt = (rate) => { if (!byRate.has(rate)) byRate.set(rate, audio.resample(speech, 22050, rate)); return byRate.get(rate); };
  const raw = (name, samples) => { const path = join(work, name); if (!existsSync(path)) writeFileSync(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)); return path; };
  const rawAt = (rate) => raw(`${rate}.f32`, samplesAt(rate));
  const files = ffmpegVersion === null ? {} : encodeFiles(samplesAt(44100));
  const pairs = makeTextPairs(10_000), pairsPath = join(work, 'pairs.json');
  writeFileSync(pairsPath, JSON.stringify(pairs));
  const texts = { pairs, pairsPath };
  const context = {
    audio, text, evaluation, ...evaluation, speech, speechPath: rawAt(22050), python, samplesAt, rawAt, files, closing, work, ...texts, speechFor: (sec) => speechOf(sec, clips, audio.decodeWav),
    ffmpeg: ffmpegVersion === null ? null : 'ffmpeg', checkout: process.env.GPT_SOVITS_DIR, npmPeers: { folder: npmFolder, reason: npmReason },
    models: existsSync(join(shared, 'models')) ? join(shared, 'models') : undefined, clips: judgedClips(), perHour: { unit: 's/h', scale: 3600 / seconds },
  };
  const rows = [resampleRows, plainRows, decodeRows, sliceRows, prepareRows, fbankRows, loudnessRows, dnsmosRows, speakerRows, textRows, reportRows, memoryRows].flatMap((make) => make(context));
  const wanted = only?.split(',');

  console.log(`${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB; Node ${process.versions.node}; ffmpeg ${ffmpegVersion ?? 'missing'}; `
    + Object.entries({ ...PYTHON_PEERS, ...NPM_PEERS }).map(([name, version]) => `${name} ${version}`).join(', '));
  console.log(`Input: ${seconds / 60} min of ${clips.length > 0 ? 'LJSpeech' : 'a made voice-like signal'}. Both sides take turns; each keeps its fastest run. "s/h": seconds per hour of audio. Load before: ${loads()}.\n\n${TABLE_HEAD}`);
  for (const row of rows.filter(({ id }) => wanted === undefined || wanted.includes(id))) {
    const [measured, error] = row.skip === undefined ? await attempt(() => measure(row)) : [null, undefined];
    console.log(formatRow(row, measured ?? undefined, error));
    if (error !== undefined) process.exitCode = 1;
  }
  console.log(`\nLoad after: ${loads()}.`);

  function encodeFiles(left) {
    const right = Float32Array.from(left, (_, i) => 0.9 * (left[i - 11] ?? 0));
    const paths = Object.fromEntries(['wav', 'mp3', 'flac'].map((format) => [format, join(work, `stereo.${format}`)]));
    writeFileSync(paths.wav, audio.encodeWav({ sampleRateHz: 44100, channels: [left, right] }));
    for (const [format, options] of [['mp3', ['-c:a', 'libmp3lame', '-b:a', '192k']], ['flac', []]]) execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', paths.wav, ...options, '-y', paths[format]]);
    return { ...paths, samples: left.length };
  }

  /** Six clips for DNSMOS, as their files have them, or made ones. */
  function judgedClips() {
    const rate = 22050;
    const list = Array.from({ length: 6 }, (_, i) => (clips.length > 0 ? audio.decodeWav(readFileSync(clips[(i * 5) % clips.length])).channels[0] : speech.slice(i * 7 * rate, (i * 7 + 4 + i) * rate)))
      .map((samples, i) => ({ samples, path: raw(`clip-${i}.f32`, samples) }));
    return { rate, list, seconds: list.reduce((sum, { samples }) => sum + samples.length / rate, 0) };
  }
} finally {
  for (const close of closing) await close();
  rmSync(work, { recursive: true, force: true });
}

function loads() { return loadavg().map((x) => x.toFixed(1)).join(' '); }
