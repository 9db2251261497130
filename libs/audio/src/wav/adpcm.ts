/** Block-coded 4-bit formats: what a decoder must know beside the block size. */
export type Adpcm = {
  readonly kind: 'ima' | 'ms';
  /** Samples per channel in a whole block, as the block's bytes allow. */
  readonly samplesPerBlock: number;
  /** Microsoft's predictors, pairs of weights over 256. */
  readonly coefficients: readonly (readonly [number, number])[];
};

/** IMA ADPCM step sizes (IMA Digital Audio Focus and Technical Working Groups, 1992, table 2). */
const STEPS = Int32Array.from([
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307,
  337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358,
  5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
]);
/** IMA ADPCM index changes (the same paper, table 1). */
const INDEX_CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8];
/** Microsoft ADPCM step changes over 256, and the seven standard predictors (Microsoft, New Multimedia Data Types and Data Techniques, 1994). */
const MS_STEPS = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];
export const MS_COEFFICIENTS: readonly (readonly [number, number])[] = [[256, 0], [512, -256], [0, 0], [192, 64], [240, 0], [460, -208], [392, -232]];

/** Bytes of a block's head, per channel. */
const HEAD_BYTES = { ima: 4, ms: 7 } as const;

/** Samples per channel that one block of `bytes` bytes holds; 0 when it is too short. */
export function adpcmBlockSamples(kind: Adpcm['kind'], bytes: number, channels: number): number {
  const body = bytes - HEAD_BYTES[kind] * channels;
  if (body < 0) return 0;
  return kind === 'ima' ? 1 + Math.floor(body / (4 * channels)) * 8 : 2 + Math.floor((body * 2) / channels);
}

/** Samples per channel in `bytes` bytes: whole blocks, and what a shorter last one holds. */
export function adpcmSamples(bytes: number, blockBytes: number, { kind, samplesPerBlock }: Adpcm, channels: number): number {
  const whole = Math.floor(bytes / blockBytes);
  return whole * samplesPerBlock + Math.min(samplesPerBlock, adpcmBlockSamples(kind, bytes - whole * blockBytes, channels));
}

/** Decodes whole blocks and a shorter last one into planar arrays, 16-bit values over 32768; stops where the arrays end. */
export function decodeAdpcm(bytes: Uint8Array, blockBytes: number, adpcm: Adpcm, channels: readonly Float32Array[]): void {
  const count = channels.length, length = channels[0]!.length;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let p = 0, at = 0; p < bytes.length && at < length; p += blockBytes) {
    const size = Math.min(blockBytes, bytes.length - p);
    const samples = Math.min(adpcm.samplesPerBlock, adpcmBlockSamples(adpcm.kind, size, count), length - at);
    if (samples === 0) return;
    if (adpcm.kind === 'ima') for (let c = 0; c < count; c++) imaChannel(data, p, c, count, channels[c]!, at, samples);
    else msBlock(data, p, adpcm.coefficients, channels, at, samples);
    at += samples;
  }
}

function imaChannel(data: DataView, block: number, c: number, count: number, out: Float32Array, at: number, samples: number): void {
  let value = data.getInt16(block + 4 * c, true);
  let index = Math.min(88, data.getUint8(block + 4 * c + 2));
  out[at] = value / 32768;
  const body = block + 4 * count + 4 * c;
  for (let i = 1; i < samples; i++) {
    const nibbleAt = i - 1;
    const byte = data.getUint8(body + (nibbleAt >> 3) * 4 * count + ((nibbleAt & 7) >> 1));
    const nibble = nibbleAt & 1 ? byte >> 4 : byte & 15;
    const step = STEPS[index]!;
    const change = ((2 * (nibble & 7) + 1) * step) >> 3; // in one product, as ffmpeg does; summing rounded eighths (libsndfile, SoX) differs in the last bits
    value = clamp16(nibble & 8 ? value - change : value + change);
    index = Math.max(0, Math.min(88, index + INDEX_CHANGES[nibble & 7]!));
    out[at + i] = value / 32768;
  }
}

function msBlock(data: DataView, block: number, coefficients: Adpcm['coefficients'], channels: readonly Float32Array[], at: number, samples: number): void {
  const count = channels.length;
  const states = channels.map((_, c) => {
    const [weight1, weight2] = coefficients[data.getUint8(block + c)] ?? [0, 0];
    return { weight1, weight2, step: data.getInt16(block + count + 2 * c, true), newer: data.getInt16(block + 3 * count + 2 * c, true), older: data.getInt16(block + 5 * count + 2 * c, true) };
  });
  const body = block + 7 * count;
  for (let c = 0; c < count; c++) {
    const state = states[c]!, out = channels[c]!;
    out[at] = state.older / 32768;
    if (samples > 1) out[at + 1] = state.newer / 32768;
    let { step, newer, older } = state;
    for (let i = 2; i < samples; i++) {
      const nibbleAt = (i - 2) * count + c;
      const byte = data.getUint8(body + (nibbleAt >> 1));
      const nibble = nibbleAt & 1 ? byte & 15 : byte >> 4;
      const predicted = Math.trunc((newer * state.weight1 + older * state.weight2) / 256);
      const value = clamp16(predicted + (nibble & 8 ? nibble - 16 : nibble) * step);
      older = newer;
      newer = value;
      step = Math.max(16, Math.min(MOST_STEP, (MS_STEPS[nibble]! * step) >> 8));
      out[at + i] = value / 32768;
    }
  }
}

/** Largest step kept, so that a product with it stays a 32-bit integer (2^31 / 768, as ffmpeg's adpcm.c bounds it). */
const MOST_STEP = Math.floor(0x7fffffff / 768);
const clamp16 = (value: number): number => (value > 32767 ? 32767 : value < -32768 ? -32768 : value);
