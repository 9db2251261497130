/** How residuals are cut into partitions, and the parameter of each (RFC 9639 §9.2.7). */
export type RicePlan = { readonly partitionOrder: number; readonly parameters: readonly number[]; readonly wide: boolean; readonly bits: number };

/** 2^order partitions at most. */
const MOST_PARTITION_ORDER = 6;
/** Largest parameters of the two methods: 4 and 5 bits, all ones being the escape. */
const MOST_NARROW = 14, MOST_WIDE = 30;

/** The cheapest plan, by the sums of the folded residuals. @param from - Order of the predictor: residuals start there. */
export function planRice(residual: Int32Array, from: number, samples: number): RicePlan {
  let order = 0;
  while (order < MOST_PARTITION_ORDER && samples % 2 ** (order + 1) === 0 && samples / 2 ** (order + 1) > from) order += 1;
  let sums = new Float64Array(2 ** order);
  const each = samples / sums.length;
  for (let p = 0, i = from; p < sums.length; p++) {
    let sum = 0;
    for (const end = (p + 1) * each; i < end; i++) { const r = residual[i]!; sum += r < 0 ? -2 * r - 1 : 2 * r; }
    sums[p] = sum;
  }
  let best: RicePlan | null = null;
  for (; order >= 0; order--) {
    const length = samples / 2 ** order, parameters: number[] = [];
    let bits = 0;
    for (let p = 0; p < sums.length; p++) {
      const count = p === 0 ? length - from : length, k = parameterFor(sums[p]!, count);
      parameters.push(k);
      bits += riceBits(sums[p]!, count, k);
    }
    const wide = parameters.some((k) => k > MOST_NARROW);
    bits += 6 + parameters.length * (wide ? 5 : 4);
    if (best === null || bits < best.bits) best = { partitionOrder: order, parameters, wide, bits };
    sums = Float64Array.from({ length: sums.length / 2 }, (_, p) => sums[2 * p]! + sums[2 * p + 1]!);
  }
  return best!;
}

/** Expected bits: the remainders' mean is half of their range. */
const riceBits = (sum: number, count: number, k: number): number => Math.max(0, sum / 2 ** k - (count * (1 - 2 ** -k)) / 2) + count * (k + 1);

function parameterFor(sum: number, count: number): number {
  if (sum === 0 || count === 0) return 0;
  const near = Math.max(0, Math.min(MOST_WIDE, Math.floor(Math.log2(sum / count))));
  let best = near;
  for (const k of [near - 1, near + 1]) if (k >= 0 && k <= MOST_WIDE && riceBits(sum, count, k) < riceBits(sum, count, best)) best = k;
  return best;
}
