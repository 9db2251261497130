import { type PhaseTable } from './design-filter.js';

export type Samples = Float32Array | Float64Array;

/** What one stage reads and fills. Leads count the samples before time 0; samples outside the input are 0. */
export type Span = {
  readonly input: Samples;
  readonly inputLead: number;
  readonly output: Samples;
  /** A whole number of the filter's periods. */
  readonly outputLead: number;
};

/** The input sample at the time of output 0. */
export const originOf = ({ inputLead, outputLead }: Span, up: number, down: number): number => inputLead - (outputLead / up) * down;

/** Periods (`up` samples out, `down` samples in) filtered together: they share each coefficient. */
const LANES = 4;

/** The rational filter in plain JavaScript, with float64 sums; fills `span.output`. Row `n · down mod up` of the table belongs to output n. */
export function filterPlain(span: Span, up: number, down: number, { half, rows }: PhaseTable): void {
  const { input, output } = span, origin = originOf(span, up, down) - half + 1;
  const taps = 2 * half;
  // Enough groups of periods at a time to be worth the copy, few enough to stay in the cache.
  const groups = Math.max(1, Math.floor(16384 / (LANES * down)));
  const scratch = new Float64Array((LANES * groups) * down + taps);
  for (let first = 0; first * up < output.length; first += LANES * groups) {
    loadPadded(input, origin + first * down, scratch);
    for (let phase = 0; phase < up; phase++) {
      const position = phase * down;
      const row = (position % up) * taps, at = Math.floor(position / up);
      for (let group = 0; group < groups; group++) {
        const n = (first + LANES * group) * up + phase;
        if (n >= output.length) break;
        let p = LANES * group * down + at;
        let a = 0, b = 0, c = 0, d = 0;
        for (let j = row, end = row + taps; j < end; j += 2, p += 2) {
          const w = rows[j]!, v = rows[j + 1]!;
          a += w * scratch[p]! + v * scratch[p + 1]!;
          b += w * scratch[p + down]! + v * scratch[p + down + 1]!;
          c += w * scratch[p + 2 * down]! + v * scratch[p + 2 * down + 1]!;
          d += w * scratch[p + 3 * down]! + v * scratch[p + 3 * down + 1]!;
        }
        output[n] = a; // writes past the end of a typed array are ignored
        output[n + up] = b;
        output[n + 2 * up] = c;
        output[n + 3 * up] = d;
      }
    }
  }
}

/** Any ratio: weighs the two nearest rows of the table. `inputLead` is where time 0 lies in the input, and may be negative; the output begins at its sample `first`. */
export function filterBetween({ input, inputLead, output }: Span, fromHz: number, toHz: number, { half, phases, rows }: PhaseTable, first = 0): void {
  const taps = 2 * half, block = 16384;
  const scratch = new Float64Array(block + taps + 1);
  let loadedFrom = -1;
  for (let n = 0; n < output.length; n++) {
    const position = (first + n) * fromHz; // below 2^53 for days of audio at any rate
    const whole = Math.floor(position / toHz);
    const fraction = ((position % toHz) / toHz) * phases;
    if (loadedFrom < 0 || whole - loadedFrom >= block) loadPadded(input, (loadedFrom = whole) + inputLead - half + 1, scratch);
    const r = Math.floor(fraction), blend = fraction - r;
    let near = 0, far = 0;
    for (let j = 0, p = whole - loadedFrom, w = r * taps; j < taps; j++, p++, w++) {
      near += rows[w]! * scratch[p]!;
      far += rows[w + taps]! * scratch[p]!;
    }
    output[n] = near + (far - near) * blend;
  }
}

/** Fills `scratch` from `input[from…]`, with zeros outside. */
export function loadPadded(input: Samples, from: number, scratch: Samples): void {
  const begin = Math.max(0, -from);
  scratch.fill(0, 0, Math.min(begin, scratch.length));
  const part = input.subarray(Math.max(0, from), Math.max(0, from + scratch.length));
  if (begin < scratch.length) scratch.set(part, begin);
  scratch.fill(0, Math.min(scratch.length, begin + part.length));
}
