import { parseLanguage } from '../language.js';
import type { LineProblem } from './cue.js';
import type { SpokenRow } from './content.js';

/** Names under which formats keep the same thing, the most telling first: Hugging Face audiofolder (`file_name`, `transcription`), Coqui (`audio_file`, `speaker_name`),
 * NeMo (`audio_filepath`, `offset`, `duration`), Common Voice (`path`, `sentence`, `client_id`), Label Studio's JSON_MIN (`audio`), Emilia (`wav`), our own, and what people
 * call the columns of a spreadsheet in Chinese. Capitals do not matter. */
const FIELDS = {
  key: ['file_name', 'audio_file', 'audio_filepath', 'audio_path', 'audio', 'path', 'wav', 'wav_path', 'file', 'filename', 'file name', 'clip', 'recordingPath', 'id', 'utt', 'name', '檔名', '檔案', '檔案名稱', '文件名', '文件', '音檔', '音频', '音頻', '錄音', '录音'],
  text: ['transcription', 'text', 'transcript', 'sentence', 'normalized_text', 'words', '文字', '文本', '內容', '内容', '逐字稿', '轉寫', '转写', '字幕'],
  startSec: ['startSec', 'start', 'start_time', 'offset'],
  endSec: ['endSec', 'end', 'end_time'],
  durationSec: ['durationSec', 'duration'],
  speaker: ['speaker', 'speaker_name', 'speaker_id', 'spk', 'client_id'],
  language: ['language', 'lang', 'locale'],
} as const;

/** True when the names hold one for the audio and one for the words. */
export function namesWords(names: readonly string[]): boolean {
  const given = new Set(names.map((name) => name.toLowerCase()));
  const has = (wanted: readonly string[]) => wanted.some((name) => given.has(name.toLowerCase()));
  return has(FIELDS.key) && has(FIELDS.text);
}

/** Reads a record by its fields' names. `problem` where it is no words of anything. */
export function readNamedFields(record: Readonly<Record<string, unknown>>, line: number, defaultKey?: string): { readonly row: SpokenRow } | { readonly problem: LineProblem } {
  const given = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  const valuesOf = (field: keyof typeof FIELDS): readonly unknown[] => FIELDS[field].map((name) => given.get(name.toLowerCase()));
  const pick = (field: keyof typeof FIELDS): unknown => valuesOf(field).find((value) => value !== undefined && value !== null && value !== '');
  const string = (value: unknown): string | null => (typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : null);
  const number = (value: unknown): number | null => {
    const read = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    return Number.isFinite(read) ? read : null;
  };
  const audio = pick('key');
  const key = string(typeof audio === 'object' && audio !== null && 'path' in audio ? audio.path : audio) ?? defaultKey ?? null;
  if (key === null || key === '') return { problem: { line, message: 'names no audio', used: false, fix: `give it one of ${FIELDS.key.slice(0, 4).join(', ')}` } };
  const text = string(valuesOf('text').find((value) => typeof value === 'string'));
  if (text === null) return { problem: { line, message: `has no words for ${JSON.stringify(key.slice(0, 60))}`, used: false, fix: `give it one of ${FIELDS.text.slice(0, 4).join(', ')}` } };
  const language = string(pick('language'));
  const startSec = number(pick('startSec'));
  const durationSec = number(pick('durationSec'));
  const endSec = startSec === null ? null : number(pick('endSec')) ?? (durationSec === null ? null : startSec + durationSec);
  return { row: { key, text, line, speaker: string(pick('speaker')), language: language === null ? null : parseLanguage(language.split(/[-_]/)[0]!), startSec, endSec } };
}
