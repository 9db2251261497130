// What a preparation stage lost or found, beside its manifest: work/findings/<stage>.json.
import { readFile } from 'node:fs/promises';
import type { ClipEntry, DatasetParts, Drop, Finding, TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, writeFileAtomic, type StageContext } from '@voxtune/pipeline';
import { type PLACES, type Voice } from './folder.js';
import { clipRateHz, sliceOptions } from './slice-options.js';

export type StageFindings = { readonly v: 1; readonly dropped: readonly Drop[]; readonly findings: readonly Finding[] };
type Place = Extract<keyof typeof PLACES, `${string}Findings`>;

/** Writes them, and tells the stage's log. */
export async function writeFindings(voice: Voice, place: Place, { dropped, findings }: Omit<StageFindings, 'v'>, ctx: StageContext): Promise<void> {
  for (const finding of findings) ctx.log(`${finding.level} ${finding.code}: ${finding.message}`);
  const file: StageFindings = { v: 1, dropped: dropped.map(({ id, reason }) => ({ id, reason })), findings };
  await writeFileAtomic(voice.at(place), `${JSON.stringify(file, null, 1)}\n`);
}

export const readFindings = async (voice: Voice, place: Place): Promise<StageFindings> => JSON.parse(await readFile(voice.at(place), 'utf8')) as StageFindings;

/** What a reader should hear of beside the counts. */
export const notesOf = ({ findings }: StageFindings): string[] => findings.filter((f) => f.level !== 'note').map((f) => f.message);

/** What a file holds, or undefined where it is not there; any other failure stays one. */
export const orNone = async <T>(value: Promise<T>): Promise<T | undefined> => value.catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'PIPELINE_FILE_MISSING') return undefined;
  throw error;
});

/** Everything known of the data set so far; stages that have not run leave their part out. */
export async function datasetParts(voice: Voice): Promise<Omit<DatasetParts, 'lists'> | null> {
  const rows = <T>(place: 'recordings' | 'clipsManifest' | 'transcripts' | 'reviewedManifest' | 'reviewedTranscripts') => orNone(readJsonLines<T>(voice.at(place)) as Promise<T[]>);
  const recordings = await rows<DatasetParts['recordings'][number]>('recordings');
  if (recordings === undefined) return null;
  const [ingest, slice, transcribe, review] = await Promise.all((['ingestFindings', 'sliceFindings', 'transcribeFindings', 'reviewFindings'] as const).map((place) => orNone(readFindings(voice, place))));
  const clips = (await rows<ClipEntry>('reviewedManifest')) ?? (await rows<ClipEntry>('clipsManifest'));
  const transcripts = (await rows<TranscriptEntry>('reviewedTranscripts')) ?? (await rows<TranscriptEntry>('transcripts'));
  const worded = new Set(transcripts?.map(({ clip }) => clip));
  const { minLengthMs, maxLengthMs } = sliceOptions(voice.config.slice);
  return {
    recordings, clips, transcripts, clipsDropped: slice?.dropped, withoutText: transcribe?.dropped.filter(({ id }) => !worded.has(id)),
    findings: [ingest, slice, transcribe, review].flatMap((each) => each?.findings ?? []),
    clipRateHz: clipRateHz(voice), lengthsSec: { minSec: (minLengthMs ?? 3000) / 1000, maxSec: (maxLengthMs ?? 10_000) / 1000 },
  };
}
