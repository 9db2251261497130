// The preparation of a voice by the command itself (`run --until list`): the whole, one recording more, nothing new; its memory; 10 000 tiny files.
// Reached by `npm run bench -- --only dataset [--minutes 10]`; `--minutes 0` only compares one hour with slice_audio.py (GPT_SOVITS_DIR, ffmpeg). CPU seconds are what a busy machine changes least.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../shared/processes.mjs';
import { installPythonPeers, startPython } from './peers.mjs';
import { makeSpeech, makeTextPairs, seeded, speechClips, speechOf } from './signals.mjs';

const MAIN = join(ROOT, 'apps/cli/dist/main.js');
const TINY = 10_000, TINY_SEC = 0.3, RATE = 22050, PARTS = 8, WORDS = 9, GAP = 0.5 * RATE, PITCHES_HZ = Array.from({ length: 31 }, (_, i) => 19_000 + 200 * i); // LJSpeech is 22 050 Hz
const POLL_MS = 100, TICKS_PER_SEC = 100; // Linux, USER_HZ

const clock = (sec) => new Date(1000 * sec).toISOString().slice(11, 23).replace('.', ',');

/** Runs the command and watches it in /proc. */
function watch(args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [MAIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', error = '', cpuSec = null, peakMb = null;
    child.stdout.setEncoding('utf8').on('data', (text) => { out = (out + text).slice(-5_000_000); }); // the last line lists every drop
    child.stderr.setEncoding('utf8').on('data', (text) => { error = (error + text).slice(-2000); });
    const poll = setInterval(() => {
      try {
        peakMb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1000;
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' '); // from the third field on
        cpuSec = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SEC; // its own and its children's
      } catch { /* it has ended, or this is no Linux */ }
    }, POLL_MS);
    child.once('error', reject).once('close', (code) => {
      clearInterval(poll);
      const last = out.trimEnd().split('\n').at(-1);
      if (code !== 0) reject(new Error(`voxtune ${args[0]} ended with ${code}: ${error || last.slice(0, 500)}`));
      else resolve({ wallSec: (performance.now() - started) / 1000, cpuSec, peakMb, last: JSON.parse(last) });
    });
  });
}

/** @param {{ minutes: number, audio: typeof import('@voxtune/audio'), say: (line: string) => void }} options */
export async function benchDataset({ minutes, audio, say }) {
  const work = mkdtempSync(join(tmpdir(), 'voxtune-bench-dataset-'));
  try {
    const clips = speechClips(join(ROOT, '../shared'));
    say(`${cpus()[0].model}, ${cpus().length} cores; Node ${process.version}; load ${loadavg().map((l) => l.toFixed(1)).join(' ')}`);
    await compareHour({ work, clips, audio, say });
    if (minutes === 0) return;
    const recordings = join(work, 'recordings'), words = [...new Set(makeTextPairs(2000).flatMap(({ reference }) => reference.split(' ')))];
    const sentences = clips.length === 0 ? Array.from({ length: 32 }, (_, i) => makeSpeech(8, RATE, i + 1)) : clips.map((path) => audio.decodeWav(readFileSync(path)).channels[0]), known = new Map();
    const pitched = (which, hz) => { const key = `${which} ${hz}`; if (!known.has(key)) known.set(key, audio.resample(sentences[which], RATE, hz)); return known.get(key); };
    mkdirSync(recordings);
    let seconds = 0, made = 0;
    const add = () => { // about a minute of real sentences in an order of its own, each at a pitch of its own, so that few recordings hold the same speech; words of an invented vocabulary
      const random = seeded(made + 1), gain = 0.9 - 0.6 * random(), name = join(recordings, String(made).padStart(5, '0'));
      const parts = Array.from({ length: PARTS }, () => pitched(Math.floor(random() * sentences.length), PITCHES_HZ[Math.floor(random() * PITCHES_HZ.length)]));
      const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length + GAP, 0));
      let at = 0;
      const cues = parts.map((part, k) => {
        samples.set(part.map((value) => gain * value), at);
        const cue = `${k + 1}\n${clock(at / RATE)} --> ${clock((at + part.length) / RATE)}\n${Array.from({ length: WORDS }, () => words[Math.floor(random() * words.length)]).join(' ')}.\n`;
        at += part.length + GAP;
        return cue;
      });
      writeFileSync(`${name}.wav`, audio.encodeWav({ sampleRateHz: RATE, channels: [samples] }, { format: 'pcm16' }));
      writeFileSync(`${name}.srt`, cues.join('\n')); // without words there is no list
      seconds += samples.length / RATE;
      made += 1;
    };
    while (seconds < 60 * minutes) add();
    const models = join(ROOT, '../shared/models'), judged = existsSync(models); // with them each clip's voice is compared with the speaker's
    say(judged ? 'with the models for measuring' : 'without models: no clip is compared with the speaker');
    await watch(['init', 'bench', '--dir', work, '--recordings', recordings, '--language', 'en', ...(judged ? ['--models', models] : [])]);
    const voice = join(work, 'bench'), run = () => watch(['run', voice, '--until', 'list']);
    const figures = ({ wallSec, cpuSec, peakMb }) => `${wallSec.toFixed(1)} s, CPU ${cpuSec.toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`;
    const whole = await run();
    say(`whole: ${made} recordings, ${(seconds / 60).toFixed(1)} min: ${figures(whole)}`);
    const nothing = await run();
    say(`nothing new: ${figures(nothing)}`);
    add();
    const one = await run();
    say(`one recording more: ${figures(one)}; CPU ${((100 * one.cpuSec) / whole.cpuSec).toFixed(1)} % of the whole, ${((100 * (one.cpuSec - nothing.cpuSec)) / whole.cpuSec).toFixed(1)} % beyond a run with nothing new; ${((100 * one.wallSec) / whole.wallSec).toFixed(1)} % of its wall-clock time`);
    const tiny = join(work, 'tiny-files');
    mkdirSync(tiny);
    for (let i = 0; i < TINY; i++) writeFileSync(join(tiny, `${i}.wav`), audio.encodeWav({ sampleRateHz: RATE, channels: [Float32Array.from({ length: TINY_SEC * RATE }, (_, k) => 0.2 * Math.sin(k * (0.02 + i / 1e6)))] }, { format: 'pcm16' }));
    writeFileSync(join(tiny, 'speech.wav'), readFileSync(join(recordings, '00000.wav')));
    await watch(['init', 'tiny', '--dir', work, '--recordings', tiny, '--language', 'en']);
    const many = await watch(['run', join(work, 'tiny'), '--until', 'ingest']);
    const { in: count, kept, dropped } = many.last.stages.find(({ id }) => id === 'ingest');
    if (count !== TINY + 1 || kept + dropped.length !== count) throw new Error(`${count} in, ${kept} kept, ${dropped.length} dropped`);
    say(`${TINY} files of ${TINY_SEC} s and one recording, ingest: ${figures(many)}; ${kept} kept, ${dropped.length} dropped with a reason`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const WEBUI = [-34, 4000, 300, 10, 500], HOUR_FILES = 12, HOUR_RATE = 44100, CUE_SEC = 6;

/** One hour in twelve MP3 files, by the command from recordings to lists, and by the checkout's slicer, which only cuts: two processes, as the web page starts it. */
async function compareHour({ work, clips, audio, say }) {
  const checkout = process.env.GPT_SOVITS_DIR, recordings = join(work, 'hour-recordings');
  if (checkout === undefined || !existsSync(join(checkout, 'tools/slice_audio.py'))) { say('one hour: not compared, set GPT_SOVITS_DIR to a checkout of GPT-SoVITS'); return; }
  mkdirSync(recordings);
  const each = 3600 / HOUR_FILES, left = audio.resample(speechOf(3600, clips, audio.decodeWav), RATE, HOUR_RATE);
  for (let i = 0; i < HOUR_FILES; i++) {
    const part = left.subarray(i * each * HOUR_RATE, (i + 1) * each * HOUR_RATE), name = join(recordings, `part-${String(i).padStart(2, '0')}`);
    writeFileSync(`${name}.wav`, audio.encodeWav({ sampleRateHz: HOUR_RATE, channels: [part, part.map((_, k) => 0.9 * (part[k - 11] ?? 0))] }));
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', `${name}.wav`, '-c:a', 'libmp3lame', '-b:a', '192k', '-y', `${name}.mp3`]);
    rmSync(`${name}.wav`);
    writeFileSync(`${name}.srt`, Array.from({ length: each / CUE_SEC }, (_, k) => `${k + 1}\n${clock(k * CUE_SEC)} --> ${clock((k + 1) * CUE_SEC)}\nSentence ${k} of file ${i} of the bench.\n`).join('\n'));
  }
  await watch(['init', 'hour', '--dir', work, '--recordings', recordings, '--language', 'en']);
  const ours = await watch(['run', join(work, 'hour'), '--until', 'list']);
  const { kept } = ours.last.stages.find(({ id }) => id === 'list');
  const python = startPython(await installPythonPeers(say));
  try {
    const input = join(work, 'hour-audio');
    mkdirSync(input);
    for (let i = 0; i < HOUR_FILES; i++) linkSync(join(recordings, `part-${String(i).padStart(2, '0')}.mp3`), join(input, `${i}.mp3`));
    const theirs = await python.ask({ job: 'slice-audio', checkout, input, output: join(work, 'hour-theirs'), options: WEBUI, parts: 2, work });
    say(`one hour, recordings to lists: ${ours.wallSec.toFixed(1)} s, CPU ${ours.cpuSec.toFixed(1)} s, peak ${ours.peakMb.toFixed(0)} MB, ${kept} utterances; slice_audio.py: ${theirs.wallSec.toFixed(1)} s, CPU ${theirs.cpuSec.toFixed(1)} s, ${theirs.result} clips; ${(ours.wallSec / theirs.wallSec).toFixed(2)} of its time, ${(ours.cpuSec / theirs.cpuSec).toFixed(2)} of its CPU`);
  } finally {
    python.close();
  }
}
