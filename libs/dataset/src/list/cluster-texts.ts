import { editDistance, toSimplified } from '@voxtune/text';

/** Texts that differ in at most this share of the longer one's letters say the same. Source: ours; one slip of the tongue in ten letters. */
const APART = 0.1;
/** Shorter texts are the same only when they are equal: a letter's change changes their meaning. Source: ours. */
const LEAST_LETTERS = 10;
/** By the pigeonhole principle a text with k edits keeps one of k + 1 equal pieces whole; with the two figures above every piece has so many letters. */
const GRAM = 5;

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
  const distinct: { readonly at: number; readonly letters: readonly string[]; readonly digits: string }[] = [];
  for (const [at, text] of plain.entries()) {
    const first = firstOf.get(text);
    if (first !== undefined) parent[root(at)] = root(first);
    else {
      firstOf.set(text, at);
      distinct.push({ at, letters: [...text], digits: text.replace(/\P{N}/gu, '') });
    }
  }
  const byGram = new Map<string, number[]>(); // 5 letters → places in `distinct` of the texts before that hold them
  for (const [place, { at, letters, digits }] of distinct.entries()) {
    if (letters.length < LEAST_LETTERS) continue;
    const seen = new Set<number>();
    const grams = new Set<string>();
    for (let from = 0; from + GRAM <= letters.length; from += 1) grams.add(letters.slice(from, from + GRAM).join(''));
    for (const gram of grams) {
      for (const other of byGram.get(gram) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        const one = distinct[other]!;
        const longer = Math.max(letters.length, one.letters.length);
        if (root(one.at) === root(at) || digits !== one.digits || Math.abs(letters.length - one.letters.length) > APART * longer) continue;
        if (editDistance(letters, one.letters) <= APART * longer) parent[root(at)] = root(one.at);
      }
    }
    for (const gram of grams) {
      const held = byGram.get(gram);
      if (held === undefined) byGram.set(gram, [place]);
      else held.push(place);
    }
  }
  return parent.map((_, at) => root(at));
}
