import { CHUNK, loadMeasureKernel } from './measure-kernel.js';

/** Energy of each piece of a signal, `Σ x²`, and first moment, `Σ i · x[i]²` with i from 0 at the piece's begin. */
export type PieceMoments = { readonly energy: Float64Array; readonly moment: Float64Array };

/** With and without SIMD the same to rounding. @param corners - Where pieces begin, ascending, and the end of the last; shape `[pieces + 1]`. */
export function pieceMoments(samples: Float32Array, corners: Int32Array, kernel = loadMeasureKernel()): PieceMoments {
  const pieces = Math.max(0, corners.length - 1), energy = new Float64Array(pieces), moment = new Float64Array(pieces);
  for (let p = 0; p < pieces;) {
    const from = corners[p]!;
    let end = p + 1;
    while (end < pieces && corners[end + 1]! - from <= CHUNK) end += 1;
    const count = end - p, length = corners[end]! - from;
    if (kernel === null) {
      for (let piece = p; piece < end; piece++) {
        let sum = 0, first = 0;
        for (let i = corners[piece]!, k = 0; i < corners[piece + 1]!; i++, k++) { const x = samples[i]!, power = x * x; sum += power; first += k * power; }
        energy[piece] = sum;
        moment[piece] = first;
      }
    } else {
      const cornersAt = 16 * count, samplesAt = 64 * Math.ceil((cornersAt + 4 * (count + 1)) / 64), memory = kernel.memoryOf(samplesAt + 4 * length);
      new Int32Array(memory, cornersAt, count + 1).set(corners.subarray(p, end + 1).map((corner) => corner - from));
      new Float32Array(memory, samplesAt, length).set(samples.subarray(from, corners[end]!));
      kernel.moments(samplesAt, cornersAt, count, 0);
      energy.set(new Float64Array(memory, 0, count), p);
      moment.set(new Float64Array(memory, 8 * count, count), p);
    }
    p = end;
  }
  return { energy, moment };
}
