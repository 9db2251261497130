import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFile, downmix, encodeWav, levelCurve, measureAudio, resample, type PcmAudio } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import type { Progress } from '../ingest/ingest-recordings.js';

/** What separates or denoises: writes into each job's `folder` one audio file, or none. */
export type Cleaner = {
  readonly id: string;
  /** What the input must be. */
  readonly rateHz: number;
  readonly channels: 1 | 2;
  /** @returns For each job why it gave nothing, in words, or null. @throws {DatasetError} `DATASET_CLEANER_FAILED` when none could be done. */
  readonly clean: (jobs: readonly { readonly input: string; readonly folder: string }[], signal?: AbortSignal) => Promise<readonly (string | null)[]>;
};

/** Scores mono samples: more is better; null where it cannot. */
export type ScoreSpeech = (samples: Float32Array, sampleRateHz: number) => Promise<number | null>;

export type CleanFilesOptions = {
  /** Recordings, and names of their results in `outDir`. They are only read. */
  readonly files: readonly { readonly path: string; readonly name: string }[];
  readonly outDir: string;
  readonly cleaner: Cleaner;
  /** How a recording is judged before and after, and the name of the measure. @default the signal-to-noise ratio of measureAudio */
  readonly score?: { readonly name: string; readonly of: ScoreSpeech } | undefined;
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

/** What became of one recording. `output` is null where the original is to be used; `reason` says why. */
export type CleanedFile = { readonly path: string; readonly output: string | null; readonly measure: string; readonly before: number | null; readonly after: number | null; readonly reason: string | null };

/** A result this much shorter or longer is not the same recording. Source: ours; models pad by a frame. */
const LENGTH_SLACK_SEC = 0.1;

/** Pauses are digital silence where this share of the frames is under this level, for then no noise is left to measure (as in measureAudio of @voxtune/audio). */
const SILENT_SHARE = 0.1;
const SILENT_FRAME_DBFS = -94;
const FRAME_SEC = 0.03;
/** Level of the rounding noise of 16 bits: a step's square over 12 (W. R. Bennett 1948). */
const ROUNDING_DBFS = 10 * Math.log10(2 ** -30 / 12);
/** A result this much quieter has lost its speech with the noise. Source: ours; a recording with an SNR of −20 dB is of no use. */
const LOST_DB = 20;

/** The signal-to-noise ratio. Where digital silence is all that is left of the pauses, the noise is that of 16-bit rounding. */
export async function scoreSnr(samples: Float32Array, sampleRateHz: number): Promise<number | null> {
  const { snrDb, rmsDbfs } = measureAudio(samples, sampleRateHz);
  if (snrDb !== null || rmsDbfs === null) return snrDb;
  const frameSamples = Math.round(FRAME_SEC * sampleRateHz);
  const levels = levelCurve(samples, frameSamples, frameSamples);
  const silent = levels.reduce((count, level) => count + (20 * Math.log10(level) < SILENT_FRAME_DBFS ? 1 : 0), 0);
  return silent >= SILENT_SHARE * levels.length ? rmsDbfs - ROUNDING_DBFS : null;
}
const SNR = { name: 'SNR, dB', of: scoreSnr };

/** Whether a cleaned recording takes the place of its original: it must be as long and not score less. @returns Why not, or null. */
export function judgeCleaned({ beforeSec, afterSec, quieterDb, before, after, measure }: { readonly beforeSec: number; readonly afterSec: number; /** By how much the level fell. */ readonly quieterDb: number; readonly before: number | null; readonly after: number | null; readonly measure: string }): string | null {
  if (!(Math.abs(afterSec - beforeSec) <= LENGTH_SLACK_SEC)) return `the result has another length: ${afterSec.toFixed(2)} s instead of ${beforeSec.toFixed(2)} s`;
  if (quieterDb > LOST_DB) return quieterDb === Infinity ? 'the result is silent' : `the result is ${quieterDb.toFixed(1)} dB quieter: speech went with the noise`;
  if (after === null) return `the result cannot be measured (${measure})`;
  if (before !== null && after < before) return `it got worse: ${measure} ${before.toFixed(2)} before, ${after.toFixed(2)} after`;
  return null;
}

/**
 * Separates or denoises recordings, and keeps only what did not get worse. Law: one entry for each file, in order; a recording itself is never written to.
 * @throws {DatasetError} `DATASET_CLEANER_FAILED` when the cleaner cannot run at all.
 */
export async function cleanFiles({ files, outDir, cleaner, score = SNR, ffmpegPath, signal, onProgress }: CleanFilesOptions): Promise<readonly CleanedFile[]> {
  const work = await mkdtemp(join(tmpdir(), 'voxtune-clean-'));
  await mkdir(outDir, { recursive: true });
  const decode = (path: string) => decodeFile(path, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
  const results: CleanedFile[] = [];
  try {
    const jobs: { input: string; folder: string; index: number; seconds: number; levelDbfs: number; before: number | null }[] = [];
    for (const [index, { path }] of files.entries()) {
      signal?.throwIfAborted();
      try {
        const audio = await decode(path);
        const mono = downmix(audio);
        const [input, folder] = [join(work, `${index}.wav`), join(work, `${index}`)];
        await writeFile(input, encodeWav(shaped(audio, cleaner), { format: 'pcm16' }));
        await mkdir(folder);
        jobs.push({ input, folder, index, seconds: mono.length / audio.sampleRateHz, levelDbfs: levelOf(mono), before: await score.of(mono, audio.sampleRateHz) });
      } catch (error) {
        signal?.throwIfAborted();
        if (!isAudioFailure(error)) throw error;
        results[index] = { path, output: null, measure: score.name, before: null, after: null, reason: explainAudioFailure(error, path) };
      }
    }
    const failures = jobs.length === 0 ? [] : await cleaner.clean(jobs, signal);
    for (const [place, { folder, index, seconds, levelDbfs, before }] of jobs.entries()) {
      onProgress?.({ done: place, total: jobs.length, unit: 'recordings' });
      const { path, name } = files[index]!;
      const entry = (reason: string | null, after: number | null, output: string | null): CleanedFile => ({ path, output, measure: score.name, before, after, reason });
      const made = (await readdir(folder)).filter((file) => !file.startsWith('.'));
      if ((failures[place] ?? null) !== null || made.length !== 1) { // nothing, or nobody knows which
        results[index] = entry(failures[place] ?? (made.length === 0 ? `${cleaner.id} ended well and made nothing of it` : `${cleaner.id} made ${made.length} files of it`), null, null);
        continue;
      }
      try {
        const audio = await decode(join(folder, made[0]!));
        const mono = downmix(audio);
        const after = await score.of(mono, audio.sampleRateHz);
        const reason = judgeCleaned({ beforeSec: seconds, afterSec: mono.length / audio.sampleRateHz, quieterDb: levelDbfs === -Infinity ? 0 : levelDbfs - levelOf(mono), before, after, measure: score.name });
        const output = reason === null ? join(outDir, `${name}.wav`) : null;
        if (output !== null) {
          await writeFile(`${output}.tmp`, encodeWav({ sampleRateHz: audio.sampleRateHz, channels: [mono] }, { format: 'pcm16' }));
          await rename(`${output}.tmp`, output);
        }
        results[index] = entry(reason, after, output);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isAudioFailure(error)) throw error;
        results[index] = entry(`what ${cleaner.id} made of it is no audio: ${explainAudioFailure(error, folder)}`, null, null);
      }
    }
    onProgress?.({ done: jobs.length, total: jobs.length, unit: 'recordings' });
    return results;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** dBFS; −∞ for silence. */
const levelOf = (samples: Float32Array): number => 10 * Math.log10(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

function shaped(audio: PcmAudio, { rateHz, channels }: Cleaner): PcmAudio {
  const sides = channels === 1 ? [downmix(audio)] : [audio.channels[0]!, audio.channels[1] ?? audio.channels[0]!];
  return { sampleRateHz: rateHz, channels: sides.map((side) => resample(side, audio.sampleRateHz, rateHz)) };
}
