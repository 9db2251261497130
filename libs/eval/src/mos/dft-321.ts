// A discrete Fourier transform of 321 = 3 × 107 real points by the Good–Thomas map, which needs no twiddle factors because
// 3 and 107 share no divisor. Source: I. J. Good, "The interaction algorithm and practical Fourier analysis", JRSS B 20 (1958).

/** Points of the transform; odd, so 161 bins are all there are. */
export const DFT_POINTS = 321;
/** Bins 0…160 of a real transform of 321 points. */
export const DFT_BINS = 161;

const ROWS = 3; // Source: 321 = 3 × 107
const COLUMNS = 107; // Source: 321 = 3 × 107
const HALF = 53; // Source: (107 − 1) / 2: a real row's bins 54…106 mirror these

/** Position in the input of row `r`, column `c`: (107 r + 3 c) mod 321. */
const inputIndex = Int32Array.from({ length: DFT_POINTS }, (_, i) => (COLUMNS * Math.floor(i / COLUMNS) + ROWS * (i % COLUMNS)) % DFT_POINTS);
const cosines = trigonometricTable(Math.cos);
const sines = trigonometricTable(Math.sin);

function trigonometricTable(f: (radians: number) => number): Float64Array {
  const table = new Float64Array((HALF + 1) * HALF);
  for (let bin = 0; bin <= HALF; bin += 1) {
    for (let j = 1; j <= HALF; j += 1) table[bin * HALF + j - 1] = f((2 * Math.PI * ((bin * j) % COLUMNS)) / COLUMNS);
  }
  return table;
}

/**
 * Makes a transform that keeps its scratch space between calls.
 * @returns `power(frame, out, offset)`: writes |X[k]|², k = 0…160, of 321 real points to `out` from `offset`.
 */
export function createPowerSpectrum321(): (frame: Float64Array, out: Float64Array, offset: number) => void {
  const even = new Float64Array(ROWS * HALF);
  const odd = new Float64Array(ROWS * HALF);
  const re = new Float64Array(ROWS * (HALF + 1));
  const im = new Float64Array(ROWS * (HALF + 1));
  const sin60 = Math.sqrt(3) / 2;

  return (frame, out, offset) => {
    for (let row = 0; row < ROWS; row += 1) {
      for (let j = 1; j <= HALF; j += 1) {
        const a = frame[inputIndex[row * COLUMNS + j]!]!;
        const b = frame[inputIndex[row * COLUMNS + COLUMNS - j]!]!;
        even[row * HALF + j - 1] = a + b;
        odd[row * HALF + j - 1] = a - b;
      }
    }
    const x0 = frame[inputIndex[0]!]!;
    const x1 = frame[inputIndex[COLUMNS]!]!;
    const x2 = frame[inputIndex[2 * COLUMNS]!]!;
    for (let bin = 0; bin <= HALF; bin += 1) {
      const at = bin * HALF;
      let re0 = x0, re1 = x1, re2 = x2, im0 = 0, im1 = 0, im2 = 0;
      for (let j = 0; j < HALF; j += 1) {
        const c = cosines[at + j]!;
        const s = sines[at + j]!;
        re0 += c * even[j]!;
        re1 += c * even[HALF + j]!;
        re2 += c * even[2 * HALF + j]!;
        im0 -= s * odd[j]!;
        im1 -= s * odd[HALF + j]!;
        im2 -= s * odd[2 * HALF + j]!;
      }
      re[bin] = re0; re[HALF + 1 + bin] = re1; re[2 * (HALF + 1) + bin] = re2;
      im[bin] = im0; im[HALF + 1 + bin] = im1; im[2 * (HALF + 1) + bin] = im2;
    }
    for (let k = 0; k < DFT_BINS; k += 1) {
      const column = k % COLUMNS;
      const mirrored = column > HALF;
      const at = mirrored ? COLUMNS - column : column;
      const sign = mirrored ? -1 : 1;
      const re1 = re[HALF + 1 + at]!, re2 = re[2 * (HALF + 1) + at]!;
      const im1 = sign * im[HALF + 1 + at]!, im2 = sign * im[2 * (HALF + 1) + at]!;
      // W₃^k: 1, −½ ∓ i·√3/2 for k mod 3 = 0, 1, 2
      const residue = k % ROWS;
      const cos1 = residue === 0 ? 1 : -0.5;
      const sin1 = residue === 0 ? 0 : residue === 1 ? -sin60 : sin60;
      const real = re[at]! + cos1 * (re1 + re2) - sin1 * (im1 - im2);
      const imaginary = sign * im[at]! + cos1 * (im1 + im2) + sin1 * (re1 - re2);
      out[offset + k] = real * real + imaginary * imaginary;
    }
  };
}
