import { AudioError, type AudioWarning } from '../errors.js';
import { type AudioProbe, type PcmAudio } from '../pcm.js';

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
  /** Channels of the file, of which `channel` may have made one. */
  readonly fileChannels: number;
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

/** Makes an {@link Allot} once the headers are known. `lengthSamples` is null where they do not tell. */
export type AllotFor = (channels: number, lengthSamples: number | null) => Allot;

/** Fresh arrays for each block. */
export const allotFresh: AllotFor = (channels) => (samples) => Array.from({ length: channels }, () => new Float32Array(samples));

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

/** Bytes of decoded samples that one array set may take when nobody says otherwise. */
export const MOST_DECODED_BYTES = 2 ** 32;
/** Samples allotted at first where the length is not known. */
const FIRST_SAMPLES = 1 << 16;

/**
 * Decodes into arrays of the whole length: where that is known beforehand, decoders write straight into them.
 * @param open - Opens the decoder, which asks `allotFor` for the arrays of its blocks.
 * @param plausibleSamples - Samples per channel that the file can plausibly hold: memory for them is asked for at once, for more only as they come.
 * @param mostBytes - Decoded bytes beyond which it stops.
 * @throws {AudioError} AUDIO_EMPTY when there is no sample, AUDIO_TOO_LONG beyond `mostBytes`.
 */
export async function decodeWhole(open: (allotFor: AllotFor) => Promise<BlockSource>, plausibleSamples: number, mostBytes = MOST_DECODED_BYTES): Promise<PcmAudio & { readonly warnings: AudioWarning[] }> {
  let whole: Float32Array[] = [], allotted = 0;
  const reserve: AllotFor = (channels, lengthSamples) => {
    if (lengthSamples !== null && lengthSamples <= plausibleSamples && lengthSamples * channels * 4 > mostBytes) throw tooLong(mostBytes);
    whole = allotFresh(channels, null)(Math.min(lengthSamples ?? FIRST_SAMPLES, Math.max(FIRST_SAMPLES, plausibleSamples), Math.floor(mostBytes / 4 / channels)));
    return (samples) => {
      const from = allotted;
      allotted += samples;
      return allotted <= whole[0]!.length ? whole.map((channel) => channel.subarray(from, allotted)) : allotFresh(channels, null)(samples);
    };
  };
  const source = await open(reserve);
  let at = 0;
  for await (const block of source.blocks) {
    if (whole.length === 0) reserve(source.channels, source.lengthSamples);
    const end = at + block[0]!.length;
    if (end * source.channels * 4 > mostBytes) throw tooLong(mostBytes);
    if (end > whole[0]!.length) {
      const length = Math.max(end, Math.min(whole[0]!.length * 2, Math.floor(mostBytes / 4 / source.channels)));
      whole = whole.map((old) => { const longer = new Float32Array(length); longer.set(old.subarray(0, at)); return longer; });
    }
    for (let c = 0; c < source.channels; c++) if (block[c]!.buffer !== whole[c]!.buffer || block[c]!.byteOffset !== 4 * at) whole[c]!.set(block[c]!, at);
    at = end;
  }
  if (at === 0) throw new AudioError('AUDIO_EMPTY', 'the file holds no samples');
  return { sampleRateHz: source.sampleRateHz, channels: whole.map((channel) => (channel.length === at ? channel : channel.slice(0, at))), warnings: source.warnings };
}

const tooLong = (mostBytes: number): AudioError => new AudioError('AUDIO_TOO_LONG', `the file decodes to more than ${mostBytes} bytes`, { mostBytes });

/** The part of a probe that a stream repeats. */
export type StreamNames = Pick<AudioProbe, 'container' | 'codec'>;
