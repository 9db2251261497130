import { cleanListText } from '../list/clean-list-text.js';
import { formatTrainingList } from '../list/format-training-list.js';
import { baseName } from '../show-path.js';
import { byRecording, type ExportItem } from './export-item.js';
import { formatAudacityLabels, formatSrt, formatTextGrid, formatVtt } from './format-timed.js';
import { formatLabelStudioClips, formatLabelStudioRegions, LABEL_STUDIO_CLIPS_CONFIG, LABEL_STUDIO_REGIONS_CONFIG } from './format-label-studio.js';

/** A file of a corpus: posix path in the folder, text, and whether it is stored with gzip. */
export type CorpusFile = { readonly path: string; readonly text: string; readonly gzip?: boolean };
export type CorpusOptions = {
  /** Absolute folder that the corpus is written to; training lists hold absolute paths. */
  readonly outDir: string;
  /** Hertz of the clips. */
  readonly sampleRateHz: number;
  /** Seconds of each recording, by path: TextGrids cover the whole. */
  readonly recordingSec?: ReadonlyMap<string, number> | undefined;
};
type Format = {
  readonly about: string;
  /** Where the clip's audio goes, posix, in the folder; null: the format speaks of the recordings as they are. */
  readonly audio: ((item: ExportItem) => string) | null;
  format(items: readonly ExportItem[], options: CorpusOptions): readonly CorpusFile[];
};

const inWavs = (item: ExportItem) => `wavs/${baseName(item.path)}`;
const HF_SPLIT = { train: 'train', valid: 'validation', test: 'test' } as const; // what the datasets library calls them
const inSplit = (item: ExportItem) => `${HF_SPLIT[item.split]}/${baseName(item.path)}`;
const inSpeaker = (item: ExportItem) => `${item.speaker}/${baseName(item.path)}`;
const jsonLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const bySplit = (items: readonly ExportItem[], fileOf: (split: ExportItem['split']) => string, write: (part: readonly ExportItem[]) => string) =>
  (['train', 'valid', 'test'] as const).flatMap((split) => {
    const part = items.filter((item) => item.split === split);
    return part.length === 0 ? [] : [{ path: fileOf(split), text: write(part) }];
  });
const timed = (extension: string, write: (items: readonly ExportItem[], options: CorpusOptions, path: string) => string): Format['format'] =>
  (items, options) => byRecording(items).map(({ name, path, items: held }) => ({ path: `${name}${extension}`, text: write(held, options, path) }));
const cell = (text: string) => cleanListText(text).text;
const tabbed = (text: string) => text.replace(/[\t\r\n\u0085\u2028\u2029]+/g, ' ').trim();

/** Every format that can be written, and how. `about` is one line for people. */
export const CORPUS_FORMATS = {
  list: { about: 'GPT-SoVITS training lists, wav|speaker|LANG|text', audio: inWavs, format: (items, { outDir }) => bySplit(items, (split) => `${split}.list`, (part) => formatTrainingList(part, { form: 'upstream', clipsDir: `${outDir}/wavs` })) },
  'guide-list': { about: 'training lists of three columns, wav|speaker|text', audio: inWavs, format: (items, { outDir }) => bySplit(items, (split) => `${split}_list.txt`, (part) => formatTrainingList(part, { form: 'guide', clipsDir: `${outDir}/wavs` })) },
  ljspeech: { about: 'LJSpeech metadata.csv, id|text|normalised text', audio: inWavs, format: (items) => [{ path: 'metadata.csv', text: items.map(({ clip, text }) => `${clip}|${cell(text)}|${cell(text)}\n`).join('') }] },
  coqui: { about: 'Coqui metadata_*.csv, audio_file|text|speaker_name', audio: inWavs, format: (items) => bySplit(items, (split) => `metadata_${split}.csv`, (part) => `audio_file|text|speaker_name\n${part.map((item) => `${inWavs(item)}|${cell(item.text)}|${cell(item.speaker)}\n`).join('')}`) },
  tsv: { about: 'one table with named columns, tab-separated', audio: inWavs, format: (items) => [{ path: 'utterances.tsv', text: `path\ttext\tspeaker\tlanguage\tsplit\trecording\trecording_start\trecording_end\n${items.map((item) => [inWavs(item), tabbed(item.text), tabbed(item.speaker), item.language, item.split, tabbed(item.recordingPath), item.startSec, item.endSec].join('\t')).join('\n')}\n` }] },
  jsonl: { about: 'one JSON object a line with everything that is known', audio: inWavs, format: (items) => [{ path: 'utterances.jsonl', text: jsonLines(items.map((item) => ({ v: 1, ...item, path: inWavs(item) }))) }] },
  audiofolder: { about: 'Hugging Face audiofolder: a metadata.jsonl for each split, beside its audio', audio: inSplit, format: (items) => bySplit(items, (split) => `${HF_SPLIT[split]}/metadata.jsonl`, (part) => jsonLines(part.map((item) => ({ file_name: baseName(item.path), transcription: item.text, speaker_id: item.speaker, language: item.language, recording: item.recordingPath, recording_start: item.startSec, recording_end: item.endSec })))) },
  kaldi: { about: 'Kaldi data folder: text, wav.scp, utt2spk, spk2utt', audio: inWavs, format: formatKaldi },
  lhotse: { about: 'Lhotse manifests: recordings, supervisions and cuts, .jsonl.gz', audio: inWavs, format: formatLhotse },
  lab: { about: 'a .lab beside each clip, in a folder of the speaker', audio: inSpeaker, format: (items) => items.map((item) => ({ path: inSpeaker(item).replace(/\.wav$/, '.lab'), text: `${item.text}\n` })) },
  txt: { about: 'a .txt beside each clip', audio: inWavs, format: (items) => items.map((item) => ({ path: inWavs(item).replace(/\.wav$/, '.txt'), text: `${item.text}\n` })) },
  srt: { about: 'SubRip subtitles, one file a recording', audio: null, format: timed('.srt', formatSrt) },
  vtt: { about: 'WebVTT subtitles, one file a recording', audio: null, format: timed('.vtt', formatVtt) },
  textgrid: { about: 'Praat TextGrids, one file a recording', audio: null, format: timed('.TextGrid', (items, { recordingSec }, path) => formatTextGrid(items, recordingSec?.get(path) ?? 0)) },
  audacity: { about: 'Audacity label tracks, one file a recording', audio: null, format: timed('.txt', formatAudacityLabels) },
  labelstudio: { about: 'Label Studio tasks, one a clip, text as predictions', audio: inWavs, format: (items) => [{ path: 'tasks.json', text: formatLabelStudioClips(items, inWavs) }, { path: 'labeling-config.xml', text: LABEL_STUDIO_CLIPS_CONFIG }] },
  'labelstudio-regions': { about: 'Label Studio tasks, one a recording, a region an utterance', audio: null, format: (items) => [{ path: 'tasks.json', text: formatLabelStudioRegions(byRecording(items)) }, { path: 'labeling-config.xml', text: LABEL_STUDIO_REGIONS_CONFIG }] },
} as const satisfies Readonly<Record<string, Format>>;

export type CorpusFormat = keyof typeof CORPUS_FORMATS;

/** Kaldi's scripts want every file sorted by key in the C locale, and an utterance's id to begin with its speaker's; neither may hold white space. */
function formatKaldi(items: readonly ExportItem[]): readonly CorpusFile[] {
  const key = (name: string) => name.trim().replace(/\s+/g, '_');
  const rows = items.map((item) => ({ utt: `${key(item.speaker)}-${item.clip}`, speaker: key(item.speaker), wav: inWavs(item), text: item.text.replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ').trim() })).sort((a, b) => Buffer.compare(Buffer.from(a.utt), Buffer.from(b.utt)));
  const speakers = [...new Set(rows.map(({ speaker }) => speaker))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = (write: (row: (typeof rows)[number]) => string) => rows.map((row) => `${write(row)}\n`).join('');
  return [
    { path: 'text', text: lines(({ utt, text }) => `${utt} ${text}`) },
    { path: 'wav.scp', text: lines(({ utt, wav }) => `${utt} ${wav}`) },
    { path: 'utt2spk', text: lines(({ utt, speaker }) => `${utt} ${speaker}`) },
    { path: 'spk2utt', text: speakers.map((speaker) => `${speaker} ${rows.filter((row) => row.speaker === speaker).map(({ utt }) => utt).join(' ')}\n`).join('') },
  ];
}

/** Lhotse 1.33: a recording is a clip's file, with one supervision and one cut over the whole of it. */
function formatLhotse(items: readonly ExportItem[], { sampleRateHz }: CorpusOptions): readonly CorpusFile[] {
  const rows = items.map((item) => {
    const samples = Math.round(item.durationSec * sampleRateHz);
    const duration = samples / sampleRateHz;
    const recording = { id: item.clip, sources: [{ type: 'file', channels: [0], source: inWavs(item) }], sampling_rate: sampleRateHz, num_samples: samples, duration, channel_ids: [0] };
    const supervision = { id: item.clip, recording_id: item.clip, start: 0, duration, channel: 0, text: item.text, language: item.language, speaker: item.speaker, custom: { split: item.split, recording: item.recordingPath, recording_start: item.startSec, recording_end: item.endSec } };
    return { recording, supervision, cut: { id: item.clip, start: 0, duration, channel: 0, supervisions: [supervision], recording, type: 'MonoCut' } };
  });
  return (['recording', 'supervision', 'cut'] as const).map((kind) => ({ path: `${kind}s.jsonl.gz`, gzip: true, text: jsonLines(rows.map((row) => row[kind])) }));
}
