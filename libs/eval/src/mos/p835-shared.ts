// DNSMOS P.835 looks at 9.01 s every second, so each frame is seen by up to nine windows. Nearly all of its work is four convolutions over time and
// frequency, and they treat every frame alike: computed once over the clip, they serve all windows. Only what lies within four frames of a window's edge,
// where the convolutions see the zeros beyond it, is computed for each window on its own. The published graph is cut in three for this.
import { createHash } from 'node:crypto';
import { cutModel } from '../onnx/graph.js';
import { type ModelOptions, type OpenModel, openModel } from '../onnx/session.js';
import { SEGMENT_SAMPLES } from './dnsmos-windows.js';
import { type SampleRange } from './sample-range.js';

/** The model whose graph is known. Source: sha256 of microsoft/DNS-Challenge 591184a, DNSMOS/DNSMOS/sig_bak_ovr.onnx. */
const KNOWN_SHA256 = '269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd';

const BINS = 161; // Source: its graph, time2freq/stft-real/kernel
const HOP = 160; // Source: its graph, shape_tensor: blocks of 160 samples, two to a frame
const FRAMES = 900; // Source: its graph: (144 160 − 160) ÷ 160
const POOLED = 450; // Source: its graph, conv2d_3 pooling: 2 × 2
const POOLED_BINS = 80; // Source: the same
const CHANNELS = 32; // Source: its graph, conv2d_3/kernel
const REACH = 4; // Source: four convolutions of 3 × 3: a frame is touched by four to each side
const EDGE_FRAMES = 12; // frames of an edge's own patch: its first two pooled rows are untouched by the patch's other end
const EDGE_ROWS = 2; // pooled rows within REACH of an edge

const TENSORS = {
  samples: { name: 'input_1', shape: ['N', SEGMENT_SAMPLES] },
  levels: { name: 'mos_estimator_logpow/truediv:0', shape: ['N', 'T', BINS] },
  pooled: { name: 'mos_estimator_logpow/conv2d_3/Relu:0_pooling0', shape: ['N', CHANNELS, 'T', POOLED_BINS] },
  scores: { name: 'Identity:0', shape: ['N', 3] },
} as const;

/** Scores the windows of a clip together. */
export type SharedP835 = { scoreWindows(clip: Float32Array, windows: readonly SampleRange[], signal: AbortSignal | undefined): Promise<readonly Float32Array[]>; release(): Promise<void> };

/**
 * Opens the model in parts, when it is the published one.
 * @returns null for another model, or a runtime that does not take the parts: score window by window then.
 */
export async function openSharedP835(model: Uint8Array, options: ModelOptions): Promise<SharedP835 | null> {
  if (createHash('sha256').update(model).digest('hex') !== KNOWN_SHA256) return null;
  const parts = [cutModel(model, [TENSORS.samples], TENSORS.levels), cutModel(model, [TENSORS.levels], TENSORS.pooled), cutModel(model, [TENSORS.pooled], TENSORS.scores)];
  const opened: OpenModel[] = [];
  const release = async (): Promise<void> => void (await Promise.all(opened.splice(0).map(({ session }) => session.release())));
  try {
    for (const part of parts) opened.push(await openModel(part!, 'dnsmos-p835', options)); // the hash says that the cuts are there
  } catch {
    await release();
    return null;
  }
  const [spectrum, convolutions, rest] = opened.map(({ session }) => async (name: string, data: Float32Array, dims: readonly number[], output: string) => (await session.run({ [name]: { data, dims } }))[output]!.data) as [Run, Run, Run];
  const convolve = (data: Float32Array, count: number, frames: number): Promise<Float32Array> => convolutions(TENSORS.levels.name, data, [count, frames, BINS], TENSORS.pooled.name);

  return {
    release,
    async scoreWindows(clip, windows, signal) {
      const origin = windows[0]!.start, frames = (windows.at(-1)!.end - origin) / HOP - 1;
      const levels = await levelsOf(clip, origin, frames, spectrum, signal);
      const pooled = await poolClip(levels, frames, convolve, signal);
      const scores: Float32Array[] = [];
      for (const { start } of windows) {
        signal?.throwIfAborted();
        const first = (start - origin) / HOP;
        const edges = new Float32Array(2 * EDGE_FRAMES * BINS);
        edges.set(levels.subarray(first * BINS, (first + EDGE_FRAMES) * BINS));
        edges.set(levels.subarray((first + FRAMES - EDGE_FRAMES) * BINS, (first + FRAMES) * BINS), EDGE_FRAMES * BINS);
        const window = assemble(pooled, frames / 2, first / 2, await convolve(edges, 2, EDGE_FRAMES));
        scores.push(await rest(TENSORS.pooled.name, window, [1, CHANNELS, POOLED, POOLED_BINS], TENSORS.scores.name));
      }
      return scores;
    },
  };
}
type Run = (name: string, data: Float32Array, dims: readonly number[], output: string) => Promise<Float32Array>;

/** The spectrum of every frame, each computed once: `[frames, BINS]`. */
async function levelsOf(clip: Float32Array, origin: number, frames: number, spectrum: Run, signal: AbortSignal | undefined): Promise<Float32Array> {
  const levels = new Float32Array(frames * BINS);
  for (let frame = 0; frame < frames; frame += FRAMES) {
    signal?.throwIfAborted();
    const from = Math.min(frame, frames - FRAMES); // the last stretch overlaps the one before
    const start = origin + from * HOP;
    levels.set(await spectrum(TENSORS.samples.name, clip.slice(start, start + SEGMENT_SAMPLES), [1, SEGMENT_SAMPLES], TENSORS.levels.name), from * BINS);
  }
  return levels;
}

/** The convolutions over the whole clip, in stretches that overlap by what the edges spoil: `[CHANNELS, frames / 2, POOLED_BINS]`. */
async function poolClip(levels: Float32Array, frames: number, convolve: (data: Float32Array, count: number, frames: number) => Promise<Float32Array>, signal: AbortSignal | undefined): Promise<Float32Array> {
  const rows = frames / 2, pooled = new Float32Array(CHANNELS * rows * POOLED_BINS);
  for (let from = 0; from < frames; from += FRAMES) {
    signal?.throwIfAborted();
    const to = Math.min(frames, from + FRAMES), low = Math.max(0, from - REACH), high = Math.min(frames, to + REACH);
    const part = await convolve(levels.slice(low * BINS, high * BINS), 1, high - low);
    const partRows = (high - low) / 2, skip = (from - low) / 2, keep = (to - from) / 2;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const at = (channel * partRows + skip) * POOLED_BINS;
      pooled.set(part.subarray(at, at + keep * POOLED_BINS), (channel * rows + from / 2) * POOLED_BINS);
    }
  }
  return pooled;
}

/** One window's rows out of the clip's, with its own at both edges. */
function assemble(pooled: Float32Array, rows: number, first: number, edges: Float32Array): Float32Array {
  const window = new Float32Array(CHANNELS * POOLED * POOLED_BINS), edgeRows = EDGE_FRAMES / 2, edge = EDGE_ROWS * POOLED_BINS;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const to = channel * POOLED * POOLED_BINS, at = (channel * rows + first) * POOLED_BINS;
    window.set(pooled.subarray(at, at + POOLED * POOLED_BINS), to);
    const left = channel * edgeRows * POOLED_BINS, right = ((CHANNELS + channel + 1) * edgeRows - EDGE_ROWS) * POOLED_BINS;
    window.set(edges.subarray(left, left + edge), to);
    window.set(edges.subarray(right, right + edge), to + POOLED * POOLED_BINS - edge);
  }
  return window;
}
