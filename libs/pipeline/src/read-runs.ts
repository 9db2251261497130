import { join, resolve } from 'node:path';
import { type JournalEvent } from './journal.js';
import { findPlaces, readJournals } from './run-folder.js';
import { type PipelineOptions } from './run.js';

/** One run: its folder and what happened in it, oldest event first. */
export type RunJournal = { readonly run: string; readonly runDir: string; readonly events: readonly JournalEvent[] };

/**
 * The journals of all runs, oldest first; what reports are made from.
 * @throws {PipelineError} `PIPELINE_NOT_READABLE`.
 */
export async function readRuns({ root, dir = 'work' }: Pick<PipelineOptions, 'root' | 'dir'>): Promise<readonly RunJournal[]> {
  const places = findPlaces(resolve(root), dir);
  return (await readJournals(places)).map(({ run, events }) => ({ run, runDir: join(places.runs, run), events }));
}
