import { AudioError, type AudioWarning } from '../errors.js';
import { parseBytes } from '../file/byte-requests.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { BitReader } from './bit-reader.js';
import { decodeFlacFrame } from './flac-frame.js';
import { type FlacHeader, parseFlacHeader } from './flac-header.js';

/** Frames decoded before others get a turn. */
const FRAMES_A_TURN = 64;

/**
 * Decodes a FLAC file, bit-exact, each integer scaled by 1/2^(bits−1). Checksums are verified: a damaged frame becomes
 * silence of its length, so that times stay right, and is named in `warnings`.
 * @param file - The whole file.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED or AUDIO_EMPTY; or the signal's reason.
 */
export async function decodeFlac(file: Uint8Array, signal?: AbortSignal): Promise<DecodedAudio> {
  const stream = parseBytes(parseFlacHeader(file.length), file);
  const bytes = new Uint8Array(file.length + 16);
  bytes.set(file);
  const reader = new BitReader(bytes);
  const block = stream.maxBlockSamples || 65535;
  const planes = Array.from({ length: stream.channels }, () => (stream.bitsPerSample <= 30 ? new Int32Array(block) : new Float64Array(block)));
  const output = new GrowingChannels(stream, file.length - stream.audioOffset);
  let good = 0, damagedEnd = false;
  for (let p = stream.audioOffset; p + 2 < file.length;) {
    const frame = decodeFlacFrame(bytes, p, file.length, reader, stream, planes);
    if (frame === null || !output.write(frame.position, frame.samples, planes)) {
      damagedEnd = true;
      p = nextSync(bytes, p + 1, file.length);
      continue;
    }
    damagedEnd = false;
    p = frame.end;
    good += 1;
    if (good % FRAMES_A_TURN === 0) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  if (good === 0) throw nothing(stream, file.length);
  return { sampleRateHz: stream.sampleRateHz, channels: output.channels(), warnings: describe(stream, output, damagedEnd) };
}

function nothing(stream: FlacHeader, fileBytes: number): AudioError {
  if (stream.samples === null && fileBytes <= stream.audioOffset) return new AudioError('AUDIO_EMPTY', 'the FLAC file has headers but no audio');
  return fileBytes <= stream.audioOffset + 16
    ? new AudioError('AUDIO_TRUNCATED', 'the FLAC file ends before its first frame', { fileBytes })
    : new AudioError('AUDIO_CORRUPT', 'no FLAC frame could be decoded', { fileBytes });
}

function describe(stream: FlacHeader, output: GrowingChannels, endDamaged: boolean): AudioWarning[] {
  const warnings: AudioWarning[] = [];
  const seconds = (samples: number): string => (samples / stream.sampleRateHz).toFixed(2);
  const lost = (stream.samples ?? output.end) - output.end;
  if (lost > 0) warnings.push({ code: 'AUDIO_TRUNCATED', message: `the FLAC file ends before its audio does: ${seconds(lost)} of ${seconds(stream.samples!)} s are missing` });
  else if (endDamaged && stream.samples === null) warnings.push({ code: 'AUDIO_TRUNCATED', message: 'the last FLAC frame is cut off or damaged' });
  const gaps = output.end - output.written;
  if (gaps > 0) warnings.push({ code: 'AUDIO_CORRUPT', message: `${seconds(gaps)} s in damaged FLAC frames became silence` });
  return warnings;
}

function nextSync(bytes: Uint8Array, from: number, end: number): number {
  for (let p = from; p < end; p++) {
    p = bytes.indexOf(0xff, p);
    if (p < 0 || p >= end) return end;
    if ((bytes[p + 1]! & 0xfc) === 0xf8) return p;
  }
  return end;
}

/** Channels whose final length is known from the header, or grows. */
class GrowingChannels {
  readonly #scale: number;
  readonly #limit: number;
  #channels: Float32Array[];
  /** After the last sample written. */
  end = 0;
  /** Samples written (less than `end` where frames are missing). */
  written = 0;

  constructor(stream: FlacHeader, audioBytes: number) {
    this.#scale = 2 ** -(stream.bitsPerSample - 1);
    this.#limit = stream.samples ?? Infinity;
    // A header can lie: start no larger than 64 samples a byte (a frame of constant subframes packs more; then it grows).
    const first = Math.min(stream.samples ?? 1 << 16, Math.max(1 << 16, audioBytes * 64));
    this.#channels = Array.from({ length: stream.channels }, () => new Float32Array(first));
  }

  /** False when the frame cannot belong here. */
  write(position: number, samples: number, planes: readonly (Int32Array | Float64Array)[]): boolean {
    const end = Math.min(position + samples, this.#limit);
    if (end <= position || position < this.end || position > this.end + 2 ** 28) return false;
    if (end > this.#channels[0]!.length) this.#grow(end);
    for (let c = 0; c < planes.length; c++) scaleInto(this.#channels[c]!.subarray(position, end), planes[c]!, this.#scale);
    this.written += end - position;
    this.end = end;
    return true;
  }

  #grow(needed: number): void {
    const length = Math.min(this.#limit, Math.max(needed, this.#channels[0]!.length * 2));
    this.#channels = this.#channels.map((old) => { const longer = new Float32Array(length); longer.set(old); return longer; });
  }

  channels(): Float32Array[] {
    return this.#channels.map((channel) => (channel.length === this.end ? channel : channel.slice(0, this.end)));
  }
}

/** A loop of its own, with small indices: engines compile it well. */
function scaleInto(out: Float32Array, plane: Int32Array | Float64Array, scale: number): void {
  for (let i = 0, count = out.length; i < count; i++) out[i] = plane[i]! * scale;
}
