import { codePointDistance, editDistance } from './edit-distance.js';
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
export function tokenize(text: string, unit: ErrorUnit, options: ErrorRateOptions): string[] {
  const normal = normalized(text, options);
  if (unit !== 'word' && unit !== 'character') throw new TextError('TEXT_OPTION_INVALID', `unit must be word or character, got ${String(unit)}`);
  return unit === 'character' ? Array.from(charactersOf(normal, options)) : wordsOf(normal, options);
}

const normalized = (text: string, { language, normalizer = 'default' }: ErrorRateOptions): string => normalizeText(text, { language, normalizer }).trim();
const writtenApart = ({ language, normalizer = 'default' }: ErrorRateOptions): boolean => language === 'en' || normalizer === 'none';
const charactersOf = (normal: string, options: ErrorRateOptions): string => (writtenApart(options) ? normal : normal.replace(/\s+/gu, ''));

function wordsOf(normal: string, options: ErrorRateOptions): string[] {
  // Most texts have single spaces and nothing else: those are split quickly.
  if (writtenApart(options) || options.language === 'ko') return normal === '' ? [] : /[^\S ]| {2}/u.test(normal) ? normal.split(/\s+/u).filter((word) => word !== '') : normal.split(' ');
  if (options.normalizer === 'seed') return Array.from(normal.replace(/\s+/gu, ''));
  return mixedWords(normal);
}

/** Code points; what `Array.from` would cut a text into. */
function codePointsOf(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point >= 0xd800 && point < 0xdc00) { point = text.codePointAt(i)!; if (point > 0xffff) i += 1; }
    points[count++] = point;
  }
  return points.subarray(0, count);
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
  if (options.unit !== 'word' && options.unit !== 'character') throw new TextError('TEXT_OPTION_INVALID', `unit must be word or character, got ${String(options.unit)}`);
  return rateOf(normalized(reference, options), normalized(hypothesis, options), options.unit, options);
}

function rateOf(reference: string, hypothesis: string, unit: ErrorUnit, options: ErrorRateOptions): ErrorRate {
  let edits: number, referenceLength: number, hypothesisLength: number;
  if (unit === 'character') {
    const wanted = codePointsOf(charactersOf(reference, options)), got = codePointsOf(charactersOf(hypothesis, options));
    [edits, referenceLength, hypothesisLength] = [codePointDistance(wanted, got), wanted.length, got.length];
  } else {
    const wanted = wordsOf(reference, options), got = wordsOf(hypothesis, options);
    [edits, referenceLength, hypothesisLength] = [editDistance(wanted, got), wanted.length, got.length];
  }
  return { rate: edits / Math.max(1, referenceLength), edits, referenceLength, hypothesisLength };
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
  const total = (unit: ErrorUnit, normal: readonly (readonly [string, string])[]): { micro: number; macro: number } => {
    let edits = 0, tokens = 0, rates = 0;
    for (const [reference, hypothesis] of normal) {
      const rate = rateOf(reference, hypothesis, unit, options);
      edits += rate.edits;
      tokens += rate.referenceLength;
      rates += rate.rate;
    }
    return { micro: edits / Math.max(1, tokens), macro: rates / Math.max(1, normal.length) };
  };
  const normal = pairs.map(({ reference, hypothesis }) => [normalized(reference, options), normalized(hypothesis, options)] as const);
  const words = total('word', normal), characters = total('character', normal);
  return { micro: { wer: words.micro, cer: characters.micro }, macro: { wer: words.macro, cer: characters.macro }, pairs: pairs.length };
}
