import { AudioError } from '../errors.js';
import { type ByteParser, take } from '../file/byte-requests.js';
import { type AudioProbe } from '../pcm.js';
import { id3v2Bytes, parseMp3Frame } from './mp3-frame.js';
import { MP3_DECODER_DELAY, parseMp3Tag } from './mp3-tag.js';
import { findFirstMp3Frame } from './find-mp3-frame.js';

/** Bytes searched for the first frame. */
const SEARCH_BYTES = 65536;

/** Byte offset after the ID3v2 tags at the start. */
export function* skipMp3Tags(): ByteParser<number> {
  for (let offset = 0;;) {
    const head = yield* take(offset, 10);
    const size = id3v2Bytes(new Uint8Array(head.buffer, head.byteOffset, head.byteLength), 0);
    if (size === 0) return offset;
    offset += size;
  }
}

/**
 * Reads what an MP3 file says of itself: exact length from a Xing, Info or VBRI tag, else the estimate of a constant bit rate.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN when no frame is near the start.
 */
export function* parseMp3Header(fileBytes: number): ByteParser<AudioProbe> {
  const offset = yield* skipMp3Tags();
  const part = yield* take(offset, SEARCH_BYTES);
  const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  const at = findFirstMp3Frame(bytes, 0);
  if (at < 0) {
    throw offset >= fileBytes
      ? new AudioError('AUDIO_EMPTY', 'the MP3 file holds tags but no audio', { fileBytes })
      : new AudioError('AUDIO_FORMAT_UNKNOWN', 'no MP3 frame found', { offset });
  }
  const frame = parseMp3Frame(bytes, at)!;
  const tag = parseMp3Tag(bytes, at, frame);
  const tail = yield* take(Math.max(0, fileBytes - 128), 3);
  const id3v1 = tail.byteLength === 3 && tail.getUint16(0) === 0x5441 && tail.getUint8(2) === 0x47 ? 128 : 0;
  let samples: number;
  if (tag?.frames !== null && tag?.frames !== undefined) {
    const trimmed = tag.encoderDelay === null || tag.encoderPadding === null ? 0
      : tag.encoderDelay + MP3_DECODER_DELAY + Math.max(0, tag.encoderPadding - MP3_DECODER_DELAY);
    samples = Math.max(0, tag.frames * frame.samples - trimmed);
  } else {
    samples = ((fileBytes - offset - at - id3v1) / (frame.bitrateKbps * 125)) * frame.sampleRateHz;
  }
  return {
    container: 'mp3', codec: frame.layer === 3 ? 'mp3' : `mp${frame.layer}`, sampleRateHz: frame.sampleRateHz, channels: frame.channels,
    durationSec: samples / frame.sampleRateHz, bitsPerSample: null,
  };
}
