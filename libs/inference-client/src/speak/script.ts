/** A stretch of a text: something to say, or a pause. */
export type ScriptPart = { readonly kind: 'say'; readonly text: string } | { readonly kind: 'pause'; readonly durationSec: number };

/** How single words are to be read: what stands in the text → what the engine is given. */
export type Lexicon = Readonly<Record<string, string>>;

const PAUSE = /\[pause:\s*(\d+(?:\.\d+)?)\s*(ms|s)\]/gi; // the form that Kokoro-FastAPI takes too (`[pause:1.5s]`)
/** Longest pause, seconds; ours: beyond it a mistyped unit is likelier than a wish. */
export const MOST_PAUSE_SEC = 60;

const WORD = /[\p{L}\p{N}\p{M}]/u;
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Replaces the words of a lexicon, longest first; Latin words only where they stand alone, others anywhere, since their scripts put no spaces between words.
 * What a replacement holds is not looked at again.
 */
export function applyLexicon(text: string, lexicon: Lexicon): string {
  const words = Object.keys(lexicon).filter((word) => word !== '').sort((a, b) => b.length - a.length);
  if (words.length === 0) return text;
  const alone = (word: string): string => (/^\p{Script=Latin}/u.test(word) || /^\d/.test(word) ? `(?<![\\p{Script=Latin}\\p{N}])${escape(word)}(?![\\p{Script=Latin}\\p{N}])` : escape(word));
  return text.replace(new RegExp(words.map(alone).join('|'), 'gu'), (found) => lexicon[found] ?? found);
}

/**
 * Reads a text with `[pause:500ms]` or `[pause:1.5s]` in it.
 * @param cut - Cuts what lies between pauses into sentences, such as `cutSentences` of `@voxtune/text`.
 * @returns Sentences and pauses in order; stretches without a letter or digit are left out, since the engine falls silent on them.
 * @throws {RangeError} for a pause above 60 s.
 */
export function parseScript(text: string, cut: (text: string) => readonly string[]): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  const say = (stretch: string): void => {
    for (const sentence of stretch.trim() === '' ? [] : cut(stretch)) if (WORD.test(sentence)) parts.push({ kind: 'say', text: sentence.trim() });
  };
  let at = 0;
  for (const found of text.matchAll(PAUSE)) {
    say(text.slice(at, found.index));
    const durationSec = Number(found[1]) / (found[2]?.toLowerCase() === 'ms' ? 1000 : 1);
    if (durationSec > MOST_PAUSE_SEC) throw new RangeError(`a pause may be at most ${MOST_PAUSE_SEC} s, got ${found[0]}`);
    parts.push({ kind: 'pause', durationSec });
    at = found.index + found[0].length;
  }
  say(text.slice(at));
  return parts;
}
