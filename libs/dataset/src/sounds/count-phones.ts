import { readNumbersEn, readNumbersZh, scriptOf } from '@voxtune/text';
import type { Language } from '../language.js';

/** Symbols the engine keeps as phones of their own (GPT-SoVITS 48b1a01, text/symbols2.py: punctuation). */
const SPOKEN_PUNCTUATION = /[!?…,.\-！？，。、；：;:~—]/u;
/** Phones a letter of an English word that is in no dictionary stands for, on average. Source: ours; CMUdict 0.7b has 0.86 phones a letter over its words. */
const PHONES_A_LETTER = 0.86;
/** Phones of a character, where a language's letters say it roughly: a Han character of Japanese is read in two morae of two phones, a kana is one mora; a Hangul syllable has two or three parts. Source: ours. */
const JAPANESE = { han: 4, kana: 1.8 } as const;
const HANGUL_INITIAL = 0xac00;

/**
 * Counts the phones that the engine's text stage makes of a text: two for each Chinese syllable (its initial and its final; GPT-SoVITS 48b1a01, text/opencpop-strict.txt fills in an initial where there is none),
 * one for each mark of punctuation, and those of the dictionary for English words.
 * @param wordPhones - Phones of an English word, lower case; null where it is not known. Without it, and for Japanese, the count is an estimate.
 */
export function countPhones(text: string, language: Language, wordPhones?: (word: string) => number | null): number {
  const spoken = language === 'en' ? readNumbersEn(text) : language === 'zh' || language === 'yue' ? readNumbersZh(text) : text;
  let phones = 0;
  for (const [piece] of spoken.matchAll(/[\p{Script=Latin}'’]+|./gsu)) {
    const script = scriptOf(piece);
    if (script === 'latin') phones += wordPhones?.(piece.toLowerCase().replaceAll('’', "'")) ?? Math.max(1, piece.length * PHONES_A_LETTER);
    else if (script === 'han') phones += language === 'ja' ? JAPANESE.han : 2;
    else if (script === 'kana') phones += JAPANESE.kana;
    else if (script === 'hangul') phones += (piece.charCodeAt(0) - HANGUL_INITIAL) % 28 === 0 ? 2 : 3;
    else if (SPOKEN_PUNCTUATION.test(piece)) phones += 1;
  }
  return Math.round(phones);
}
