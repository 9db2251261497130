import { editDistance, toSimplified } from '@voxtune/text';

/** Texts that differ in at most this share of the longer one's letters say the same. Source: ours; one slip of the tongue in ten letters. */
const APART = 0.1;
/** Shorter texts are the same only when they are equal: a letter's change changes their meaning. Source: ours. */
const LEAST_LETTERS = 10;
/**
 * Gives texts that say the same thing one number: equal but for case, spaces, punctuation and script variants, or nearly equal (a tenth of the letters, digits excepted).
 * Nearness is not transitive; whoever is near to one of a group is in it.
 * @returns One number a text; equal for those that say the same.
 */
export function clusterTexts(texts: readonly string[]): readonly number[] {
  const plain = texts.map((text) => [...(/\p{Script=Han}/u.test(text) ? toSimplified(text) : text).toLowerCase()].filter((character) => /[\p{L}\p{N}]/u.test(character)).join(''));
  const firstOf = new Map<string, number>();
  const parent = texts.map((_, at) => at);
  const root = (at: number): number => {
    let top = at;
    while (parent[top] !== top) top = parent[top]!;
    for (let here = at; here !== top;) [parent[here], here] = [top, parent[here]!];
    return top;
  };
  const distinct: Distinct[] = [];
  for (const [at, text] of plain.entries()) {
    const first = firstOf.get(text);
    if (first !== undefined) parent[root(at)] = root(first);
    else {
      firstOf.set(text, at);
      distinct.push({ at, letters: [...text], digits: text.replace(/\P{N}/gu, '') });
    }
  }
  // A text with k edits keeps one of k + 1 equal pieces whole, shifted by k letters at most: texts are looked up by the pieces of those before them.
  const byPiece = new Map<string, { readonly other: Distinct; readonly from: number; readonly most: number }[]>();
  const sizes = new Set<number>();
  for (const one of distinct) {
    const { at, letters, digits } = one;
    if (letters.length < LEAST_LETTERS) continue;
    const seen = new Set<Distinct>();
    for (const size of sizes) {
      for (let from = 0; from + size <= letters.length; from += 1) {
        for (const { other, from: there, most } of byPiece.get(`${digits} ${letters.slice(from, from + size).join('')}`) ?? []) {
          if (Math.abs(from - there) > most || seen.has(other)) continue;
          seen.add(other);
          const edits = Math.floor(APART * Math.max(letters.length, other.letters.length));
          if (root(other.at) === root(at) || Math.abs(letters.length - other.letters.length) > edits || lettersApart(letters, other.letters) > 2 * edits) continue;
          if (editDistance(letters, other.letters) <= edits) parent[root(at)] = root(other.at);
        }
      }
    }
    const most = Math.floor((APART * letters.length) / (1 - APART)); // edits of the longest text that can be near to this one
    const size = Math.floor(letters.length / (most + 1));
    sizes.add(size);
    for (let piece = 0; piece <= most; piece += 1) {
      const key = `${digits} ${letters.slice(piece * size, (piece + 1) * size).join('')}`;
      const held = byPiece.get(key);
      if (held === undefined) byPiece.set(key, [{ other: one, from: piece * size, most }]);
      else held.push({ other: one, from: piece * size, most });
    }
  }
  return parent.map((_, at) => root(at));
}

type Distinct = { readonly at: number; readonly letters: readonly string[]; readonly digits: string };

/** How many letters the one has more often than the other, both ways: at most twice the edit distance, and quickly found. */
function lettersApart(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const letter of one) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const letter of other) counts.set(letter, (counts.get(letter) ?? 0) - 1);
  let apart = 0;
  for (const count of counts.values()) apart += Math.abs(count);
  return apart;
}
