import type { LineProblem } from './cue.js';
import { contentOf, type SpokenRow, type TranscriptContent } from './content.js';
import { isObject, type JsonObject } from './json-object.js';
import { readNamedFields } from './named-fields.js';

const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/**
 * Parses a JSON document of words: Label Studio's export (the full form with whole-audio or per-region text, and JSON_MIN), Whisper's (`segments`), or an array of records with times (Emilia).
 * Of a task's annotations the newest that was not cancelled counts; predictions count where nobody annotated. Line numbers are places in the array, from 1.
 * @param key - The recording that the file is named after, for documents that name none.
 * @returns null when it is none of these.
 */
export function parseJsonWords(text: string, key: string): TranscriptContent | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (isObject(value) && Array.isArray(value['segments'])) return fromRecords(objects(value['segments']).map((segment) => ({ language: value['language'], ...segment, id: undefined })), key);
  if (isObject(value) && isObject(value['data'])) return fromTasks([value]);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null;
  const records = value as readonly JsonObject[];
  return records.every(({ data }) => isObject(data)) ? fromTasks(records) : records.some((record) => typeof record['text'] === 'string' || typeof record['transcription'] === 'string') ? fromRecords(records, key) : null;
}

function fromRecords(records: readonly JsonObject[], key: string): TranscriptContent {
  const rows: SpokenRow[] = [];
  const problems: LineProblem[] = [];
  for (const [index, record] of records.entries()) {
    const audio = typeof record['audio'] === 'string' ? audioName(record['audio']) : undefined;
    const read = readNamedFields({ ...record, ...(audio === undefined ? {} : { audio, id: undefined }) }, index + 1, key);
    if ('row' in read) rows.push(read.row);
    else problems.push(read.problem);
  }
  return contentOf(rows, problems);
}

function fromTasks(tasks: readonly JsonObject[]): TranscriptContent {
  const rows: SpokenRow[] = [];
  const problems: LineProblem[] = [];
  for (const [index, task] of tasks.entries()) {
    const line = index + 1;
    const data = task['data'] as JsonObject;
    const audio = Object.values(data).find((value): value is string => typeof value === 'string' && /\.(wav|mp3|m4a|flac|ogg|opus|aac)\b/i.test(value)) ?? data['audio'];
    if (typeof audio !== 'string') {
      problems.push({ line, message: 'the task’s data names no audio', used: false });
      continue;
    }
    const done = objects(task['annotations'] ?? task['completions']).filter((one) => one['was_cancelled'] !== true);
    const newest = [...done].sort((a, b) => String(a['updated_at'] ?? a['created_at'] ?? '').localeCompare(String(b['updated_at'] ?? b['created_at'] ?? ''))).at(-1) ?? objects(task['predictions']).at(-1);
    const results = objects(newest?.['result']);
    const labels = new Map(results.flatMap(({ id, type, value }) => (type === 'labels' && isObject(value) && Array.isArray(value['labels']) ? [[id, String(value['labels'][0])] as const] : [])));
    const before = rows.length;
    for (const { id, type, value } of results) {
      if (type !== 'textarea' || !isObject(value)) continue;
      // `value.textarea` is what an SDK wrote once (label-studio-sdk issue 120); `value.text` is an array of lines.
      const lines = value['text'] ?? value['textarea'];
      const words = (Array.isArray(lines) ? lines : [lines]).filter((one): one is string => typeof one === 'string').join(' ').trim();
      const { start, end } = value;
      const timed = typeof start === 'number' && typeof end === 'number';
      rows.push({ key: audioName(audio), text: words, language: null, speaker: labels.get(id) ?? null, line, startSec: timed ? start : null, endSec: timed ? end : null });
    }
    if (rows.length === before) problems.push({ line, message: `nobody wrote words for ${audioName(audio)}`, used: false });
  }
  return contentOf(rows, problems);
}

/** The file that an address of Label Studio names: `/data/local-files/?d=wavs/a.wav`, `/data/upload/1/0a1b2c3d-a.wav`, `s3://…/a.wav`. */
function audioName(address: string): string {
  const path = /[?&]d=([^&]+)/.exec(address)?.[1] ?? address.replace(/[?#].*$/, '');
  const plain = path.includes('%') ? safeDecode(path) : path;
  return /^\/?data\/upload\//.test(plain) ? plain.replace(/^.*\/([0-9a-f]{8}-)?/, '') : plain;
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
