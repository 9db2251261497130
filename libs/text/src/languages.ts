/** Languages that the engine speaks: Mandarin, English, Japanese, Korean, Cantonese. */
export type Language = 'zh' | 'en' | 'ja' | 'ko' | 'yue';

/** All of {@link Language}. */
export const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'yue'] as const satisfies readonly Language[];

/** Scripts told apart; `other` is everything else that is a letter, `none` what is no letter. */
export type Script = 'han' | 'kana' | 'hangul' | 'latin' | 'other' | 'none';

/** The script of a character (its first code point). */
export function scriptOf(character: string): Script {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a ? 'latin' : 'none'; // nearly all of what is asked, at once
  if (/^[\p{Script=Han}々〆]/u.test(character)) return 'han';
  if (/^[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(character)) return 'kana';
  if (/^\p{Script=Hangul}/u.test(character)) return 'hangul';
  if (/^\p{Script=Latin}/u.test(character)) return 'latin';
  return /^\p{L}/u.test(character) ? 'other' : 'none';
}

/** Characters that written Cantonese uses and written Mandarin hardly does. */
const CANTONESE = /[嘅咗喺唔佢哋啲咁嚟冇嗰噉嘢乜咩啱瞓攞嗌嚿孭冚揾]/gu;

/**
 * Guesses the language of a text by its letters: any share of kana over a tenth means Japanese, Hangul over Han Korean,
 * Han Mandarin (or Cantonese, when at least one character in forty is only Cantonese), Latin English.
 * Where a tenth of the letters or more are Han, Latin words are taken as borrowed (“VIP会员” is Mandarin).
 * @returns null when there are no letters of these scripts.
 */
export function detectLanguage(text: string): Language | null {
  const counts: Record<Script, number> = { han: 0, kana: 0, hangul: 0, latin: 0, other: 0, none: 0 };
  for (const character of text) counts[scriptOf(character)] += 1;
  const { han, kana, hangul, latin } = counts;
  const letters = han + kana + hangul + latin;
  if (letters === 0) return null;
  if (kana > 0 && kana >= (han + kana) / 10) return 'ja';
  if (hangul > 0 && hangul >= han && hangul >= letters / 10) return 'ko';
  if (han > 0 && han >= letters / 10) return (text.match(CANTONESE)?.length ?? 0) >= han / 40 && CANTONESE_ANY.test(text) ? 'yue' : 'zh';
  return latin > 0 ? 'en' : hangul > 0 ? 'ko' : 'zh';
}

const CANTONESE_ANY = new RegExp(CANTONESE.source, 'u');
