import type { Language } from '../language.js';
import type { Pronouncer, SoundKind } from './load-pronouncer.js';
import { SENTENCE_POOLS } from './sentence-pools.js';

/** How often a voice's texts have each sound of the language. */
export type Coverage = {
  readonly by: string;
  readonly kinds: readonly { readonly kind: SoundKind; readonly counts: Readonly<Record<string, number>>; readonly missing: readonly string[]; readonly rare: readonly string[] }[];
  /** Words or characters that the dictionary does not have. */
  readonly unknown: number;
  /** Sentences that would bring what is missing or rare, the most telling first. */
  readonly toRecord: readonly { readonly text: string; readonly brings: readonly string[] }[];
};

/** A sound that is heard fewer times is rare: a model hears it too seldom to tell it from noise. Source: ours. */
export const RARE_BELOW = 5;

/**
 * Measures which sounds of its language a voice's texts hold, and chooses sentences to record next from a built-in pool by greedy set cover:
 * each time the sentence that brings most of what is still missing, up to {@link RARE_BELOW} of each sound (Johnson 1974: within ln n of the fewest).
 * @param most - Sentences to choose at most. @default 20
 */
export function measureCoverage(texts: readonly string[], language: Language, pronouncer: Pronouncer, most = 20): Coverage {
  const counts = new Map<string, number>();
  let unknown = 0;
  for (const text of texts) {
    const heard = pronouncer.soundsOf(text);
    unknown += heard.unknown;
    for (const { kind, sound } of heard.sounds) counts.set(`${kind} ${sound}`, (counts.get(`${kind} ${sound}`) ?? 0) + 1);
  }
  const kinds = pronouncer.kinds.map((kind) => {
    const all = pronouncer.inventory[kind] ?? [];
    const of = (sound: string) => counts.get(`${kind} ${sound}`) ?? 0;
    return { kind, counts: Object.fromEntries(all.map((sound) => [sound, of(sound)])), missing: all.filter((sound) => of(sound) === 0), rare: all.filter((sound) => of(sound) > 0 && of(sound) < RARE_BELOW) };
  });
  const needed = new Map(kinds.flatMap(({ kind, missing, rare }) => [...missing, ...rare].map((sound) => [`${kind} ${sound}`, RARE_BELOW - (counts.get(`${kind} ${sound}`) ?? 0)] as const)));
  return { by: pronouncer.id, kinds, unknown, toRecord: chooseSentences(SENTENCE_POOLS[language] ?? [], needed, pronouncer, most) };
}

function chooseSentences(pool: readonly string[], needed: Map<string, number>, pronouncer: Pronouncer, most: number): Coverage['toRecord'] {
  const left = pool.map((text) => {
    const has = new Map<string, number>();
    for (const { kind, sound } of pronouncer.soundsOf(text).sounds) has.set(`${kind} ${sound}`, (has.get(`${kind} ${sound}`) ?? 0) + 1);
    return { text, has };
  });
  const chosen: { text: string; brings: string[] }[] = [];
  const gain = (has: ReadonlyMap<string, number>) => [...has].reduce((sum, [sound, count]) => sum + Math.min(count, needed.get(sound) ?? 0), 0);
  while (chosen.length < most) {
    let best: (typeof left)[number] | null = null;
    let bestGain = 0;
    for (const sentence of left) {
      const worth = gain(sentence.has);
      if (worth > bestGain) [best, bestGain] = [sentence, worth];
    }
    if (best === null) return chosen;
    const brings = [...best.has.keys()].filter((sound) => (needed.get(sound) ?? 0) > 0);
    for (const sound of brings) needed.set(sound, Math.max(0, needed.get(sound)! - best.has.get(sound)!));
    chosen.push({ text: best.text, brings: brings.map((sound) => sound.slice(sound.indexOf(' ') + 1)) });
    left.splice(left.indexOf(best), 1);
  }
  return chosen;
}
