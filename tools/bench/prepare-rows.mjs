// The whole preparation beside the checkout's own flow, and the memory of ten hours.
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** @typedef {import('./compare.mjs').Row} Row */

const WEBUI = [-34, 4000, 300, 10, 500];
const FILES = 12, RATE = 44100, MINUTES = 60, HOURS = 10;

/** An hour as twelve MP3 files, 44.1 kHz stereo, 192 kbit/s. Both sides have two processes or threads, and one. @returns {Row[]} */
export function prepareRows({ audio, python, ffmpeg, checkout, speechFor, work }) {
  const skip = ffmpeg === null ? 'no ffmpeg on the PATH' : checkout === undefined ? 'set GPT_SOVITS_DIR to a checkout of GPT-SoVITS' : existsSync(join(checkout, 'tools/slice_audio.py')) ? undefined : `no tools/slice_audio.py in ${checkout}`;
  const input = join(work, 'twelve'), ours = join(work, 'our-clips'), theirs = join(work, 'their-clips');
  const paths = () => (existsSync(input) || makeFiles(), readdirSync(input).sort().map((name) => join(input, name)));
  return [Math.min(2, availableParallelism()), 1].map((parts) => ({
    id: 'prepare', work: `prepare one hour, twelve mp3 files: decode, mono, 32 kHz, slice, write clips, measure; ${parts} thread${parts > 1 ? 's' : ''}`, against: `slice_audio.py, ${parts} process${parts > 1 ? 'es' : ''}, which does not measure`,
    must: parts > 1 ? 1 : null, aim: parts > 1 ? 0.5 : null, rounds: 2, unit: 's/h', scale: 60 / MINUTES, skip,
    ours: async () => {
      rmSync(ours, { recursive: true, force: true });
      const files = await audio.prepareFiles(paths(), { outDir: ours, slice: audio.SLICE_PRESETS.webui, workers: parts, ffmpegPath: null });
      const failed = files.find(({ error }) => error !== null);
      if (failed !== undefined) throw new Error(failed.error.message);
      return files.reduce((sum, { clips }) => sum + clips.length, 0);
    },
    peer: () => (paths(), python.ask({ job: 'slice-audio', checkout, input, output: theirs, options: WEBUI, parts, work })),
    // ffmpeg resamples with other filters than ours: a cut in hundreds may differ.
    check: (a, b) => { if (Math.abs(a - b) > 0.01 * b) throw new Error(`${a} and ${b} clips`); return `${a} and ${b} clips`; },
  }));

  function makeFiles() {
    mkdirSync(input);
    const left = audio.resample(speechFor(60 * MINUTES), 22050, RATE), each = Math.ceil(left.length / FILES), wav = join(work, 'part.wav');
    for (let i = 0; i < FILES; i++) {
      const part = left.subarray(i * each, (i + 1) * each), right = part.map((_, k) => 0.9 * (part[k - 11] ?? 0));
      writeFileSync(wav, audio.encodeWav({ sampleRateHz: RATE, channels: [part, right] }));
      execFileSync(ffmpeg, ['-nostdin', '-v', 'error', '-i', wav, '-c:a', 'libmp3lame', '-b:a', '192k', '-y', join(input, `part-${String(i).padStart(2, '0')}.mp3`)]);
    }
    rmSync(wav);
  }
}

/** Peak memory of a process that works through ten hours (16 kHz, mono, 1.15 GB on disk while the rows run). @returns {Row[]} */
export function memoryRows({ audio, speechFor, work }) {
  const path = join(work, 'ten-hours.wav'), skip = process.platform === 'linux' ? undefined : 'peak memory is read from /proc';
  const row = (operation, title, must, aim) => ({
    id: 'memory', work: `ten hours of WAV: ${title}`, against: '–', must, aim, skip,
    memory: async () => {
      if (!existsSync(path)) makeTenHours();
      const outDir = join(work, 'ten-hours-clips');
      try {
        const { megabytes, note, error } = await new Promise((answer, fail) => {
          const child = fork(new URL('memory-child.mjs', import.meta.url));
          child.once('message', answer).once('exit', (code) => fail(new Error(`the process ended with ${code}`))).send({ operation, path, outDir });
        });
        if (error !== undefined) throw new Error(error);
        return { megabytes, note };
      } finally {
        rmSync(outDir, { recursive: true, force: true });
      }
    },
  });
  return [row('resample', 'decode and resample to 32 kHz', 300, 150), row('measure', 'decode and measure', 300, 150), row('prepare', 'the whole preparation', 600, 300)];

  function makeTenHours() {
    const tenMinutes = audio.encodeWav({ sampleRateHz: 16000, channels: [audio.resample(speechFor(600), 22050, 16000)] }), samples = tenMinutes.subarray(44), times = HOURS * 6;
    const head = tenMinutes.slice(0, 44), view = new DataView(head.buffer);
    view.setUint32(4, 36 + times * samples.length, true);
    view.setUint32(40, times * samples.length, true);
    const file = openSync(path, 'w');
    writeSync(file, head);
    for (let i = 0; i < times; i++) writeSync(file, samples);
    closeSync(file);
  }
}
