import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { canonicalJson, hashValue } from './canonical-json.js';
import { systemCode } from './errors.js';
import { hashDefinition, type StageHistory } from './fold-journal.js';
import { type HashTreeOptions, type HashedFile, type HashedTree, describeChange, hashTree } from './hash-tree.js';
import { type DoneRecord } from './journal.js';
import { type Stage } from './stage.js';

/** The contents behind one declared path. */
export type HashedPath = { readonly path: string } & HashedTree;

/** The list of files read and written, kept beside the journal so that a change can be named. */
export type FileList = { readonly v: 1; readonly options: unknown; readonly reads: readonly HashedPath[]; readonly writes: readonly HashedPath[] };

/** Trees as they were seen since a stage last ran: what one stage wrote the next ones read, and between two stages that are skipped nothing is written. */
export type SeenTrees = Map<string, HashedTree>;

/**
 * Hashes what a list of declared paths holds.
 * @param options.seen - Trees that need not be looked at again; those looked at now are added.
 */
export async function hashPaths(
  root: string, paths: readonly string[], { seen, ...options }: HashTreeOptions & { readonly seen?: SeenTrees | undefined },
): Promise<readonly HashedPath[]> {
  const hashed: HashedPath[] = [];
  for (const path of paths) {
    const full = isAbsolute(path) ? path : join(root, path);
    const tree = seen?.get(full) ?? (await hashTree(full, options));
    seen?.set(full, tree);
    hashed.push({ path, ...tree });
  }
  return hashed;
}

/** Path as it enters a fingerprint: where an absolute path outside the root lies does not matter, what it holds does. */
function placeInRoot(root: string, path: string): string | null {
  const inside = isAbsolute(path) ? relative(root, path) : path;
  return inside.startsWith('..') || isAbsolute(inside) ? null : inside.replaceAll('\\', '/');
}

/** Hash of a stage's version, options and the contents it reads. */
export function fingerprintStage(stage: Stage, root: string, reads: readonly HashedPath[]): string {
  return hashValue({
    id: stage.id, version: stage.version, options: stage.options ?? null,
    reads: reads.map(({ path, digest }) => ({ path: placeInRoot(root, path), digest })),
  });
}

/** Hash of all that a stage wrote. */
export const hashOutputs = (writes: readonly HashedPath[]): string => hashValue(writes.map(({ path, digest }) => [path, digest]));

/** Reads the list of files that a record points to; null when it is gone or damaged, and changes can then not be named file by file. */
export async function readFileList(runs: string, record: DoneRecord): Promise<FileList | null> {
  try {
    const list = JSON.parse(await readFile(join(runs, record.files), 'utf8')) as FileList | null;
    return list !== null && typeof list === 'object' && list.v === 1 && Array.isArray(list.reads) && Array.isArray(list.writes) ? list : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== null) return null;
    throw error;
  }
}

const filesOf = (paths: readonly HashedPath[] | undefined, path: string): readonly HashedFile[] | null => paths?.find((each) => each.path === path)?.files ?? null;

/**
 * Says why a stage must run although it was once done; null when it need not.
 * @param readList - Gives the files that the record was made of; called only where a change is to be named.
 */
export async function explainStale(
  stage: Stage, record: DoneRecord, readList: () => Promise<FileList | null>, fingerprint: string, reads: readonly HashedPath[], writes: readonly HashedPath[],
): Promise<string | null> {
  if (record.version !== stage.version) return `stage version ${record.version} → ${stage.version}`;
  if (record.definition !== hashDefinition(stage)) return `options changed${nameOptions((await readList())?.options, stage.options)}`;
  if (record.fingerprint !== fingerprint) return `input changed: ${nameChanges(record.reads, reads, (await readList())?.reads)}`;
  if (hashOutputs(writes) !== record.outputs) return `output is not as it was made: ${nameChanges(record.writes, writes, (await readList())?.writes)}`;
  return null;
}

function nameChanges(before: readonly { path: string; digest: string }[], after: readonly HashedPath[], list: readonly HashedPath[] | undefined): string {
  const named: string[] = [];
  for (const [index, now] of after.entries()) {
    const was = before[index];
    if (was?.digest === now.digest && was.path === now.path) continue;
    const detail = was === undefined ? null : describeChange(filesOf(list, was.path) ?? [], now.files, now.path);
    if (now.digest === 'missing') named.push(`${now.path} (missing)`);
    else if (was === undefined || was.digest === 'missing') named.push(`${now.path} (new)`);
    else named.push(list === undefined || detail === null ? `${now.path} (changed)` : detail);
  }
  if (before.length > after.length) named.push(...before.slice(after.length).map(({ path }) => `${path} (no longer read)`));
  return named.length === 0 ? 'the list of paths' : named.slice(0, 3).join(', ') + (named.length > 3 ? ` and ${named.length - 3} more` : '');
}

function nameOptions(before: unknown, after: unknown): string {
  const fields = (value: unknown): Record<string, unknown> | null =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  const [was, is] = [fields(before), fields(after)];
  if (was === null || is === null) return '';
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().filter((key) => text(was[key]) !== text(is[key]));
  return keys.length === 0 ? '' : `: ${keys.join(', ')}`;
}

/** Why a stage that has no valid record runs. */
export function explainFresh(history: StageHistory | undefined, interruption: string | null): string {
  if (history === undefined) return 'never run';
  if (history.state === 'failed') return `failed last time (${history.reason ?? 'no reason'})`;
  if (interruption !== null) return interruption;
  return history.reason === null || history.state === 'skipped' ? 'never run' : history.reason;
}
