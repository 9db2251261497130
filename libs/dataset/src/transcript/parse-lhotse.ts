import { parseLanguage } from '../language.js';
import type { LineProblem } from './cue.js';
import type { SpokenRow } from './content.js';
import { isObject, type JsonObject } from './json-object.js';

/**
 * Reads one line of a Lhotse manifest (lhotse 1.33, `SupervisionSegment` and `MonoCut`): a supervision, or a cut with its supervisions, whose times count from the cut's start.
 * @param sources - The audio of each recording, by id.
 * @returns null for a line of another format; no rows for a recording's line.
 */
export function readLhotseLine(value: JsonObject, line: number, sources: ReadonlyMap<string, string>): { readonly rows: readonly SpokenRow[]; readonly problems: readonly LineProblem[] } | null {
  if (typeof value['type'] === 'string' && value['type'].endsWith('Cut') && Array.isArray(value['supervisions'])) {
    const recording = isObject(value['recording']) ? value['recording'] : {};
    const [source] = Array.isArray(recording['sources']) ? (recording['sources'] as JsonObject[]) : [];
    const id = text(recording['id']) ?? text(value['recording_id']);
    const key = text(source?.['source']) ?? id;
    const cutStart = typeof value['start'] === 'number' ? value['start'] : 0;
    if (key === null) return { rows: [], problems: [{ line, message: `cut ${text(value['id']) ?? ''} names no recording`, used: false }] };
    return readAll(value['supervisions'].filter(isObject), line, () => key, cutStart, recording['duration']);
  }
  if (typeof value['recording_id'] === 'string' && typeof value['start'] === 'number' && typeof value['duration'] === 'number') {
    return readAll([value], line, (id) => sources.get(id) ?? id, 0, undefined);
  }
  return Array.isArray(value['sources']) && typeof value['num_samples'] === 'number' ? { rows: [], problems: [] } : null;
}

function readAll(supervisions: readonly JsonObject[], line: number, keyOf: (recordingId: string) => string, offsetSec: number, recordingSec: unknown): { rows: SpokenRow[]; problems: LineProblem[] } {
  const rows: SpokenRow[] = [];
  const problems: LineProblem[] = [];
  for (const supervision of supervisions) {
    const { start, duration } = supervision;
    const words = typeof supervision['text'] === 'string' ? supervision['text'] : null;
    if (words === null || typeof start !== 'number' || typeof duration !== 'number') {
      problems.push({ line, message: `supervision ${text(supervision['id']) ?? ''} has no ${words === null ? 'text' : 'times'}`, used: false });
      continue;
    }
    const language = text(supervision['language']);
    // Lhotse keeps times to eight decimals (lhotse 1.33, lhotse/utils.py: add_durations works on samples; to_manifest rounds): sums are put on that grid.
    const startSec = round8(offsetSec + start);
    const whole = startSec === 0 && typeof recordingSec === 'number' && Math.abs(recordingSec - duration) < 1e-3;
    rows.push({
      key: keyOf(text(supervision['recording_id']) ?? ''), text: words, line, speaker: text(supervision['speaker']), language: language === null ? null : readLanguage(language),
      startSec: whole ? null : startSec, endSec: whole ? null : round8(startSec + duration),
    });
  }
  return { rows, problems };
}

const round8 = (sec: number) => Math.round(sec * 1e8) / 1e8;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
/** Lhotse's recipes write names (`English`) as well as codes. */
const NAMES: Readonly<Record<string, string>> = { chinese: 'zh', mandarin: 'zh', english: 'en', japanese: 'ja', korean: 'ko', cantonese: 'yue' };
const readLanguage = (name: string) => parseLanguage(NAMES[name.toLowerCase()] ?? name.split(/[-_]/)[0]!);
