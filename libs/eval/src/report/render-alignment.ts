import { editAlignment, tokenize, type Language } from '@voxtune/text';
import { escapeHtml } from './html.js';

/** Languages whose words are counted in characters. */
const CHARACTER_LANGUAGES = new Set(['zh', 'ja', 'ko', 'yue']);

/** How a hypothesis differs from its reference, after the normaliser. */
export type Edits = { readonly hits: number; readonly substitutions: number; readonly insertions: number; readonly deletions: number };

/** Counts the edits between what was to be said and what was recognised, in characters or words as the language is measured. */
export function countEdits(reference: string, hypothesis: string, language: string): Edits {
  const { hits, substitutions, insertions, deletions } = align(reference, hypothesis, language).alignment;
  return { hits, substitutions, insertions, deletions };
}

/** The differences as HTML: `<del>` was lost, `<ins>` was added, `<del>`–`<ins>` together were mistaken; what agrees is plain. */
export function renderAlignment(reference: string, hypothesis: string, language: string): string {
  const { wanted, got, alignment } = align(reference, hypothesis, language);
  const parts: { kind: string; wanted: string[]; got: string[] }[] = [];
  for (const op of alignment.ops) {
    const last = parts.at(-1);
    const part = last?.kind === op.kind ? last : { kind: op.kind, wanted: [], got: [] };
    if (part !== last) parts.push(part);
    if ('reference' in op) part.wanted.push(wanted[op.reference]!);
    if ('hypothesis' in op) part.got.push(got[op.hypothesis]!);
  }
  const between = CHARACTER_LANGUAGES.has(language) ? '' : ' ';
  const join = (tokens: readonly string[]): string => escapeHtml(tokens.join(between));
  return parts.map((part) => {
    if (part.kind === 'hit') return join(part.wanted);
    return [part.wanted.length === 0 ? [] : `<del title="not heard">${join(part.wanted)}</del>`, part.got.length === 0 ? [] : `<ins title="heard instead">${join(part.got)}</ins>`].flat().join(between);
  }).join(between);
}

function align(reference: string, hypothesis: string, language: string) {
  const options = { normalizer: 'default', language: language as Language } as const; // checked there
  const unit = CHARACTER_LANGUAGES.has(language) ? 'character' : 'word';
  const wanted = tokenize(reference, unit, options), got = tokenize(hypothesis, unit, options);
  return { wanted, got, alignment: editAlignment(wanted, got) };
}
