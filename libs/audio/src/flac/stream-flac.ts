import { AudioError, type AudioWarning } from '../errors.js';
import { type Allot, type AllotFor, allotFresh, type BlockSource } from '../file/audio-stream.js';
import { parseSource, type ReadAt } from '../file/byte-requests.js';
import { ByteWindow } from '../file/byte-window.js';
import { BitReader } from './bit-reader.js';
import { decodeFlacFrame, type FlacFrame } from './flac-frame.js';
import { type FlacHeader, parseFlacHeader } from './flac-header.js';
import { type FlacKernel, openFlacKernel } from './flac-kernel.js';
import { type Numbers } from './restore.js';

/** Samples a block. */
const BLOCK_SAMPLES = 1 << 15;
/** Most encoders use no larger frames; for larger ones memory is asked for when a header with a true checksum wants it. */
const USUAL_BLOCK_SAMPLES = 4608;
/** Frames decoded before others get a turn. */
const FRAMES_A_TURN = 64;
/** Seconds of missing frames that become silence; a longer jump is a lie. */
const MOST_GAP_SEC = 600;

/**
 * Opens a FLAC file for decoding piece by piece. Checksums are verified: a damaged frame becomes silence of its length.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT or AUDIO_TRUNCATED from the headers; the blocks throw AUDIO_EMPTY,
 * AUDIO_TRUNCATED or AUDIO_CORRUPT when no frame decodes.
 */
export async function openFlac(readAt: ReadAt, fileBytes: number, { signal, allotFor = allotFresh, kernelFor = openFlacKernel }: {
  readonly signal?: AbortSignal | undefined; readonly allotFor?: AllotFor | undefined; readonly kernelFor?: ((bitsPerSample: number) => FlacKernel | null) | undefined;
} = {}): Promise<BlockSource> {
  const stream = await parseSource(parseFlacHeader(fileBytes), readAt, signal);
  const warnings: AudioWarning[] = [];
  return { sampleRateHz: stream.sampleRateHz, channels: stream.channels, lengthSamples: stream.samples, warnings, blocks: flacBlocks(stream, readAt, fileBytes, warnings, allotFor, kernelFor(stream.bitsPerSample), signal) };
}

async function* flacBlocks(stream: FlacHeader, readAt: ReadAt, fileBytes: number, warnings: AudioWarning[], allotFor: AllotFor, kernel: FlacKernel | null, signal: AbortSignal | undefined): AsyncGenerator<Float32Array[], void, undefined> {
  const most = stream.maxBlockSamples || 65535;
  const makePlanes = (samples: number): Numbers[] => Array.from({ length: stream.channels }, () => (stream.bitsPerSample <= 30 ? new Int32Array(samples) : new Float64Array(samples)));
  let planes = makePlanes(Math.min(most, USUAL_BLOCK_SAMPLES));
  // Stored as it is, a frame takes this; a coded one hardly more. Twice that is a whole frame, or damage.
  const frameBytes = 64 + 2 * Math.ceil((most * stream.channels * (stream.bitsPerSample + 1)) / 8);
  const window = new ByteWindow(readAt, fileBytes, stream.audioOffset);
  await window.reach(stream.audioOffset, frameBytes);
  let bytes = window.padded, reader = new BitReader(bytes);
  kernel?.open(bytes);
  const output = new FlacOutput(stream, allotFor(stream.channels, stream.samples));
  let good = 0, damagedEnd = false;
  for (let p = stream.audioOffset; p + 2 < fileBytes;) {
    if (p + frameBytes > window.start + window.length && await window.reach(p, frameBytes)) { bytes = window.padded; reader = new BitReader(bytes); kernel?.open(bytes); signal?.throwIfAborted(); }
    let frame = decodeFlacFrame(bytes, p - window.start, window.length, reader, stream, planes, kernel);
    if (typeof frame === 'number') {
      if (frame <= most) planes = makePlanes(most);
      frame = frame <= most ? decodeFlacFrame(bytes, p - window.start, window.length, reader, stream, planes, kernel) as FlacFrame | null : null;
    }
    if (frame === null || !output.fits(frame.position, frame.samples)) {
      damagedEnd = true;
      const next = nextSync(bytes, p - window.start + 1, window.length);
      p = window.start + (next >= window.length && !window.atEnd ? window.length - 1 : next);
      continue;
    }
    damagedEnd = false;
    p = window.start + frame.end;
    good += 1;
    yield* output.write(frame.position, frame.samples, frame.decoded ?? planes);
    if (good % FRAMES_A_TURN === 0) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  if (good === 0) throw nothing(stream, fileBytes);
  yield* output.rest();
  warnings.push(...describe(stream, output, damagedEnd));
}

function nothing(stream: FlacHeader, fileBytes: number): AudioError {
  const facts = { fileBytes, byteOffset: Math.min(stream.audioOffset, fileBytes) };
  if (stream.samples === null && fileBytes <= stream.audioOffset) return new AudioError('AUDIO_EMPTY', 'the FLAC file has headers but no audio', facts);
  return fileBytes <= stream.audioOffset + 16
    ? new AudioError('AUDIO_TRUNCATED', 'the FLAC file ends before its first frame', facts)
    : new AudioError('AUDIO_CORRUPT', 'no FLAC frame could be decoded', facts);
}

function describe(stream: FlacHeader, output: FlacOutput, endDamaged: boolean): AudioWarning[] {
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

/** Puts frames where they belong, in blocks of one size; what is missing between them is silence. */
class FlacOutput {
  readonly #scale: number;
  readonly #limit: number;
  readonly #mostGap: number;
  readonly #allot: Allot;
  #block: Float32Array[] | null = null;
  #filled = 0;
  /** After the last sample written. */
  end = 0;
  /** Samples written (less than `end` where frames are missing). */
  written = 0;

  constructor(stream: FlacHeader, allot: Allot) {
    this.#scale = 2 ** -(stream.bitsPerSample - 1);
    this.#limit = stream.samples ?? Infinity;
    this.#mostGap = MOST_GAP_SEC * stream.sampleRateHz;
    this.#allot = allot;
  }

  /** False when the frame cannot belong here. */
  fits(position: number, samples: number): boolean {
    const end = Math.min(position + samples, this.#limit);
    return end > position && position >= this.end && position <= this.end + this.#mostGap;
  }

  /** @param found - Integers, or samples as they come out. */
  *write(position: number, samples: number, found: readonly (Numbers | Float32Array)[]): Generator<Float32Array[]> {
    // While a block is out, another stream may use the kernel's memory.
    const planes = position === this.end && samples <= BLOCK_SAMPLES - this.#filled ? found : found.map((plane) => (plane instanceof Float32Array ? plane.slice() : plane));
    while (this.end < position) yield* this.#advance(Math.min(position - this.end, BLOCK_SAMPLES - this.#filled)); // fresh blocks are silent
    const count = Math.min(position + samples, this.#limit) - position;
    for (let from = 0; from < count;) {
      const part = Math.min(count - from, BLOCK_SAMPLES - this.#filled);
      this.#block ??= this.#allot(BLOCK_SAMPLES);
      for (let c = 0; c < planes.length; c++) {
        const out = this.#block[c]!.subarray(this.#filled, this.#filled + part), plane = planes[c]!.subarray(from, from + part);
        if (plane instanceof Float32Array) out.set(plane); else scaleInto(out, plane, this.#scale);
      }
      from += part;
      this.written += part;
      yield* this.#advance(part);
    }
  }

  *#advance(samples: number): Generator<Float32Array[]> {
    this.#block ??= this.#allot(BLOCK_SAMPLES);
    this.#filled += samples;
    this.end += samples;
    if (this.#filled < BLOCK_SAMPLES) return;
    const full = this.#block;
    this.#block = null;
    this.#filled = 0;
    yield full;
  }

  *rest(): Generator<Float32Array[]> {
    if (this.#block !== null && this.#filled > 0) yield this.#block.map((channel) => channel.subarray(0, this.#filled));
  }
}

/** A loop of its own, with small indices: engines compile it well. */
function scaleInto(out: Float32Array, plane: Numbers, scale: number): void {
  for (let i = 0, count = out.length; i < count; i++) out[i] = plane[i]! * scale;
}
