import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { roundHalfEven } from '../units.js';

/** When to cut. Defaults are those of the preset `guide`. */
export type SliceOptions = {
  /** RMS below which a frame is silent, dBFS. @default -40 (GPT-SoVITS 48b1a01, tools/slicer2.py) */
  readonly thresholdDbfs?: number | undefined;
  /** A cut is made only where this much lies behind it, ms. @default 3000 */
  readonly minLengthMs?: number | undefined;
  /** Shortest silence to cut at, ms. @default 300 */
  readonly minIntervalMs?: number | undefined;
  /** Step between frames, ms. @default 10 */
  readonly hopSizeMs?: number | undefined;
  /** Most silence kept at each side of a cut, ms. @default 500 */
  readonly maxSilKeptMs?: number | undefined;
  /** Longer slices are split at their quietest points, ms; null for no limit, as upstream. @default 10000 */
  readonly maxLengthMs?: number | null | undefined;
  /** Every slice grows by this on both sides, at most half of the silence that was cut away there, ms; slicer2 has none. @default 0 */
  readonly paddingMs?: number | undefined;
  /** Slices shorter than this are merged with a neighbour, unless that exceeds `maxLengthMs`, ms; slicer2 merges none. @default 0 */
  readonly mergeShorterThanMs?: number | undefined;
  /** Longest silence that merging takes in, ms. @default 500 */
  readonly mergeGapMs?: number | undefined;
};

/** Named sets of {@link SliceOptions}: the guide's, and those of the engine's web page (webui.py 48b1a01), which has no limit of length. */
export const SLICE_PRESETS = {
  guide: { thresholdDbfs: -40, minLengthMs: 3000, minIntervalMs: 300, hopSizeMs: 10, maxSilKeptMs: 500, maxLengthMs: 10000 },
  webui: { thresholdDbfs: -34, minLengthMs: 4000, minIntervalMs: 300, hopSizeMs: 10, maxSilKeptMs: 500, maxLengthMs: null },
} as const satisfies Record<string, SliceOptions>;

/** {@link SliceOptions} on the sample grid; lengths count hops unless they say samples. */
export type SliceGrid = {
  readonly thresholdAmplitude: number;
  readonly hopMs: number;
  readonly hopSamples: number;
  readonly frameSamples: number;
  readonly minLength: number;
  readonly minInterval: number;
  readonly maxSilKept: number;
  /** Samples; null for no limit. */
  readonly maxSamples: number | null;
  /** Shortest piece that splitting a long slice may leave, samples. */
  readonly minPieceSamples: number;
  readonly paddingSamples: number;
  readonly mergeShorterThanSamples: number;
  readonly mergeGapSamples: number;
};

/** Pieces of a split slice are at least this share of the limit (or minLengthMs, when that is less). */
const PIECE_SHARE = 0.3;

/** What slicer2 does not have is off; a gap as long as `maxSilKeptMs` keeps on one side. */
const EXTRAS = { paddingMs: 0, mergeShorterThanMs: 0, mergeGapMs: 500 } as const satisfies SliceOptions;

/** Puts options on the sample grid as slicer2 does. @throws {AudioError} AUDIO_OPTION_INVALID. */
export function sliceGrid(sampleRateHz: number, options: SliceOptions): SliceGrid {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { thresholdDbfs, minLengthMs, minIntervalMs, hopSizeMs, maxSilKeptMs, maxLengthMs, paddingMs, mergeShorterThanMs, mergeGapMs } = { ...SLICE_PRESETS.guide, ...EXTRAS, ...given } as Required<{ [K in keyof SliceOptions]: Exclude<SliceOptions[K], undefined> }>;
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  const refuse = (message: string): never => { throw new AudioError('AUDIO_OPTION_INVALID', message); };
  if (![thresholdDbfs, minLengthMs, minIntervalMs, hopSizeMs, maxSilKeptMs].every(Number.isFinite)) refuse('slicing options must be finite numbers');
  if (!(minLengthMs >= minIntervalMs && minIntervalMs >= hopSizeMs && hopSizeMs > 0)) {
    refuse(`minLengthMs ≥ minIntervalMs ≥ hopSizeMs > 0 is needed, got ${minLengthMs}, ${minIntervalMs}, ${hopSizeMs}`);
  }
  if (!(maxSilKeptMs >= hopSizeMs)) refuse(`maxSilKeptMs ≥ hopSizeMs is needed, got ${maxSilKeptMs}, ${hopSizeMs}`);
  if (maxLengthMs !== null && !(maxLengthMs >= minLengthMs)) refuse(`maxLengthMs ≥ minLengthMs is needed, got ${maxLengthMs}, ${minLengthMs}`);
  for (const [name, value] of Object.entries({ paddingMs, mergeShorterThanMs, mergeGapMs })) if (!(value >= 0 && value < Infinity)) refuse(`${name} must be 0 or more, got ${value}`);
  const hopSamples = roundHalfEven((sampleRateHz * hopSizeMs) / 1000);
  if (hopSamples < 1) refuse(`a hop of ${hopSizeMs} ms is less than a sample at ${sampleRateHz} Hz`);
  const intervalSamples = (sampleRateHz * minIntervalMs) / 1000;
  const samplesOf = (ms: number): number => Math.round((sampleRateHz * ms) / 1000);
  const maxSamples = maxLengthMs === null ? null : Math.floor((sampleRateHz * maxLengthMs) / 1000);
  return {
    thresholdAmplitude: 10 ** (thresholdDbfs / 20), hopMs: hopSizeMs, hopSamples, frameSamples: Math.min(roundHalfEven(intervalSamples), 4 * hopSamples),
    minLength: roundHalfEven((sampleRateHz * minLengthMs) / 1000 / hopSamples), minInterval: roundHalfEven(intervalSamples / hopSamples),
    maxSilKept: roundHalfEven((sampleRateHz * maxSilKeptMs) / 1000 / hopSamples), maxSamples,
    minPieceSamples: Math.floor(Math.min((sampleRateHz * minLengthMs) / 1000, PIECE_SHARE * (maxSamples ?? Infinity))),
    paddingSamples: samplesOf(paddingMs), mergeShorterThanSamples: samplesOf(mergeShorterThanMs), mergeGapSamples: samplesOf(mergeGapMs),
  };
}
