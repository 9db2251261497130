// The public surface. A name here is a promise.
export { TEXT_ADVICE, TextError, type TextErrorCode } from './errors.js';
export { detectLanguage, type Language, LANGUAGES, type Script, scriptOf } from './languages.js';
export { normalizeText, NORMALIZER_VERSION, type Normalizer, type NormalizeOptions } from './normalize-text.js';
export { toSimplified } from './to-simplified.js';
export { type DigitOne, readNumbersZh } from './numbers-zh.js';
export { toTraditional } from './to-traditional.js';
export { readNumbersEn } from './numbers-en.js';
export { editAlignment, type EditAlignment, editDistance, type EditOp } from './edit-distance.js';
export {
  corpusErrorRate, type CorpusErrorRate, errorRate, type ErrorRate, type ErrorRateOptions, type ErrorUnit, type TextPair, tokenize,
} from './error-rate.js';
export { cutSentences, type CutMethod } from './cut-sentences.js';
