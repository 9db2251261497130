// Signals and folders for the tests of this library; not exported.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Reference data beside the repository; tests that need it are skipped without it. */
export const SHARED = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** True when a file or folder of the reference data is there. */
export const hasShared = (path: string): boolean => existsSync(SHARED + path);

/** A sine of full length. */
export function tone(frequencyHz: number, sampleRateHz: number, seconds: number, amplitude = 0.5, phase = 0): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / sampleRateHz + phase));
}

/** Numbers in −1…1 that depend on the seed alone (Numerical Recipes' LCG). */
export function noise(count: number, seed: number, amplitude = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitude * (((state >>> 16) - 32768) / 32768);
  });
}

/** Joins arrays end to end. */
export function join(...parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

/** Least-squares fit of a sine of known frequency: its amplitude, and the rest relative to it in dB. */
export function fitTone(samples: Float32Array, frequencyHz: number, sampleRateHz: number): { amplitude: number; phase: number; snrDb: number } {
  let cc = 0, ss = 0, cs = 0, xc = 0, xs = 0;
  const w = (2 * Math.PI * frequencyHz) / sampleRateHz;
  samples.forEach((x, i) => { const c = Math.cos(w * i), s = Math.sin(w * i); cc += c * c; ss += s * s; cs += c * s; xc += x * c; xs += x * s; });
  const det = cc * ss - cs * cs;
  const a = (xc * ss - xs * cs) / det, b = (xs * cc - xc * cs) / det;
  let rest = 0, signal = 0;
  samples.forEach((x, i) => { const y = a * Math.cos(w * i) + b * Math.sin(w * i); rest += (x - y) ** 2; signal += y * y; });
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(a, b), snrDb: 10 * Math.log10(signal / rest) };
}
