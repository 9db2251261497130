// work/dataset.json and work/dataset.html: what was learned from, its hash, its figures, and everything that is in no list.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { loadPronouncer, measureDataset, parseClipId, renderDatasetSection, renderDropped, renderFigures, summarizeDataset, type DatasetFigures, type DatasetParts, type DatasetRow, type DatasetSummary, type Drop, type Lists } from '@voxtune/dataset';
import { hashFile, hashValue, writeFileAtomic } from '@voxtune/pipeline';
import { planGptBatchSize } from '@voxtune/training';
import { renderPage } from '../report/page.js';
import { trainingOptions } from './engine.js';
import { type Voice } from './folder.js';
import { clipRateHz } from './slice-options.js';

/** `sha256`: over each utterance's split, clip, words, language and audio, in the order of the lists; the same on every machine. */
export type DatasetFile = DatasetSummary & { readonly sha256: string; readonly figures: DatasetFigures; readonly utterances: readonly DatasetRow[] };

/** The utterances of the lists with the hashes of their clips. */
export async function datasetRows(voice: Voice, { train, valid, test }: Pick<Lists, 'train' | 'valid' | 'test'>, hash: (path: string) => Promise<string> = hashFile): Promise<readonly DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for (const [split, utterances] of Object.entries({ train, valid, test }) as ['train' | 'valid' | 'test', Lists['train']][]) {
    for (const { clip, recordingPath, durationSec, language, text } of utterances) rows.push({ clip, recording: recordingPath, split, durationSec, language, text, audio: await hash(join(voice.at('reviewedClips'), `${clip}.wav`)) });
  }
  return rows;
}

export const datasetHash = (rows: readonly DatasetRow[]): string => hashValue(rows.map(({ split, clip, text, language, audio }) => ({ split, clip, text, language, audio })));

/** Measures the data set and writes both files. */
export async function writeDataset(voice: Voice, parts: DatasetParts & { readonly lists: Lists }, hash: (path: string) => Promise<string>): Promise<void> {
  const { language, train } = voice.config;
  const figures = measureDataset({ parts, language, pronouncer: await loadPronouncer(language), gptBatchSize: planGptBatchSize({ ...trainingOptions(voice, null), clipCount: parts.lists.train.length }), dpo: train.gpt.dpo ?? false });
  const utterances = await datasetRows(voice, parts.lists, hash);
  const file: DatasetFile = { ...summarizeDataset(parts), sha256: datasetHash(utterances), figures, utterances };
  await writeFileAtomic(voice.at('dataset'), `${JSON.stringify(file, null, 1)}\n`);
  const drops: readonly Drop[] = [...file.recordings.dropped, ...(file.clips?.dropped ?? []), ...(file.transcripts?.withoutText ?? []), ...(file.lists?.dropped ?? [])];
  const seconds = [...parts.lists.train, ...parts.lists.valid, ...parts.lists.test].reduce((sum, u) => sum + u.durationSec, 0);
  await writeFileAtomic(voice.at('datasetPage'), renderPage({
    title: `${voice.name}: data`, subtitle: `${utterances.length} utterances, ${(seconds / 60).toFixed(1)} minutes, language ${language}; contents ${file.sha256.slice(0, 12)}`, notice: null,
    sections: [renderDatasetSection(parts), ...renderFigures(figures, parts), renderDropped(drops, (id) => soundOf(voice, parts, id), parts)],
  }));
}

/** Where the sound of something lies, from work/: its own clip, or its stretch of the recording it was not cut from. */
function soundOf(voice: Voice, { recordings }: DatasetParts, id: string): string | null {
  const address = (path: string) => relative(join(voice.at('datasetPage'), '..'), path).split(/[\\/]/).map(encodeURIComponent).join('/');
  for (const place of ['reviewedClips', 'clips'] as const) if (existsSync(join(voice.at(place), `${id}.wav`))) return address(join(voice.at(place), `${id}.wav`));
  const stretch = parseClipId(id);
  const recording = recordings.find((one) => one.id === stretch?.recordingId || one.path === id);
  if (recording === undefined) return null;
  const path = address(join(voice.recordingsDir, recording.path));
  return stretch === null ? path : `${path}#t=${stretch.start / clipRateHz(voice)},${stretch.end / clipRateHz(voice)}`;
}

export const readDataset = async (path: string): Promise<DatasetFile> => JSON.parse(await readFile(path, 'utf8')) as DatasetFile;
