import { AudioError } from '../errors.js';
import { type FileSink } from '../file/file-sink.js';
import { assertBlock } from './assert-encodable.js';
import { type QuantizeCounts } from './quantize.js';

/** Writes an audio file block by block, in constant memory. */
export type AudioWriter = {
  /** Takes the next samples, shape `[channels][samples]`, all channels equally long; also none. Resolves when they are written; blocks are written in the order of the calls. */
  write(block: readonly Float32Array[]): Promise<void>;
  /** Writes the true sizes, flushes, and gives the file its name. */
  close(): Promise<WrittenAudio>;
  /** Gives up: nothing stays, and a file that had the name before stays as it was. Does nothing after `close`. */
  discard(): Promise<void>;
};

/** What was written. */
export type WrittenAudio = {
  /** Samples per channel. */
  readonly samples: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Samples beyond full scale, of all channels, that were set to it; float keeps them. */
  readonly clippedSamples: number;
  /** NaN samples, of all channels, that became 0; float keeps them. */
  readonly nonFiniteSamples: number;
};

/** A format's part: bytes from blocks. */
export type BlockEncoder = {
  readonly channels: number;
  readonly counts: Readonly<QuantizeCounts>;
  /** The head before anything is known; its length does not change. */
  readonly head: Uint8Array;
  encode(block: readonly Float32Array[]): Uint8Array;
  /** What comes after the last block, and the true head. @param samples - Per channel. */
  finish(samples: number): { readonly tail: Uint8Array; readonly head: Uint8Array };
};

/** Joins an encoder and a file. A failed write discards the file. */
export async function createAudioWriter(encoder: BlockEncoder, sink: FileSink): Promise<AudioWriter> {
  let samples = 0, bytes = 0, state: 'open' | 'closed' | 'failed' = 'open';
  const append = async (part: Uint8Array): Promise<void> => { const at = bytes; bytes += part.length; await sink.write(part, at); };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try { return await work(); } catch (error) { state = 'failed'; await sink.discard(); throw error; }
  };
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(() => {
      if (state !== 'open') throw new AudioError('AUDIO_OPTION_INVALID', `the writer is ${state === 'closed' ? 'closed' : 'discarded'}; open another`);
      return attempt(work);
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  await attempt(() => append(encoder.head));
  return {
    async write(block) {
      assertBlock(block, encoder.channels);
      await inTurn(async () => { samples += block[0]!.length; await append(encoder.encode(block)); });
    },
    close: () => inTurn(async () => {
      const { tail, head } = encoder.finish(samples);
      await append(tail);
      await sink.write(head, 0);
      await sink.commit();
      state = 'closed';
      return { samples, bytes, clippedSamples: encoder.counts.clipped, nonFiniteSamples: encoder.counts.notNumbers };
    }),
    async discard() {
      await queue;
      if (state !== 'open') return;
      state = 'failed';
      await sink.discard();
    },
  };
}
