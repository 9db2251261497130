import { type Transform } from './fft-mixed-radix.js';

/** Bluestein's chirp transform: any length by a convolution of a power of two (L. Bluestein, "A linear filtering approach to the computation of DFT", 1970). */
export function createBluestein(size: number, create: (size: number) => Transform): Transform {
  const long = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const transform = create(long);
  const cos = new Float64Array(size), sin = new Float64Array(size);
  for (let n = 0; n < size; n++) {
    const angle = (Math.PI * Number((BigInt(n) * BigInt(n)) % BigInt(2 * size))) / size; // n² stays exact
    cos[n] = Math.cos(angle);
    sin[n] = Math.sin(angle);
  }
  const chirpRe = new Float64Array(long), chirpIm = new Float64Array(long);
  for (let n = 0; n < size; n++) {
    chirpRe[n] = chirpRe[(long - n) % long] = cos[n]! / long;
    chirpIm[n] = chirpIm[(long - n) % long] = sin[n]! / long;
  }
  transform(chirpRe, chirpIm);
  const ar = new Float64Array(long), ai = new Float64Array(long);
  return (re, im) => {
    ar.fill(0, size);
    ai.fill(0, size);
    for (let n = 0; n < size; n++) {
      ar[n] = re[n]! * cos[n]! + im[n]! * sin[n]!;
      ai[n] = im[n]! * cos[n]! - re[n]! * sin[n]!;
    }
    transform(ar, ai);
    for (let k = 0; k < long; k++) {
      const r = ar[k]! * chirpRe[k]! - ai[k]! * chirpIm[k]!;
      ai[k] = ar[k]! * chirpIm[k]! + ai[k]! * chirpRe[k]!;
      ar[k] = r;
    }
    transform(ai, ar); // the inverse; the division lies in the chirp
    for (let k = 0; k < size; k++) {
      re[k] = ar[k]! * cos[k]! + ai[k]! * sin[k]!;
      im[k] = ai[k]! * cos[k]! - ar[k]! * sin[k]!;
    }
  };
}
