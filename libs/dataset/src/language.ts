/** Languages that the engine trains (GPT-SoVITS 48b1a01, GPT_SoVITS/prepare_datasets/1-get-text.py). */
export type Language = 'zh' | 'en' | 'ja' | 'ko' | 'yue';

/** The engine's code of each language in a training list (GPT-SoVITS 48b1a01, 1-get-text.py: language_v1_to_language_v2). */
export const LIST_LANGUAGE_CODES = { zh: 'ZH', en: 'EN', ja: 'JA', ko: 'KO', yue: 'YUE' } as const satisfies Record<Language, string>;

/** Reads a language code as lists write it: `ZH`, `zh`, `JP`, `ja`, `yue` …; `null` for any other. */
export function parseLanguage(code: string): Language | null {
  const known: Readonly<Record<string, Language>> = { zh: 'zh', en: 'en', ja: 'ja', jp: 'ja', ko: 'ko', yue: 'yue' };
  return known[code.trim().toLowerCase()] ?? null;
}

/** What stands between two pieces of text of one speaker: nothing where the script has no word spaces, else a space. */
export function textJoiner(language: string): '' | ' ' {
  return language === 'zh' || language === 'ja' || language === 'yue' ? '' : ' ';
}

const LETTER_OF = {
  zh: /\p{Script=Han}/u,
  yue: /\p{Script=Han}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /[\p{Script=Hangul}\p{Script=Han}]/u,
  en: /\p{Script=Latin}/u,
} as const satisfies Record<Language, RegExp>;

/** True when the text holds something to say: at least one letter or digit of any script. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/**
 * The letters of a text that its language does not use; '' where all fit. English inside Chinese counts:
 * the engine's Chinese text stage drops or garbles it (observed, GPT-SoVITS 48b1a01).
 */
export function foreignLetters(text: string, language: Language): string {
  const fits = LETTER_OF[language];
  const shared = /[\p{Script=Common}\p{Script=Inherited}]/u;
  return [...new Set([...text].filter((c) => /\p{L}/u.test(c) && !shared.test(c) && !fits.test(c)))].join('');
}
