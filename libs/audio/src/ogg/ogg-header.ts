import { AudioError } from '../errors.js';
import { type ByteParser, fourCharacters, take } from '../file/byte-requests.js';
import { type AudioProbe } from '../pcm.js';

/** Bytes at the end of a file in which its last page must start (a page has at most 65 307; RFC 3533). */
const TAIL_BYTES = 131072;

/** Reads what an Ogg file says of its first stream: Opus, Vorbis, FLAC or Speex. @throws {AudioError} AUDIO_CODEC_UNSUPPORTED or AUDIO_TRUNCATED. */
export function* parseOggHeader(fileBytes: number): ByteParser<AudioProbe> {
  const page = yield* take(0, 512);
  if (page.byteLength < 28) throw new AudioError('AUDIO_TRUNCATED', 'the Ogg file ends inside its first page', { fileBytes });
  const serial = page.getUint32(14, true);
  const packet = 27 + page.getUint8(26);
  const stream = firstPacket(page, packet);
  const tailStart = Math.max(0, fileBytes - TAIL_BYTES);
  const granule = lastGranule(yield* take(tailStart, TAIL_BYTES), serial);
  const samples = granule === null ? null : Math.max(0, granule - stream.preSkip);
  return {
    container: 'ogg', codec: stream.codec, sampleRateHz: stream.sampleRateHz, channels: stream.channels,
    durationSec: samples === null ? null : samples / stream.sampleRateHz, bitsPerSample: stream.bits,
  };
}

type Stream = { codec: string; sampleRateHz: number; channels: number; preSkip: number; bits: number | null };

function firstPacket(page: DataView, at: number): Stream {
  const word = fourCharacters(page, at);
  if (page.byteLength >= at + 30) {
    if (word === 'Opus') return { codec: 'opus', sampleRateHz: 48000, channels: page.getUint8(at + 9), preSkip: page.getUint16(at + 10, true), bits: null };
    if (word === '\x01vor') return { codec: 'vorbis', channels: page.getUint8(at + 11), sampleRateHz: page.getUint32(at + 12, true), preSkip: 0, bits: null };
    if (word === '\x7fFLA' && page.byteLength >= at + 35) {
      const packed = page.getUint32(at + 27);
      return { codec: 'flac', sampleRateHz: packed >>> 12, channels: ((packed >>> 9) & 7) + 1, preSkip: 0, bits: ((packed >>> 4) & 31) + 1 };
    }
    if (word === 'Spee' && page.byteLength >= at + 52) return { codec: 'speex', sampleRateHz: page.getUint32(at + 36, true), channels: page.getUint32(at + 48, true), preSkip: 0, bits: null };
  }
  throw new AudioError('AUDIO_CODEC_UNSUPPORTED', 'the first stream of the Ogg file is not Opus, Vorbis, FLAC or Speex');
}

function lastGranule(tail: DataView, serial: number): number | null {
  for (let p = tail.byteLength - 27; p >= 0; p--) {
    if (tail.getUint32(p) !== 0x4f676753 || tail.getUint32(p + 14, true) !== serial) continue;
    const granule = tail.getBigInt64(p + 6, true);
    if (granule >= 0n) return Number(granule);
  }
  return null;
}
