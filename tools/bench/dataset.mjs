// The preparation of a voice by the command itself (`run --until list`): the whole, one recording more, nothing new; its memory; 10 000 tiny files.
// Reached by `npm run bench -- --only dataset [--minutes 10]`. CPU seconds are what a busy machine changes least.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../shared/processes.mjs';
import { speechClips, speechOf } from './signals.mjs';

const MAIN = join(ROOT, 'apps/cli/dist/main.js');
const TINY = 10_000, TINY_SEC = 0.3, RATE = 22050;
const POLL_MS = 100, TICKS_PER_SEC = 100; // Linux, USER_HZ

/** Runs the command and watches it in /proc. */
function watch(args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [MAIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', error = '', cpuSec = null, peakMb = null;
    child.stdout.setEncoding('utf8').on('data', (text) => { out = (out + text).slice(-200_000); });
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
    const recordings = join(work, 'recordings');
    mkdirSync(recordings);
    let seconds = 0, made = 0;
    const add = () => { // real speech again and again: another level makes another file
      const { channels: [samples], sampleRateHz } = clips.length === 0 ? { channels: [speechOf(8, [], audio.decodeWav)], sampleRateHz: RATE } : audio.decodeWav(readFileSync(clips[made % clips.length]));
      const gain = 0.9 - 0.6 * ((made * 0.618034) % 1);
      writeFileSync(join(recordings, `${String(made).padStart(5, '0')}.wav`), audio.encodeWav({ sampleRateHz, channels: [samples.map((value) => gain * value)] }, { format: 'pcm16' }));
      writeFileSync(join(recordings, `${String(made).padStart(5, '0')}.txt`), `Sentence number ${made} of the bench.\n`); // without words there is no list
      seconds += samples.length / sampleRateHz;
      made += 1;
    };
    while (seconds < 60 * minutes) add();
    await watch(['init', 'bench', '--dir', work, '--recordings', recordings, '--language', 'en']);
    const voice = join(work, 'bench'), run = () => watch(['run', voice, '--until', 'list']);
    const figures = ({ wallSec, cpuSec, peakMb }) => `${wallSec.toFixed(1)} s, CPU ${cpuSec.toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`;
    const whole = await run();
    say(`whole: ${made} recordings, ${(seconds / 60).toFixed(1)} min: ${figures(whole)}`);
    const nothing = await run();
    say(`nothing new: ${figures(nothing)}`);
    add();
    const one = await run();
    say(`one recording more: ${figures(one)}; CPU ${((100 * one.cpuSec) / whole.cpuSec).toFixed(1)} % of the whole, ${((100 * (one.cpuSec - nothing.cpuSec)) / whole.cpuSec).toFixed(1)} % beyond a run with nothing new`);
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
