import { AudioError, type AudioWarning } from '../errors.js';
import { type AudioProbe } from '../pcm.js';

/** One stretch of decoded sound: planar, one array a channel, nominally −1…1; all of one length, at least 1. The receiver owns the arrays. */
export type AudioBlock = readonly Float32Array[];

/** A recording that is decoded as it is read. */
export type AudioStream = {
  /** Container and codec, as {@link AudioProbe} names them. */
  readonly container: string;
  readonly codec: string;
  /** Hertz; the same for all blocks. */
  readonly sampleRateHz: number;
  /** Arrays in each block. */
  readonly channels: number;
  /** Samples per channel that the headers promise; null when only decoding tells. A damaged file may give fewer, and `warnings` says so. */
  readonly lengthSamples: number | null;
  /** The sound, in order. Can be gone through once; the file is closed when that ends, breaks or throws. */
  readonly blocks: AsyncIterable<AudioBlock>;
  /** What was lost, repaired or guessed; complete after the last block. */
  readonly warnings: () => readonly AudioWarning[];
};

/** What a decoder of one format makes: blocks of any length, and warnings that fill up on the way. */
export type BlockSource = {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly lengthSamples: number | null;
  readonly blocks: AsyncGenerator<Float32Array[], void, undefined>;
  readonly warnings: AudioWarning[];
};

/** Where decoders put samples: one array per channel, `samples` long. */
export type Allot = (samples: number) => Float32Array[];

/** Fresh arrays for each block. */
export const allotFresh = (channels: number): Allot => (samples) => Array.from({ length: channels }, () => new Float32Array(samples));

/** Cuts or joins blocks to exactly `blockSamples` samples; the last may be shorter. Blocks that fit are handed on as they are. */
export async function* reblock(blocks: AsyncIterable<Float32Array[]>, blockSamples: number): AsyncGenerator<Float32Array[], void, undefined> {
  let waiting: Float32Array[] | undefined;
  let filled = 0;
  for await (const block of blocks) {
    const length = block[0]!.length;
    if (filled === 0 && length === blockSamples) { yield block; continue; }
    for (let from = 0; from < length;) {
      waiting ??= block.map(() => new Float32Array(blockSamples));
      const count = Math.min(blockSamples - filled, length - from);
      for (let c = 0; c < block.length; c++) waiting[c]!.set(block[c]!.subarray(from, from + count), filled);
      filled += count;
      from += count;
      if (filled === blockSamples) { yield waiting; waiting = undefined; filled = 0; }
    }
  }
  if (waiting !== undefined && filled > 0) yield waiting.map((channel) => channel.slice(0, filled));
}

/**
 * Joins all blocks.
 * @param mostSamples - Samples per channel that the file can plausibly hold: memory for them is asked for at once, for more only as they come.
 * @throws {AudioError} AUDIO_EMPTY when there is none.
 */
export async function collectBlocks({ blocks, channels, lengthSamples }: BlockSource, mostSamples: number): Promise<Float32Array[]> {
  const first = Math.min(lengthSamples ?? 1 << 16, Math.max(1 << 16, mostSamples));
  let whole = Array.from({ length: channels }, () => new Float32Array(first));
  let at = 0;
  for await (const block of blocks) {
    const end = at + block[0]!.length;
    if (end > whole[0]!.length) {
      const length = Math.max(end, whole[0]!.length * 2);
      whole = whole.map((old) => { const longer = new Float32Array(length); longer.set(old); return longer; });
    }
    for (let c = 0; c < channels; c++) whole[c]!.set(block[c]!, at);
    at = end;
  }
  if (at === 0) throw new AudioError('AUDIO_EMPTY', 'the file holds no samples');
  return whole.map((channel) => (channel.length === at ? channel : channel.slice(0, at)));
}

/** The part of a probe that a stream repeats. */
export type StreamNames = Pick<AudioProbe, 'container' | 'codec'>;
