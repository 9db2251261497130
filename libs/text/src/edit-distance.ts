/** One step of an alignment; indices point at the tokens concerned. */
export type EditOp =
  | { readonly kind: 'hit' | 'substitution'; readonly reference: number; readonly hypothesis: number }
  | { readonly kind: 'deletion'; readonly reference: number }
  | { readonly kind: 'insertion'; readonly hypothesis: number };

/** A cheapest way from the reference to the hypothesis. */
export type EditAlignment = {
  readonly hits: number;
  readonly substitutions: number;
  readonly insertions: number;
  readonly deletions: number;
  /** In order; hits included. */
  readonly ops: readonly EditOp[];
};

/**
 * Levenshtein distance of two token lists, each edit counting 1.
 * @returns The fewest substitutions, insertions and deletions; 0 to the longer length.
 */
export function editDistance(reference: readonly string[], hypothesis: readonly string[]): number {
  let from = 0, endA = reference.length, endB = hypothesis.length;
  while (from < endA && from < endB && reference[from] === hypothesis[from]) from += 1;
  while (endA > from && endB > from && reference[endA - 1] === hypothesis[endB - 1]) { endA -= 1; endB -= 1; }
  if (from === endA || from === endB) return Math.max(endA, endB) - from;
  const [a, b] = intern(reference.slice(from, endA), hypothesis.slice(from, endB));
  return bitParallelDistance(a, b);
}

/** The same for code points, which need no numbering. */
export function codePointDistance(reference: Int32Array, hypothesis: Int32Array): number {
  let from = 0, endA = reference.length, endB = hypothesis.length;
  while (from < endA && from < endB && reference[from] === hypothesis[from]) from += 1;
  while (endA > from && endB > from && reference[endA - 1] === hypothesis[endB - 1]) { endA -= 1; endB -= 1; }
  if (from === endA || from === endB) return Math.max(endA, endB) - from;
  return bitParallelDistance(reference.subarray(from, endA), hypothesis.subarray(from, endB));
}

/** By token: which rows of the block hold it. All 0 between calls; texts come by the thousand. */
let matches = new Int32Array(1 << 10);

const WORD_BITS = 32; // width of JavaScript's bitwise operators

/**
 * Levenshtein distance, 32 rows of the table at a time: each bit is one row's step from the column to its left.
 * (Myers, "A fast bit-vector algorithm for approximate string matching", JACM 46(3), 1999; the form for whole distances and blocks is Hyyrö's, 2003.)
 * @param a, b - Tokens as small non-negative integers; neither is empty.
 */
function bitParallelDistance(a: Int32Array, b: Int32Array): number {
  let symbols = 0;
  for (const tokens of [a, b]) for (let i = 0; i < tokens.length; i++) if (tokens[i]! >= symbols) symbols = tokens[i]! + 1;
  if (matches.length < symbols) matches = new Int32Array(2 * symbols);
  const steps = new Int8Array(b.length).fill(1); // along the block's upper edge: what each column adds, −1, 0 or 1
  let distance = a.length;
  for (let top = 0; top < a.length; top += WORD_BITS) {
    const rows = Math.min(WORD_BITS, a.length - top);
    const last = rows - 1;
    for (let i = 0; i < rows; i++) matches[a[top + i]!] = matches[a[top + i]!]! | (1 << i);
    let rises = -1, falls = 0; // down the column: rows that add 1, rows that take 1
    let sum = 0;
    for (let j = 0; j < b.length; j++) {
      const step = steps[j]!;
      const equal = matches[b[j]!]! | (step < 0 ? 1 : 0);
      const vertical = matches[b[j]!]! | falls;
      const diagonal = (((equal & rises) + rises) ^ rises) | equal;
      let right = falls | ~(diagonal | rises);
      let left = rises & diagonal;
      const out = ((right >>> last) & 1) - ((left >>> last) & 1);
      steps[j] = out;
      sum += out;
      right = (right << 1) | (step > 0 ? 1 : 0);
      left = (left << 1) | (step < 0 ? 1 : 0);
      rises = left | ~(vertical | right);
      falls = right & vertical;
    }
    for (let i = 0; i < rows; i++) matches[a[top + i]!] = 0;
    if (top + rows === a.length) distance += sum;
  }
  return distance;
}

/**
 * Aligns two token lists. Among equally cheap ways it takes the one that RapidFuzz 3.14 takes, and so jiwer 4: from the end, a deletion first,
 * then an insertion where it must, else the diagonal. Memory grows with the product of the lengths.
 * @param reference - True tokens. @param hypothesis - Recognised tokens.
 */
export function editAlignment(reference: readonly string[], hypothesis: readonly string[]): EditAlignment {
  const [a, b] = intern(reference, hypothesis);
  let prefix = 0, endA = a.length, endB = b.length;
  while (prefix < endA && prefix < endB && a[prefix] === b[prefix]) prefix += 1;
  while (endA > prefix && endB > prefix && a[endA - 1] === b[endB - 1]) { endA -= 1; endB -= 1; }
  const n = endA - prefix, m = endB - prefix, width = m + 1;
  const cost = new Int32Array((n + 1) * width);
  for (let j = 0; j <= m; j++) cost[j] = j;
  for (let i = 1; i <= n; i++) {
    cost[i * width] = i;
    for (let j = 1; j <= m; j++) {
      const diagonal = cost[(i - 1) * width + j - 1]! + (a[prefix + i - 1] === b[prefix + j - 1] ? 0 : 1);
      cost[i * width + j] = Math.min(diagonal, cost[(i - 1) * width + j]! + 1, cost[i * width + j - 1]! + 1);
    }
  }
  const ops: EditOp[] = [];
  for (let i = a.length, j = b.length; i > endA; i--, j--) ops.push({ kind: 'hit', reference: i - 1, hypothesis: j - 1 });
  for (let i = n, j = m; i > 0 || j > 0;) {
    const at = i * width + j;
    if (i > 0 && (j === 0 || cost[at] === cost[at - width]! + 1)) {
      i -= 1;
      ops.push({ kind: 'deletion', reference: prefix + i });
    } else if (j > 0 && (i === 0 || cost[at - 1] === cost[at - width - 1]! - 1)) {
      j -= 1;
      ops.push({ kind: 'insertion', hypothesis: prefix + j });
    } else {
      i -= 1; j -= 1;
      ops.push({ kind: a[prefix + i] === b[prefix + j] ? 'hit' : 'substitution', reference: prefix + i, hypothesis: prefix + j });
    }
  }
  for (let i = prefix - 1; i >= 0; i--) ops.push({ kind: 'hit', reference: i, hypothesis: i });
  ops.reverse();
  const count = (kind: EditOp['kind']): number => ops.reduce((sum, op) => sum + (op.kind === kind ? 1 : 0), 0);
  return { hits: count('hit'), substitutions: count('substitution'), insertions: count('insertion'), deletions: count('deletion'), ops };
}

function intern(reference: readonly string[], hypothesis: readonly string[]): [Int32Array, Int32Array] {
  const ids = new Map<string, number>();
  const number = (tokens: readonly string[]): Int32Array => {
    const numbered = new Int32Array(tokens.length);
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      let known = ids.get(token);
      if (known === undefined) ids.set(token, (known = ids.size));
      numbered[i] = known;
    }
    return numbered;
  };
  return [number(reference), number(hypothesis)];
}
