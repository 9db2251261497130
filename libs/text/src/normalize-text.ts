import { TextError } from './errors.js';
import { type Language, LANGUAGES } from './languages.js';
import { readNumbersEn } from './numbers-en.js';
import { readNumbersZh } from './numbers-zh.js';
import { toSimplified } from './to-simplified.js';

/**
 * `none` leaves text as it is.
 * `seed` is what seed-tts-eval does before it counts (752f429, run_wer.py): its punctuation deleted, but not the apostrophe; English lower-cased; Chinese made
 * Simplified; digits stay digits. There only the hypothesis is made Simplified, and by zhconv; here both sides, by OpenCC.
 * `default` compares what is heard: width, case, punctuation and script do not matter, numbers are read out, 幺 counts as 一, 两 as 二, 〇 as 零.
 */
export type Normalizer = 'none' | 'seed' | 'default';

/** What {@link normalizeText} needs to know. */
export type NormalizeOptions = {
  readonly language: Language;
  /** @default 'default' */
  readonly normalizer?: Normalizer | undefined;
};

/** Version of the rules of `default`; it changes with every change of their output, and belongs beside every figure. */
export const NORMALIZER_VERSION = '1';

/** zhon 2.1.1's hanzi punctuation and Python's string.punctuation, without the apostrophe (seed-tts-eval 752f429). */
const SEED_PUNCTUATION = new Set(
  '＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､\u3000、〃〈〉《》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏﹑﹔·．！？｡。!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~',
);

/**
 * Brings text into the form that error rates compare.
 * @returns For `zh`, `ja`, `ko` and `yue` under `default` without any space between letters of those scripts; for `en` single spaces.
 * @throws {TextError} TEXT_OPTION_INVALID for another language or normaliser.
 */
export function normalizeText(text: string, { language, normalizer = 'default' }: NormalizeOptions): string {
  if (!LANGUAGES.includes(language)) throw new TextError('TEXT_OPTION_INVALID', `language must be one of ${LANGUAGES.join(', ')}, got ${String(language)}`);
  if (normalizer === 'none') return text;
  if (normalizer === 'seed') return seed(text, language);
  if (normalizer !== 'default') throw new TextError('TEXT_OPTION_INVALID', `normalizer must be none, seed or default, got ${String(normalizer)}`);
  return language === 'en' ? english(text) : eastAsian(text, language);
}

function seed(text: string, language: Language): string {
  const simplified = language === 'zh' || language === 'yue' ? toSimplified(text) : text;
  const bare = Array.from(simplified).filter((character) => !SEED_PUNCTUATION.has(character)).join('').replaceAll('  ', ' ');
  return language === 'en' ? bare.toLowerCase() : bare;
}

const ABBREVIATIONS: Readonly<Record<string, string>> = { mr: 'mister', mrs: 'missus', ms: 'miss', dr: 'doctor', st: 'saint', jr: 'junior', sr: 'senior', vs: 'versus' };

function english(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[’‘ʼ`]/g, "'")
    .replace(/\b(mr|mrs|ms|dr|st|jr|sr|vs)\.(?=\s|$)/g, (_, word: string) => ABBREVIATIONS[word]!)
    .replaceAll('&', ' and ');
  return readNumbersEn(plain)
    .replace(/(?<![\p{L}\p{N}])'+|'+(?![\p{L}\p{N}])/gu, ' ') // quotation marks, not the apostrophes inside words
    .replace(/[^\p{L}\p{M}\p{N}' ]+/gu, ' ')
    .replace(/\s+/g, ' ').trim();
}

function eastAsian(text: string, language: Language): string {
  let plain = text.normalize('NFKC').toLowerCase();
  if (language === 'zh' || language === 'yue') plain = readNumbersZh(toSimplified(plain)).replace(/[幺〇两]/g, (character) => ALIKE[character]!);
  return plain
    .replace(/[^\p{L}\p{M}\p{N} ]+/gu, ' ')
    .replace(/\s+/g, ' ').trim()
    .replace(/ (?![a-z0-9])|(?<![a-z0-9]) /g, ''); // Latin words keep the space between them
}

/** Characters for one number word: 幺 on the telephone, 〇 in years, 两 before measure words. */
const ALIKE: Readonly<Record<string, string>> = { 幺: '一', 〇: '零', 两: '二' };
