import { errorRate } from '@voxtune/text';
import type { Finding } from '../findings.js';
import type { Language } from '../language.js';

/** Two recognisers that differ by more than this are to be listened to. Source: ours; two good ones differ by a few percent on clean speech. */
export const AGREEMENT_LIMIT = 0.1;

/** How far two recognisers are apart on one clip: character error rate of `second` against `first`, both normalised. A finding from {@link AGREEMENT_LIMIT} on. */
export function checkAgreement(first: string, second: string, language: Language, by: readonly [string, string]): { readonly cer: number; readonly finding: Finding | null } {
  const cer = errorRate(first, second, { language, unit: 'character' }).rate;
  return { cer, finding: cer <= AGREEMENT_LIMIT ? null : { code: 'TEXT_DISAGREES', level: 'warning', value: Math.round(cer * 1000) / 1000, message: `${by[1]} heard ${JSON.stringify(second.slice(0, 80))}: ${(100 * cer).toFixed(0)} % of the characters differ from ${by[0]}` } };
}
