import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile, decodeWav, downmix, resample } from '@voxtune/audio';
import type { ClipEntry } from '../manifest.js';
import type { ReviewCut } from './apply-review.js';

export type CutReviewedOptions = {
  /** Where the clips lie that it is cut from, `<id>.wav`. */
  readonly clipsDir: string;
  readonly recordingsDir: string;
  /** Where a recording's sound lies, by its path in the folder. @default in recordingsDir */
  readonly sourcePath?: ((recordingPath: string) => string) | undefined;
  readonly rateHz: number;
  readonly ffmpegPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Samples of a clip, mono; scaled so that writing them as 16-bit PCM gives the same bytes again. */
const samplesOf = async (clipsDir: string, { id }: Pick<ClipEntry, 'id'>): Promise<Float32Array> => downmix(decodeWav(await readFile(join(clipsDir, `${id}.wav`))));

/**
 * The sound of a clip that a person cut: that of the clips it was made of, sample by sample, and from the recording what lies between two that were joined. The recording is only read.
 * @returns Mono at the clip rate. @throws The decoder's error when the recording is needed and cannot be decoded.
 */
export async function cutReviewed({ unit, sources }: ReviewCut, { clipsDir, recordingsDir, sourcePath = (path) => join(recordingsDir, path), rateHz, ffmpegPath, signal }: CutReviewedOptions): Promise<Float32Array> {
  const out = new Float32Array(unit.end - unit.start);
  const covered = new Uint8Array(out.length);
  const pieces = await Promise.all(sources.map(async (clip) => ({ start: Math.round(clip.startSec * rateHz), samples: await samplesOf(clipsDir, clip) })));
  for (const { start, samples } of pieces) {
    const from = Math.max(unit.start, start);
    const to = Math.min(unit.end, start + samples.length);
    if (to <= from) continue;
    out.set(samples.subarray(from - start, to - start), from - unit.start);
    covered.fill(1, from - unit.start, to - unit.start);
  }
  if (!covered.includes(0)) return out;
  const recording = sourcePath(sources[0]!.recordingPath); // a cut has a source
  const audio = await decodeFile(recording, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
  const mono = nearestChannel(audio, pieces, rateHz);
  for (let i = 0; i < out.length; i += 1) if (covered[i] === 0) out[i] = mono[unit.start + i] ?? 0;
  return out;
}

/** The channel, or the mean of them, that the clips were cut from: the one that differs least from them. */
function nearestChannel(audio: Parameters<typeof downmix>[0], pieces: readonly { readonly start: number; readonly samples: Float32Array }[], rateHz: number): Float32Array {
  const candidates = (audio.channels.length === 2 ? (['mix', 'left', 'right'] as const) : (['mix'] as const)).map((side) => resample(side === 'mix' ? downmix(audio) : downmix(audio, side), audio.sampleRateHz, rateHz));
  const differences = candidates.map((samples) => pieces.reduce((sum, piece) => {
    let own = 0;
    for (let i = 0; i < piece.samples.length; i += 1) own += (piece.samples[i]! - (samples[piece.start + i] ?? 0)) ** 2;
    return sum + own;
  }, 0));
  return candidates[differences.indexOf(Math.min(...differences))]!;
}
