import { resample } from '@voxtune/audio';
import { assertJudgeable } from '../clip/check-clip.js';
import { checkedOutput, checkTensors } from '../onnx/check-tensors.js';
import { type ModelIdentity, type ModelOptions, openModel, type OpenModel } from '../onnx/session.js';
import { DNSMOS_RATE_HZ, doubleToSegment, planDnsmosSegments, SEGMENT_SAMPLES } from './dnsmos-windows.js';
import { createLogMel } from './log-mel.js';
import { openSharedP835, type SharedP835 } from './p835-shared.js';
import { MEL_BANDS, type MelVariant } from './mel-filters.js';
import { mapP835, P835_OUTPUTS } from './polyfit.js';
import { type SampleRange } from './sample-range.js';
import { resampleKaiserBest } from './resample-kaiser-best.js';

/** Samples left off a segment's end before its mel. Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, `audio_seg[:-160]`. */
const P808_TRIM_SAMPLES = 160;
const P808_FRAMES = 900; // Source: the same: (144 160 − 160) / 160

/** Scores of one segment of 9.01 s; null where the model was not given. `raw` is before the polynomials. */
export type DnsmosSegment = {
  readonly startSec: number;
  readonly sig: number | null;
  readonly bak: number | null;
  readonly ovrl: number | null;
  readonly p808: number | null;
  readonly raw: { readonly sig: number; readonly bak: number; readonly ovrl: number } | null;
};

/** Predicted opinion scores of one clip, about 1…5, the mean over its segments; null where the model was not given. */
export type DnsmosScore = Omit<DnsmosSegment, 'startSec' | 'raw'> & { readonly segments: readonly DnsmosSegment[] };

/** The DNSMOS predictors; opened once, disposed once. */
export type Dnsmos = {
  readonly model: { readonly p835: ModelIdentity | null; readonly p808: ModelIdentity | null; readonly melVariant: MelVariant };
  /**
   * Scores one mono clip of any length above 0.25 s, −1…1, at any rate.
   * @throws {EvalError} EVAL_CLIP_* when the clip cannot be judged, EVAL_MODEL_OUTPUT when a model gives no numbers.
   */
  score(samples: Float32Array, sampleRateHz: number, options?: { readonly signal?: AbortSignal }): Promise<DnsmosScore>;
  dispose(): Promise<void>;
};

export type DnsmosOptions = ModelOptions & {
  /** sig_bak_ovr.onnx, a path or bytes: SIG, BAK and OVRL. */
  readonly p835?: string | Uint8Array;
  /** model_v8.onnx, a path or bytes: P.808 MOS. */
  readonly p808?: string | Uint8Array;
  /** Which librosa the front end follows: its mel, and its resampler (kaiser_best, or one of soxr HQ's class). @default 'librosa-0.8.1' (what the models' repository pins) */
  readonly melVariant?: MelVariant;
};

/**
 * Opens one or both DNSMOS models.
 * @throws {TypeError} when neither is given.
 * @throws {EvalError} EVAL_MODEL_MISSING, EVAL_MODEL_UNREADABLE, EVAL_MODEL_SHAPE, EVAL_RUNTIME_MISSING.
 */
export async function createDnsmos({ p835, p808, melVariant = 'librosa-0.8.1', ...options }: DnsmosOptions): Promise<Dnsmos> {
  if (p835 === undefined && p808 === undefined) throw new TypeError('createDnsmos needs p835, p808 or both');
  if (melVariant !== 'librosa-0.8.1' && melVariant !== 'librosa-0.11') throw new TypeError(`melVariant must be librosa-0.8.1 or librosa-0.11, got ${String(melVariant)}`);
  const opened: OpenModel[] = [];
  let shared: SharedP835 | null = null;
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map(({ session }) => session.release()));
    await shared?.release();
    shared = null;
  };
  const logMel = createLogMel(melVariant);
  const open = async (model: string | Uint8Array | undefined, id: string, inputShape: readonly number[], columns: number) => {
    if (model === undefined) return null;
    const handle = await openModel(model, id, options);
    opened.push(handle);
    const { inputName, outputName } = checkTensors(handle, { name: null, shape: [null, ...inputShape] }, { name: null, shape: [null, columns] });
    const run = async (data: Float32Array): Promise<Float32Array> => {
      const results = await handle.session.run({ [inputName]: { data, dims: [1, ...inputShape] } });
      return checkedOutput(id, results[outputName], 1, columns);
    };
    return { identity: handle.identity, bytes: handle.bytes, run };
  };

  try {
    const quality = await open(p835, 'dnsmos-p835', [SEGMENT_SAMPLES], P835_OUTPUTS.length);
    shared = quality && (await openSharedP835(quality.bytes, options));
    const opinion = await open(p808, 'dnsmos-p808', [P808_FRAMES, MEL_BANDS], 1);
    return {
      model: { p835: quality?.identity ?? null, p808: opinion?.identity ?? null, melVariant },
      async score(samples, sampleRateHz, { signal } = {}) {
        assertJudgeable(samples, sampleRateHz);
        const clip = doubleToSegment(toModelRate(samples, sampleRateHz, melVariant));
        const segments: DnsmosSegment[] = [];
        const windows = planDnsmosSegments(clip.length);
        const together = shared !== null && windows.length > 1 ? await scoreTogether(shared, clip, windows, signal) : null;
        for (const [index, { start, end }] of windows.entries()) {
          signal?.throwIfAborted();
          const segment = clip.slice(start, end);
          const raw = quality && namedOutputs(together === null ? await quality.run(segment) : checkedOutput(quality.identity.id, { data: together[index]!, dims: [1, P835_OUTPUTS.length] }, 1, P835_OUTPUTS.length));
          const mos = opinion && (await opinion.run(logMel(segment.subarray(0, SEGMENT_SAMPLES - P808_TRIM_SAMPLES))))[0]!;
          segments.push({
            startSec: start / DNSMOS_RATE_HZ,
            sig: raw && mapP835('sig', raw.sig),
            bak: raw && mapP835('bak', raw.bak),
            ovrl: raw && mapP835('ovrl', raw.ovrl),
            p808: mos,
            raw,
          });
        }
        const mean = (of: (segment: DnsmosSegment) => number | null): number | null => meanOrNull(segments.map(of));
        return { sig: mean((s) => s.sig), bak: mean((s) => s.bak), ovrl: mean((s) => s.ovrl), p808: mean((s) => s.p808), segments };
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Windows whose work is shared at once. Source: ours; two minutes hold about 80 MB. */
const WINDOWS_TOGETHER = 120;

async function scoreTogether(shared: SharedP835, clip: Float32Array, windows: readonly SampleRange[], signal: AbortSignal | undefined): Promise<readonly Float32Array[]> {
  const scores: Float32Array[] = [];
  for (let first = 0; first < windows.length; first += WINDOWS_TOGETHER) scores.push(...(await shared.scoreWindows(clip, windows.slice(first, first + WINDOWS_TOGETHER), signal)));
  return scores;
}

function toModelRate(samples: Float32Array, sampleRateHz: number, variant: MelVariant): Float32Array {
  if (sampleRateHz === DNSMOS_RATE_HZ) return samples;
  return variant === 'librosa-0.8.1' ? resampleKaiserBest(samples, sampleRateHz, DNSMOS_RATE_HZ) : resample(samples, sampleRateHz, DNSMOS_RATE_HZ, { quality: 'high' });
}

const namedOutputs = (outputs: Float32Array): { sig: number; bak: number; ovrl: number } => ({ sig: outputs[0]!, bak: outputs[1]!, ovrl: outputs[2]! });

const meanOrNull = (values: readonly (number | null)[]): number | null => {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};
