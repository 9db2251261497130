import { dot, meanOf } from './vectors.js';

/** The middles of two voices are less alike than this; one voice in two halves is more so. Source: ours; by GE2E, of 42 made calls two voices have 0.48 to 0.91, and halves of one 0.90 and more. */
const TWO_VOICES_BELOW = 0.9;
/** Where the enrolment tells the halves apart by so much, they are two voices up to this. Source: ours; of the same calls, halves of one differ by 0.05 at most. */
const TOLD_APART_BY = 0.06;
const TOLD_APART_BELOW = 0.925;
/** A half of fewer windows is no voice. Source: ours; two-means finds no small group. */
const LEAST_WINDOWS = 8;
/** Rounds of assigning and averaging, and of the power iteration before them; both settle in a few. */
const MOST_ROUNDS = 20;

/**
 * Parts the windows of a call by voice: in two along what tells them apart most (two-means, begun at the first principal component, MacQueen 1967), each half again, as long as the halves are two voices.
 * What all windows have in common, the line and the noise, has no weight in it: it is taken off before.
 * @param units - Of unit length, shape `[dimension]` each. @param known - The speaker's enrolment, unit length, where there is one.
 * @returns The places of the windows of each part.
 */
export function splitVoices(units: readonly Float32Array[], known: Float32Array | null, members: readonly number[] = units.map((_, i) => i)): readonly (readonly number[])[] {
  const halves = members.length < 2 * LEAST_WINDOWS ? null : twoMeans(members.map((i) => units[i]!)).map((half) => half.map((i) => members[i]!));
  if (halves === null || halves.some((half) => half.length < LEAST_WINDOWS)) return [members];
  const [a, b] = halves.map((half) => meanOf(half.map((i) => units[i]!))) as [Float32Array, Float32Array];
  const alike = dot(a, b);
  const apart = known === null ? 0 : Math.abs(dot(a, known) - dot(b, known));
  const two = alike < TWO_VOICES_BELOW || (alike < TOLD_APART_BELOW && apart >= TOLD_APART_BY);
  return two ? halves.flatMap((half) => splitVoices(units, known, half)) : [members];
}

/** Two groups with the least spread around their means. */
function twoMeans(units: readonly Float32Array[]): readonly [readonly number[], readonly number[]] {
  const size = units[0]!.length;
  const mean = (which: readonly number[]) => Float64Array.from({ length: size }, (_, d) => which.reduce((sum, i) => sum + units[i]![d]!, 0) / which.length);
  const all = units.map((_, i) => i);
  const middle = mean(all);
  const along = (axis: Float64Array, i: number, from: Float64Array) => axis.reduce((sum, value, d) => sum + value * (units[i]![d]! - from[d]!), 0);
  const furthest = all.reduce((best, i) => (dot(units[i]!, units[0]!) < dot(units[best]!, units[0]!) ? i : best), 0);
  let axis = Float64Array.from(middle, (value, d) => units[furthest]![d]! - value);
  for (let round = 0; round < MOST_ROUNDS; round += 1) { // the first principal component
    const next = new Float64Array(size);
    for (const i of all) { const share = along(axis, i, middle); for (let d = 0; d < size; d += 1) next[d]! += share * (units[i]![d]! - middle[d]!); }
    const length = Math.hypot(...next);
    if (length === 0) break;
    axis = next.map((value) => value / length);
  }
  let labels = all.map((i) => along(axis, i, middle) > 0);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const [one, other] = [true, false].map((label) => all.filter((i) => labels[i] === label)) as [number[], number[]];
    if (one.length === 0 || other.length === 0) break;
    const [a, b] = [mean(one), mean(other)];
    const between = Float64Array.from(a, (value, d) => (value + b[d]!) / 2);
    const towards = Float64Array.from(a, (value, d) => value - b[d]!);
    const now = all.map((i) => along(towards, i, between) > 0);
    if (now.every((label, i) => label === labels[i])) break;
    labels = now;
  }
  return [all.filter((i) => labels[i]!), all.filter((i) => !labels[i]!)];
}
