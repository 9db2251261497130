import { AudioError } from '../errors.js';
import { levelCurve } from './level-curve.js';
import { cutAtSilences, planFromLevels } from './plan-slices.js';
import { type Slice } from './join-slices.js';
import { SLICE_PRESETS, sliceGrid, type SliceOptions } from './slice-options.js';

/** Rate of the engine's clips, hertz: GPT-SoVITS 48b1a01, tools/slice_audio.py. */
export const ENGINE_CLIP_RATE_HZ = 32_000;

/** A clip as the engine's slicer makes it. */
export type EngineClip = Slice & {
  /** The end that its name tells: upstream counts to the end of the last hop, so the last clip's may lie past the recording. */
  readonly namedEnd: number;
};

/**
 * Plans clips as the engine's tools/slice_audio.py (GPT-SoVITS 48b1a01) cuts them, with the offsets of their names.
 * @param samples - One channel at 32 kHz.
 * @param options - As for `planSlices`. @default SLICE_PRESETS.webui
 * @throws {AudioError} AUDIO_OPTION_INVALID for options that contradict each other.
 */
export function planEngineClips(samples: Float32Array, options: SliceOptions = {}): readonly EngineClip[] {
  const grid = sliceGrid(ENGINE_CLIP_RATE_HZ, { ...SLICE_PRESETS.webui, ...options });
  if (samples.length === 0) return [];
  const levels = levelCurve(samples, grid.frameSamples, grid.hopSamples);
  const lastNamed = cutAtSilences(levels, samples.length, grid).at(-1)?.end ?? 0;
  return planFromLevels(levels, samples.length, grid).map((slice) => ({ ...slice, namedEnd: slice.end === samples.length ? Math.max(slice.end, lastNamed) : slice.end }));
}

/** The name that the engine's slicer gives a clip: the recording's file name, its extension included, and two offsets in samples of ten digits. */
export const engineClipName = (fileName: string, { start, namedEnd }: EngineClip): string => `${fileName}_${tenDigits(start)}_${tenDigits(namedEnd)}.wav`;
const tenDigits = (sample: number): string => String(sample).padStart(10, '0');

/** How loud a clip becomes: the engine's web page gives 0.9 and 0.25 (GPT-SoVITS 48b1a01, webui.py). */
export type EngineLevels = {
  /** Peak of the normalised part, 0…1. @default 0.9 */
  readonly max?: number | undefined;
  /** Share of the normalised part in the mix, 0…1. @default 0.25 */
  readonly alpha?: number | undefined;
};

/**
 * Gives a clip the levels that tools/slice_audio.py writes: `alpha` parts of the clip with peak `max`, the rest as it is (peaks above 1 scaled to 1 first), cut to 16 bits towards zero.
 * Every step rounds to float32, as numpy does, so the numbers are equal.
 * @param samples - One channel.
 * @returns A new array on the grid of 16 bits, multiples of 1/32768: `encodeWav` writes it as `pcm16` without a change. Silence stays silence.
 * @throws {AudioError} AUDIO_OPTION_INVALID for values out of range.
 */
export function formatEngineClip(samples: Float32Array, { max = 0.9, alpha = 0.25 }: EngineLevels = {}): Float32Array {
  for (const [name, value] of Object.entries({ max, alpha })) if (!(value >= 0 && value <= 1)) throw new AudioError('AUDIO_OPTION_INVALID', `${name} must be 0 to 1, got ${value}`);
  const { fround } = Math;
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const out = new Float32Array(samples.length);
  if (peak === 0) return out;
  const normalised = fround(max * alpha), kept = fround(1 - alpha);
  for (let i = 0; i < out.length; i++) {
    const sample = peak > 1 ? fround(samples[i]! / peak) : samples[i]!;
    const mixed = fround(fround(fround(sample / peak) * normalised) + fround(kept * sample));
    out[i] = Math.trunc(fround(mixed * 32767)) / 32768;
  }
  return out;
}
