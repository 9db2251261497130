import { AudioError } from '../errors.js';
import { type ByteParser, take } from '../file/byte-requests.js';

/** The STREAMINFO block (RFC 9639 §8.2) and where the frames start. */
export type FlacHeader = {
  readonly minBlockSamples: number;
  readonly maxBlockSamples: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  /** Samples per channel; null when the encoder did not know. */
  readonly samples: number | null;
  /** Byte offset of the first frame. */
  readonly audioOffset: number;
};

/** Reads the metadata blocks. @throws {AudioError} AUDIO_FORMAT_UNKNOWN, AUDIO_TRUNCATED or AUDIO_CORRUPT. */
export function* parseFlacHeader(fileBytes: number): ByteParser<FlacHeader> {
  let offset = yield* id3Length();
  const magic = yield* take(offset, 4);
  if (magic.byteLength < 4 || magic.getUint32(0) !== 0x664c6143) throw new AudioError('AUDIO_FORMAT_UNKNOWN', 'not a FLAC file: it does not start with fLaC');
  offset += 4;
  let info: Omit<FlacHeader, 'audioOffset'> | undefined;
  for (let last = false; !last;) {
    const head = yield* take(offset, 4);
    if (head.byteLength < 4) throw new AudioError('AUDIO_TRUNCATED', 'the FLAC file ends inside its metadata', { fileBytes });
    last = head.getUint8(0) >= 0x80;
    const size = head.getUint32(0) & 0xffffff;
    if ((head.getUint8(0) & 0x7f) === 0) info = parseStreamInfo(yield* take(offset + 4, Math.min(size, 34)));
    offset += 4 + size;
  }
  if (info === undefined) throw new AudioError('AUDIO_CORRUPT', 'the FLAC file has no STREAMINFO block');
  return { ...info, audioOffset: offset };
}

function parseStreamInfo(block: DataView): Omit<FlacHeader, 'audioOffset'> {
  if (block.byteLength < 18) throw new AudioError('AUDIO_TRUNCATED', 'the FLAC file ends inside its STREAMINFO block');
  const packed = block.getUint32(10); // 20 bits rate, 3 channels − 1, 5 bits − 1, 4 high bits of the sample count
  const samples = (packed & 0xf) * 2 ** 32 + block.getUint32(14);
  const sampleRateHz = packed >>> 12;
  if (sampleRateHz === 0) throw new AudioError('AUDIO_CORRUPT', 'the FLAC header says 0 Hz');
  return {
    minBlockSamples: block.getUint16(0), maxBlockSamples: block.getUint16(2), sampleRateHz,
    channels: ((packed >>> 9) & 7) + 1, bitsPerSample: ((packed >>> 4) & 31) + 1, samples: samples === 0 ? null : samples,
  };
}

function* id3Length(): ByteParser<number> {
  const head = yield* take(0, 10);
  if (head.byteLength < 10 || head.getUint32(0) >>> 8 !== 0x494433) return 0;
  const size = ((head.getUint8(6) & 127) << 21) | ((head.getUint8(7) & 127) << 14) | ((head.getUint8(8) & 127) << 7) | (head.getUint8(9) & 127);
  return 10 + size;
}
