import { dot, meanOf } from './vectors.js';

/** Embeddings joined pair by pair; the others join the nearest centre. Cost grows by the square. Source: ours. */
const MOST_JOINED = 800;

/**
 * Groups embeddings by average linkage: the two groups that are most alike are joined while the mean cosine between their members is at least `stopBelow`.
 * @param units - Of unit length, shape `[dimension]` each.
 * @returns A group number for each, 0 for the largest group, then by size.
 */
export function clusterEmbeddings(units: readonly Float32Array[], stopBelow: number): readonly number[] {
  const step = Math.max(1, units.length / MOST_JOINED);
  const sample = Array.from({ length: Math.min(units.length, MOST_JOINED) }, (_, i) => Math.floor(i * step));
  const groups = joinByAverage(sample.map((i) => units[i]!), stopBelow).map((members) => members.map((m) => sample[m]!));
  let labels: number[] = new Array<number>(units.length).fill(-1);
  groups.forEach((members, group) => members.forEach((i) => { labels[i] = group; }));
  if (sample.length < units.length) {
    const centres = groups.map((members) => meanOf(members.map((i) => units[i]!)));
    labels = labels.map((label, i) => (label >= 0 ? label : nearest(units[i]!, centres)));
  }
  const sizes = groups.map((_, group) => labels.filter((label) => label === group).length);
  const order = groups.map((_, group) => group).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const rank = new Map(order.map((group, place) => [group, place]));
  return labels.map((label) => rank.get(label)!);
}

const nearest = (unit: Float32Array, centres: readonly Float32Array[]): number =>
  centres.reduce((best, centre, i) => (dot(unit, centre) > dot(unit, centres[best]!) ? i : best), 0);

/** Average linkage with the Lance–Williams update (Lance and Williams 1967); each row remembers its most alike. */
function joinByAverage(units: readonly Float32Array[], stopBelow: number): number[][] {
  const n = units.length;
  const alike = units.map((a, i) => Float64Array.from(units, (b, j) => (i === j ? -Infinity : dot(a, b))));
  const groups = units.map((_, i): number[] | null => [i]);
  const bestOf = (i: number): number => {
    let best = -1;
    for (let j = 0; j < n; j += 1) if (j !== i && groups[j] !== null && (best < 0 || alike[i]![j]! > alike[i]![best]!)) best = j;
    return best;
  };
  const best = units.map((_, i) => bestOf(i));
  for (;;) {
    let at = -1;
    for (let i = 0; i < n; i += 1) if (groups[i] !== null && best[i]! >= 0 && (at < 0 || alike[i]![best[i]!]! > alike[at]![best[at]!]!)) at = i;
    if (at < 0 || alike[at]![best[at]!]! < stopBelow) return groups.filter((group) => group !== null);
    const to = best[at]!;
    const [a, b] = [groups[at]!, groups[to]!];
    for (let j = 0; j < n; j += 1) {
      if (groups[j] === null || j === at || j === to) continue;
      const joined = (alike[at]![j]! * a.length + alike[to]![j]! * b.length) / (a.length + b.length);
      alike[at]![j] = joined;
      alike[j]![at] = joined;
    }
    a.push(...b);
    groups[to] = null;
    for (let j = 0; j < n; j += 1) {
      if (groups[j] === null) continue;
      if (j === at || best[j] === at || best[j] === to) best[j] = bestOf(j);
      else if (alike[j]![at]! > alike[j]![best[j]!]!) best[j] = at;
    }
  }
}
