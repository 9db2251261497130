import { scriptOf, type Language, type Script } from '@voxtune/text';

export type { Language };

/** The engine's code of each language in a training list (GPT-SoVITS 48b1a01, 1-get-text.py: language_v1_to_language_v2). */
export const LIST_LANGUAGE_CODES = { zh: 'ZH', en: 'EN', ja: 'JA', ko: 'KO', yue: 'YUE' } as const satisfies Record<Language, string>;

/** Codes that lists use, lower case (GPT-SoVITS 48b1a01, 1-get-text.py). */
const LANGUAGE_OF_CODE: ReadonlyMap<string, Language> = new Map([['zh', 'zh'], ['en', 'en'], ['ja', 'ja'], ['jp', 'ja'], ['ko', 'ko'], ['yue', 'yue']]);

/** Reads a language code as lists write it: `ZH`, `zh`, `JP`, `ja`, `yue` …; `null` for any other. */
export function parseLanguage(code: string): Language | null {
  return LANGUAGE_OF_CODE.get(code.trim().toLowerCase()) ?? null;
}

/** What stands between two pieces of text of one speaker: nothing where the script has no word spaces, else a space. */
export function textJoiner(language: string): '' | ' ' {
  return language === 'zh' || language === 'ja' || language === 'yue' ? '' : ' ';
}

/** The scripts that each language is written in. */
const SCRIPTS_OF = { zh: ['han'], yue: ['han'], ja: ['han', 'kana'], ko: ['hangul', 'han'], en: ['latin'] } as const satisfies Record<Language, readonly Script[]>;

/** True when the text holds something to say: at least one letter or digit of any script. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/**
 * The letters of a text that its language does not use; '' where all fit. English inside Chinese counts:
 * the engine's Chinese text stage drops or garbles it (observed, GPT-SoVITS 48b1a01).
 */
export function foreignLetters(text: string, language: Language): string {
  const fits: readonly Script[] = [...SCRIPTS_OF[language], 'none'];
  return [...new Set([...text].filter((character) => !fits.includes(scriptOf(character))))].join('');
}
