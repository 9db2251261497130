import { editDistance } from './edit-distance.js';
import { TextError } from './errors.js';
import { type Language, scriptOf } from './languages.js';
import { type Normalizer, normalizeText } from './normalize-text.js';

/** How texts are compared. */
export type ErrorRateOptions = {
  readonly language: Language;
  /** @default 'default' */
  readonly normalizer?: Normalizer | undefined;
};

/** What counts as one token. */
export type ErrorUnit = 'word' | 'character';

/** An error rate with the counts behind it. */
export type ErrorRate = {
  /** Edits ÷ reference length, a fraction that may exceed 1; an empty reference counts as one token, as in jiwer 4. */
  readonly rate: number;
  /** Substitutions, insertions and deletions. */
  readonly edits: number;
  /** Tokens of the reference. */
  readonly referenceLength: number;
  readonly hypothesisLength: number;
};

/**
 * Splits text into the tokens that error rates count.
 * @param unit - `word`: what spaces separate; under `seed` and `default` each Han or kana character is a word of its own (under `seed`, every character of
 * Chinese and Japanese text). `character`: code points; spaces count where words are written apart (English, and always under `none`).
 */
export function tokenize(text: string, unit: ErrorUnit, { language, normalizer = 'default' }: ErrorRateOptions): string[] {
  const normal = normalizeText(text, { language, normalizer }).trim();
  if (unit !== 'word' && unit !== 'character') throw new TextError('TEXT_OPTION_INVALID', `unit must be word or character, got ${String(unit)}`);
  const apart = language === 'en' || normalizer === 'none';
  if (unit === 'character') return Array.from(apart ? normal : normal.replace(/\s+/gu, ''));
  if (apart || language === 'ko') return normal.split(/\s+/u).filter((word) => word !== '');
  if (normalizer === 'seed') return Array.from(normal.replace(/\s+/gu, ''));
  return mixedWords(normal);
}

/** Han and kana characters one by one, other letters as words. */
function mixedWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  const flush = (): void => { if (word !== '') words.push(word); word = ''; };
  for (const character of text) {
    const script = scriptOf(character);
    if (script === 'han' || script === 'kana') { flush(); words.push(character); } else if (/\s/u.test(character)) flush();
    else word += character;
  }
  flush();
  return words;
}

/**
 * Word or character error rate of one utterance.
 * @param reference - True words. @param hypothesis - Recognised words.
 * @throws {TextError} TEXT_OPTION_INVALID for another unit, language or normaliser.
 */
export function errorRate(reference: string, hypothesis: string, options: ErrorRateOptions & { readonly unit: ErrorUnit }): ErrorRate {
  const wanted = tokenize(reference, options.unit, options);
  const got = tokenize(hypothesis, options.unit, options);
  const edits = editDistance(wanted, got);
  return { rate: edits / Math.max(1, wanted.length), edits, referenceLength: wanted.length, hypothesisLength: got.length };
}

/** A true text and what was recognised. */
export type TextPair = { readonly reference: string; readonly hypothesis: string };

/** Error rates of many utterances: `micro` counts all edits over all tokens, `macro` is the mean of the utterances' rates. */
export type CorpusErrorRate = {
  readonly micro: { readonly wer: number; readonly cer: number };
  readonly macro: { readonly wer: number; readonly cer: number };
  /** Utterances compared. */
  readonly pairs: number;
};

/** Word and character error rates of a list of utterances; all rates are 0 for an empty list. */
export function corpusErrorRate(pairs: readonly TextPair[], options: ErrorRateOptions): CorpusErrorRate {
  const total = (unit: ErrorUnit): { micro: number; macro: number } => {
    const rates = pairs.map(({ reference, hypothesis }) => errorRate(reference, hypothesis, { ...options, unit }));
    const sum = (value: (rate: ErrorRate) => number): number => rates.reduce((all, rate) => all + value(rate), 0);
    return { micro: sum((r) => r.edits) / Math.max(1, sum((r) => r.referenceLength)), macro: sum((r) => r.rate) / Math.max(1, rates.length) };
  };
  const words = total('word'), characters = total('character');
  return { micro: { wer: words.micro, cer: characters.micro }, macro: { wer: words.macro, cer: characters.macro }, pairs: pairs.length };
}
