import { SAMPLE_FORMATS, type WavSampleFormat } from '../encode/sample-format.js';

/** A RIFF size field holds 32 bits. */
export const MOST_RIFF_BYTES = 0xffffffff;
/** The ds64 chunk without its table (EBU Tech 3306, §3.5). */
const DS64_BYTES = 28;

/** What a WAV file holds. */
export type WavContent = {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly format: WavSampleFormat;
  /** Samples per channel. */
  readonly samples: number;
  /** Whole chunks before the data: {@link formatWavChunks}. */
  readonly chunks?: Uint8Array | undefined;
  /** Leaves room for 64-bit sizes in a JUNK chunk, so that the head can be rewritten in place (EBU Tech 3306, §4). */
  readonly reserve?: boolean | undefined;
};

/** Bytes of the samples. */
export const wavDataBytes = ({ channels, format, samples }: WavContent): number => samples * channels * SAMPLE_FORMATS[format].bytes;

/**
 * Everything before the samples: RIFF, or RF64 where 32 bits do not hold the sizes (EBU Tech 3306).
 * @returns With `reserve` the same length for any number of samples.
 */
export function formatWavHead(content: WavContent): Uint8Array {
  const { sampleRateHz, channels, format, samples, chunks = new Uint8Array(0), reserve = false } = content;
  const { bytes: width, tag } = SAMPLE_FORMATS[format], dataBytes = wavDataBytes(content), blockBytes = width * channels;
  const fact = tag === 1 ? 0 : 12; // every coding but PCM has one
  const headBytes = (ds64: boolean): number => 12 + (ds64 ? 8 + DS64_BYTES : 0) + 24 + (tag === 1 ? 0 : 2) + fact + chunks.length + 8;
  const riffBytes = (ds64: boolean): number => headBytes(ds64) - 8 + dataBytes + (dataBytes % 2);
  const long = riffBytes(reserve) > MOST_RIFF_BYTES, ds64 = long || reserve;

  const head = new Uint8Array(headBytes(ds64)), data = new DataView(head.buffer);
  const size = (value: number): number => (long ? MOST_RIFF_BYTES : value);
  let at = 0;
  const word = (text: string): void => { for (const letter of text) head[at++] = letter.charCodeAt(0); };
  const u16 = (value: number): void => { data.setUint16(at, value, true); at += 2; };
  const u32 = (value: number): void => { data.setUint32(at, value, true); at += 4; };
  const u64 = (value: number): void => { data.setBigUint64(at, BigInt(value), true); at += 8; };
  word(long ? 'RF64' : 'RIFF'); u32(size(riffBytes(ds64))); word('WAVE');
  if (ds64) {
    word(long ? 'ds64' : 'JUNK'); u32(DS64_BYTES);
    if (long) { u64(riffBytes(ds64)); u64(dataBytes); u64(samples); u32(0); } else at += DS64_BYTES;
  }
  word('fmt '); u32(tag === 1 ? 16 : 18); u16(tag); u16(channels); u32(sampleRateHz); u32(sampleRateHz * blockBytes); u16(blockBytes); u16(width * 8);
  if (tag !== 1) { u16(0); word('fact'); u32(4); u32(Math.min(samples, MOST_RIFF_BYTES)); }
  head.set(chunks, at); at += chunks.length;
  word('data'); u32(size(dataBytes));
  return head;
}
