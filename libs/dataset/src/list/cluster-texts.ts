import { editDistance, toSimplified } from '@voxtune/text';

/** Texts that differ in at most this share of the longer one's letters say the same. Source: ours; one slip of the tongue in ten letters. */
const APART = 0.1;
/** Shorter texts are the same only when they are equal: a letter's change changes their meaning. Source: ours. */
const LEAST_LETTERS = 10;
/** Multiplier of the pieces' hash: FNV's prime, odd and far from the letters. */
const BASE = 0x01000193;
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
      const letters = [...text];
      distinct.push({ at, letters, digits: text.replace(/\P{N}/gu, ''), counts: countLetters(letters) });
    }
  }
  // A text with k edits keeps one of k + 1 equal pieces whole, shifted by k letters at most: texts are looked up by the pieces of those before them.
  const bySize = new Map<number, Pieces>();
  for (const one of distinct) {
    const { at, letters, digits } = one;
    if (letters.length < LEAST_LETTERS) continue;
    const seen = new Set<Distinct>();
    for (const [size, { shortest, longest, held }] of bySize) {
      if (letters.length < (1 - APART) * shortest || longest < (1 - APART) * letters.length) continue; // nothing of its length
      for (const [from, key] of pieceKeys(one, size).entries()) {
        for (const { other, from: there, most } of held.get(key) ?? []) {
          if (Math.abs(from - there) > most || other.digits !== digits || seen.has(other)) continue;
          seen.add(other);
          const edits = Math.floor(APART * Math.max(letters.length, other.letters.length));
          if (root(other.at) === root(at) || Math.abs(letters.length - other.letters.length) > edits || lettersApart(one, other) > 2 * edits) continue;
          if (editDistance(letters, other.letters) <= edits) parent[root(at)] = root(other.at);
        }
      }
    }
    const most = Math.floor((APART * letters.length) / (1 - APART)); // edits of the longest text that can be near to this one
    const size = Math.floor(letters.length / (most + 1));
    const keys = pieceKeys(one, size);
    const { shortest = Infinity, longest = 0, held = new Map<number, Place[]>() } = bySize.get(size) ?? {};
    bySize.set(size, { shortest: Math.min(shortest, letters.length), longest: Math.max(longest, letters.length), held });
    for (let piece = 0; piece <= most; piece += 1) {
      const key = keys[piece * size]!;
      const places = held.get(key);
      if (places === undefined) held.set(key, [{ other: one, from: piece * size, most }]);
      else places.push({ other: one, from: piece * size, most });
    }
  }
  return parent.map((_, at) => root(at));
}

type Distinct = { readonly at: number; readonly letters: readonly string[]; readonly digits: string; /** How often it has each letter. */ readonly counts: ReadonlyMap<string, number> };

type Place = { readonly other: Distinct; readonly from: number; readonly most: number };
/** The pieces of one size, of texts of these lengths. */
type Pieces = { readonly shortest: number; readonly longest: number; readonly held: Map<number, Place[]> };

/** A number for each piece of `size` letters, the same for equal pieces; two others may share one, which costs a look. The hash rolls (Karp and Rabin 1987), modulo 2³². */
function pieceKeys({ letters }: Distinct, size: number): Int32Array {
  const keys = new Int32Array(Math.max(0, letters.length - size + 1));
  let leaving = 1; // weight of the letter that leaves
  for (let i = 0; i < size; i += 1) leaving = Math.imul(leaving, BASE);
  let hash = 0;
  for (let end = 0; end < letters.length; end += 1) {
    hash = (Math.imul(hash, BASE) + letters[end]!.codePointAt(0)!) | 0;
    if (end >= size) hash = (hash - Math.imul(leaving, letters[end - size]!.codePointAt(0)!)) | 0;
    if (end >= size - 1) keys[end - size + 1] = hash;
  }
  return keys;
}

/** How many letters the one has more often than the other, both ways: at most twice the edit distance, and quickly found. */
function lettersApart(one: Distinct, other: Distinct): number {
  let shared = 0;
  for (const [letter, count] of one.counts) shared += Math.min(count, other.counts.get(letter) ?? 0);
  return one.letters.length + other.letters.length - 2 * shared;
}

function countLetters(letters: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}
