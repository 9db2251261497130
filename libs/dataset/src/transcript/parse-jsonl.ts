import type { LineProblem } from './cue.js';
import { contentOf, type SpokenRow, type TranscriptContent } from './content.js';
import { readLhotseLine } from './parse-lhotse.js';
import { readNamedFields } from './named-fields.js';

/**
 * Parses JSON Lines of words: Hugging Face's `metadata.jsonl`, NeMo's manifests, our own export, and Lhotse's cuts and supervisions.
 * @param recordings - Lhotse's `recordings.jsonl`, where it lies beside: where each recording's audio is.
 */
export function parseJsonl(text: string, recordings?: string): TranscriptContent {
  const rows: SpokenRow[] = [];
  const problems: LineProblem[] = [];
  const sources = lhotseSources(recordings ?? '');
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (raw.trim() === '') continue;
    const value = parseObject(raw);
    if (value === null) {
      problems.push({ line, message: `no whole JSON object: ${raw.trim().slice(0, 40)}`, used: false, fix: 'one object a line' });
      continue;
    }
    const lhotse = readLhotseLine(value, line, sources);
    if (lhotse !== null) {
      rows.push(...lhotse.rows);
      problems.push(...lhotse.problems);
      continue;
    }
    const read = readNamedFields(value, line);
    if ('row' in read) rows.push(read.row);
    else problems.push(read.problem);
  }
  return contentOf(rows, problems);
}

/** The object that a line holds; `null` where it holds none. */
export function parseObject(raw: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The audio file of each recording that a Lhotse recording manifest names, by id. */
function lhotseSources(text: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const value = raw.trim() === '' ? null : parseObject(raw);
    if (value !== null && typeof value['id'] === 'string') {
      const [first] = Array.isArray(value['sources']) ? (value['sources'] as { source?: unknown }[]) : [];
      if (typeof first?.source === 'string') sources.set(value['id'], first.source);
    }
  }
  return sources;
}
