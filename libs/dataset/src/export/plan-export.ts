import { textJoiner, type Language } from '../language.js';
import { baseName, stem } from '../show-path.js';
import { companionsOf, isTranscriptName, parseTranscriptFile, unpackedName } from '../transcript/read-transcript-file.js';
import type { ExportItem } from './export-item.js';
import { CORPUS_FORMATS, type CorpusFile, type CorpusFormat, type CorpusOptions } from './format-corpus.js';

/** Something of the utterances that does not come back when the files are read. `count`: of how many utterances. */
export type ExportLoss = { readonly what: 'text' | 'times' | 'speaker' | 'language' | 'split' | 'recording'; readonly count: number; readonly message: string };
export type ExportPlan = {
  readonly files: readonly CorpusFile[];
  /** Which clip goes where beside them; empty where the format speaks of the recordings. */
  readonly audio: readonly { readonly from: string; readonly to: string }[];
  readonly lost: readonly ExportLoss[];
};
export type PlanExportOptions = CorpusOptions & { readonly items: readonly ExportItem[]; readonly format: CorpusFormat; readonly language: Language };

/** Formats that say which split an utterance is in, and where in its recording it lies. */
const NAMES_SPLIT: readonly CorpusFormat[] = ['list', 'guide-list', 'coqui', 'tsv', 'jsonl', 'audiofolder', 'lhotse', 'labelstudio'];
const NAMES_RECORDING: readonly CorpusFormat[] = ['tsv', 'jsonl', 'audiofolder', 'lhotse', 'labelstudio', 'srt', 'vtt', 'textgrid', 'audacity', 'labelstudio-regions'];

/**
 * Plans a corpus in another tool's format. What the format cannot carry is found by reading the files again with this library's own readers, and is listed in `lost`.
 * Law: read back, an utterance has the text, speaker, language and times it had, or `lost` counts it.
 */
export function planExport({ items, format, language, ...options }: PlanExportOptions): ExportPlan {
  const { format: write, audio } = CORPUS_FORMATS[format];
  const files = write(items, options);
  return { files, audio: audio === null ? [] : items.map((item) => ({ from: item.path, to: audio(item) })), lost: [...compare(items, readBack(files, language), audio === null), ...untold(items, format)] };
}

type Read = { readonly text: string; readonly speaker: string | null; readonly language: Language | null; readonly startSec: number | null; readonly endSec: number | null };

/** What the files say, by clip, or by recording in order of time. */
function readBack(files: readonly CorpusFile[], language: Language): ReadonlyMap<string, readonly Read[]> {
  const found = new Map<string, Read[]>();
  const byName = new Map(files.map(({ path, text }) => [unpackedName(baseName(path)), text]));
  for (const { path, text } of files) {
    if (!isTranscriptName(path)) continue;
    const companions = Object.fromEntries(companionsOf(path).map(unpackedName).flatMap((name) => { const held = byName.get(name); return held === undefined ? [] : [[name, held] as const]; }));
    const content = parseTranscriptFile(path, text, textJoiner(language), companions);
    const folder = path.slice(0, path.length - baseName(path).length);
    for (const { key, ...words } of content?.texts ?? []) found.set(stem(baseName(key)), [{ ...words, startSec: null, endSec: null }]);
    for (const { key, cues } of content?.cues ?? []) found.set(key.includes('/') ? key : `${folder}${key}`, cues.map((cue) => ({ text: cue.text, speaker: cue.speaker ?? null, language: cue.language ?? null, startSec: cue.startSec, endSec: cue.endSec })));
  }
  return found;
}

function compare(items: readonly ExportItem[], found: ReadonlyMap<string, readonly Read[]>, timed: boolean): readonly ExportLoss[] {
  const counts = { text: 0, times: 0, speaker: 0, language: 0 };
  let widest = 0;
  let example = '';
  const plain = (path: string) => `${path.slice(0, path.length - baseName(path).length)}${stem(baseName(path))}`;
  for (const item of items) {
    const rows = timed ? found.get(item.recordingPath) ?? found.get(plain(item.recordingPath)) ?? [] : found.get(item.clip) ?? [];
    // The same words at the nearest time: an item that did not come back at all is a lost text.
    const read = timed ? rows.filter(({ text }) => text === item.text).sort((a, b) => Math.abs(a.startSec! - item.startSec) - Math.abs(b.startSec! - item.startSec))[0] : rows[0];
    if (read?.text !== item.text) {
      counts.text += 1;
      if (example === '') example = item.clip;
    }
    if (timed && read !== undefined && (read.startSec !== item.startSec || read.endSec !== item.endSec)) {
      counts.times += 1;
      widest = Math.max(widest, Math.abs(read.startSec! - item.startSec), Math.abs(read.endSec! - item.endSec));
    }
    if (read?.speaker !== item.speaker) counts.speaker += 1;
    if (read?.language !== item.language) counts.language += 1;
  }
  const say = { text: `text that cannot stand in it as it is (the first: ${example})`, times: `times are off by up to ${(widest * 1000).toFixed(widest < 0.01 ? 3 : 0)} ms`, speaker: 'it does not name the speaker, or not as here', language: 'it does not name the language' };
  return (['text', 'times', 'speaker', 'language'] as const).flatMap((what) => (counts[what] === 0 ? [] : [{ what, count: counts[what], message: `${what}: ${say[what]}` }]));
}

function untold(items: readonly ExportItem[], format: CorpusFormat): readonly ExportLoss[] {
  const count = items.length;
  if (count === 0) return [];
  return [
    ...(NAMES_SPLIT.includes(format) || new Set(items.map(({ split }) => split)).size < 2 ? [] : [{ what: 'split' as const, count, message: 'split: it does not say which utterances are held out' }]),
    ...(NAMES_RECORDING.includes(format) ? [] : [{ what: 'recording' as const, count, message: 'recording: it does not say where in which recording a clip lies' }]),
  ];
}
