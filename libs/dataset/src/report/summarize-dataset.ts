import type { Finding } from '../findings.js';
import type { Lists } from '../list/plan-lists.js';
import type { ClipEntry, RecordingEntry, TranscriptEntry } from '../manifest.js';
import { median } from '../middle.js';
import type { Drop } from '../sieve.js';

/** What is known of a data set so far; a part that has not been made yet is left out. */
export type DatasetParts = {
  readonly recordings: readonly RecordingEntry[];
  readonly clips?: readonly ClipEntry[] | undefined;
  readonly transcripts?: readonly TranscriptEntry[] | undefined;
  readonly lists?: Lists | undefined;
  /** Stretches that gave no clip, as `sliceRecordings` returns them. */
  readonly clipsDropped?: readonly Drop[] | undefined;
  /** Clips without words, as `assignTranscripts` returns them. */
  readonly withoutText?: readonly Drop[] | undefined;
  /** The clip lengths asked for. @default 3 to 10 */
  readonly lengthsSec?: { readonly minSec: number; readonly maxSec: number } | undefined;
  /** Samples a second that clip ids count in; with it a stretch that gave no clip is shown by its recording and its seconds. */
  readonly clipRateHz?: number | undefined;
  /** Findings about the whole, of every step. */
  readonly findings?: readonly Finding[] | undefined;
};

/** One count with what it amounts to in seconds. */
export type Amount = { readonly count: number; readonly durationSec: number };

/** What went in, what came out, why not the rest. JSON-serialisable; times in seconds, rounded to milliseconds. */
export type DatasetSummary = {
  readonly v: 1;
  readonly recordings: { readonly in: number; readonly kept: Amount; readonly dropped: readonly Drop[] };
  readonly clips: { readonly kept: Amount; readonly byCut: Readonly<Record<ClipEntry['cut'], number>>; readonly shortestSec: number | null; readonly medianSec: number | null; readonly longestSec: number | null; readonly dropped: readonly Drop[] } | null;
  readonly transcripts: { readonly count: number; readonly bySource: Readonly<Record<TranscriptEntry['source'], number>>; readonly byLanguage: Readonly<Record<string, number>>; readonly withoutText: readonly Drop[] } | null;
  readonly lists: { readonly train: Amount; readonly valid: Amount; readonly test: Amount; readonly splitBy: Lists['splitBy']; readonly dropped: readonly Drop[]; readonly notes: readonly string[] } | null;
  /** How often each finding was made, by code. */
  readonly findings: Readonly<Record<string, number>>;
};

/** Adds up a data set. Law: in each part kept and dropped make up what came in. */
export function summarizeDataset({ recordings, clips, transcripts, lists, clipsDropped = [], withoutText = [], findings = [] }: DatasetParts): DatasetSummary {
  const keptRecordings = recordings.filter(({ kept }) => kept);
  const keptClips = clips?.filter(({ kept }) => kept) ?? [];
  const lengths = keptClips.map(({ startSec, endSec }) => endSec - startSec).sort((a, b) => a - b);
  const orNull = (sec: number | undefined) => (sec === undefined || Number.isNaN(sec) ? null : milli(sec));
  const all = [...findings, ...recordings.flatMap((r) => r.findings), ...(clips ?? []).flatMap((c) => c.findings), ...(transcripts ?? []).flatMap((t) => t.findings), ...(lists?.findings ?? [])];
  return {
    v: 1,
    recordings: { in: recordings.length, kept: amount(keptRecordings, (r) => r.durationSec ?? 0), dropped: recordings.flatMap(({ kept, path, reason }) => (kept ? [] : [{ id: path, reason: reason ?? 'not kept' }])) },
    clips: clips === undefined ? null : {
      kept: amount(keptClips, (c) => c.endSec - c.startSec),
      byCut: { cues: 0, slicer: 0, whole: 0, person: 0, ...tally(keptClips.map(({ cut }) => cut)) },
      shortestSec: orNull(lengths[0]), medianSec: orNull(median(lengths)), longestSec: orNull(lengths.at(-1)),
      dropped: [...clipsDropped, ...clips.flatMap(({ kept, id, reason }) => (kept ? [] : [{ id, reason: reason ?? 'not kept' }]))],
    },
    transcripts: transcripts === undefined ? null : {
      count: transcripts.length,
      bySource: { import: 0, asr: 0, person: 0, ...tally(transcripts.map(({ source }) => source)) },
      byLanguage: tally(transcripts.map(({ language }) => language)),
      withoutText,
    },
    lists: lists === undefined ? null : {
      train: amount(lists.train, (u) => u.durationSec), valid: amount(lists.valid, (u) => u.durationSec), test: amount(lists.test, (u) => u.durationSec),
      splitBy: lists.splitBy, dropped: lists.dropped, notes: lists.notes,
    },
    findings: tally(all.map(({ code }) => code)),
  };
}

const milli = (sec: number) => Math.round(sec * 1000) / 1000;

function amount<T>(items: readonly T[], durationOf: (item: T) => number): Amount {
  return { count: items.length, durationSec: milli(items.reduce((sum, item) => sum + durationOf(item), 0)) };
}

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of [...keys].sort()) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
