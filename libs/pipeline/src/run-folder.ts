import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from './canonical-json.js';
import { explainSystemError, systemCode } from './errors.js';
import { listFolder, writeFileAtomic } from './files.js';
import { type JournalEvent, parseJournal } from './journal.js';
import { type Stage } from './stage.js';

/** Where the pipeline keeps its own files, all absolute. */
export type Places = { readonly root: string; readonly work: string; readonly lock: string; readonly runs: string; readonly hashes: string };

/** @param dir - The folder of everything that is made, relative to the root. */
export function findPlaces(root: string, dir: string): Places {
  const work = join(root, dir);
  return { root, work, lock: join(work, 'lock'), runs: join(work, 'runs'), hashes: join(work, 'runs', 'hashes.json') };
}

/** What a plan is, for telling whether a run continues the one before: ids, versions, options, needs, which are off. */
export function describePlan(stages: readonly Stage[], enabled: ReadonlySet<string>): string {
  const rows = stages.map((stage) => ({
    id: stage.id, version: stage.version, needs: stage.needs, off: isOff(stage, enabled), options: stage.options ?? null,
  }));
  return `{"v":1,"stages":[\n${rows.map(canonicalJson).join(',\n')}\n]}\n`;
}

/** Whether a stage is optional and not switched on. */
export const isOff = (stage: Stage, enabled: ReadonlySet<string>): boolean => stage.optional === true && !enabled.has(stage.id);

const readText = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw explainSystemError(error, 'read', path);
  }
};

/** The names of the run folders, oldest first. */
export async function listRuns(places: Places): Promise<readonly string[]> {
  const entries = await listFolder(places.runs);
  return entries.filter((entry) => entry.isDirectory() && /^\d{4,}$/.test(entry.name)).map((entry) => entry.name).sort((a, b) => Number(a) - Number(b));
}

/**
 * The folder this run continues — the latest, while its plan is the same — or a new one with the next number and the plan in it.
 * A folder without a plan is one whose making was interrupted, and is taken.
 */
export async function openRunFolder(places: Places, plan: string): Promise<string> {
  const latest = (await listRuns(places)).at(-1);
  const stored = latest === undefined ? null : await readText(join(places.runs, latest, 'plan.json'));
  if (latest !== undefined && stored === plan) return latest;
  const run = latest !== undefined && stored === null ? latest : String(Number(latest ?? '0') + 1).padStart(4, '0');
  await writeFileAtomic(join(places.runs, run, 'plan.json'), plan);
  return run;
}

/** The journals of all runs, oldest first. A run folder without one yet counts as empty. */
export async function readJournals(places: Places): Promise<readonly { readonly run: string; readonly events: readonly JournalEvent[] }[]> {
  const journals = [];
  for (const run of await listRuns(places)) {
    const path = join(places.runs, run, 'journal.jsonl');
    try {
      journals.push({ run, events: parseJournal(await readFile(path)).events });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw explainSystemError(error, 'read', path);
      journals.push({ run, events: [] });
    }
  }
  return journals;
}
