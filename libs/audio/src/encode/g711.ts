import { AudioError } from '../errors.js';
import { quantize } from './quantize.js';

/** The two laws of ITU-T G.711: μ-law (North America, Japan) and A-law (elsewhere). */
export type G711Law = 'mulaw' | 'alaw';

/** ITU-T G.711 μ-law: the 16-bit value of each code. */
const MULAW = Int16Array.from({ length: 256 }, (_, code) => {
  const u = ~code & 0xff;
  const magnitude = ((((u & 0x0f) << 3) + 0x84) << ((u & 0x70) >> 4)) - 0x84;
  return u & 0x80 ? 0 - magnitude : magnitude;
});

/** ITU-T G.711 A-law: the 16-bit value of each code. */
const ALAW = Int16Array.from({ length: 256 }, (_, code) => {
  const a = code ^ 0x55;
  const exponent = (a & 0x70) >> 4;
  const mantissa = ((a & 0x0f) << 4) + (exponent === 0 ? 8 : 0x108);
  const magnitude = exponent > 1 ? mantissa << (exponent - 1) : mantissa;
  return a & 0x80 ? magnitude : -magnitude;
});

const VALUES: Readonly<Record<G711Law, Int16Array>> = { mulaw: MULAW, alaw: ALAW };
const codes: Partial<Record<G711Law, Uint8Array>> = {};

/** The code of each 16-bit value, `[value + 32768]`, by the decision values of ITU-T G.711; negative values by their one's complement (ITU-T G.191, STL g711 3.01). */
export function g711Codes(law: G711Law): Uint8Array {
  g711Values(law);
  const code = law === 'mulaw' ? mulawCode : alawCode;
  return (codes[law] ??= Uint8Array.from({ length: 65536 }, (_, i) => code(i - 32768)));
}

function mulawCode(value: number): number {
  const magnitude = Math.min(8191, ((value < 0 ? ~value : value) >> 2) + 33); // 14 bits, shifted so that segments start at powers of two
  const segment = 26 - Math.clz32(magnitude);
  return ~((value < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >> (segment + 1)) & 15)) & 0xff;
}

function alawCode(value: number): number {
  const magnitude = (value < 0 ? ~value : value) >> 4; // 11 bits
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  return ((value < 0 ? 0 : 0x80) | (segment << 4) | ((segment === 0 ? magnitude : magnitude >> (segment - 1)) & 15)) ^ 0x55;
}

/**
 * Encodes as ITU-T G.711: samples are rounded to 16 bits, then each takes its code as the ITU's own software (G.191) gives it.
 * @param samples - Nominal range −1…1; louder ones are clamped, NaN becomes 0.
 * @returns One code a sample.
 * @throws {AudioError} AUDIO_OPTION_INVALID for another law.
 */
export function encodeG711(samples: Float32Array, law: G711Law): Uint8Array {
  const table = g711Codes(law), rounded = new Int16Array(samples.length);
  quantize(samples, 0, samples.length, 16, null, rounded, { clipped: 0, notNumbers: 0 });
  return Uint8Array.from(rounded, (value) => table[value + 32768]!);
}

/**
 * Decodes ITU-T G.711.
 * @param bytes - One code a sample.
 * @returns 16-bit values over 32768.
 * @throws {AudioError} AUDIO_OPTION_INVALID for another law.
 */
export function decodeG711(bytes: Uint8Array, law: G711Law): Float32Array {
  const values = g711Values(law);
  return Float32Array.from(bytes, (code) => values[code]! / 32768);
}

/** The 16-bit value of each code. @throws {AudioError} AUDIO_OPTION_INVALID for another law. */
export function g711Values(law: G711Law): Int16Array {
  const values = VALUES[law] as Int16Array | undefined;
  if (values === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `law must be mulaw or alaw, got ${String(law)}`);
  return values;
}
