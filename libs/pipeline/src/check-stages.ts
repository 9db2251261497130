import { isAbsolute, posix } from 'node:path';
import { canonicalJson } from './canonical-json.js';
import { PipelineError } from './errors.js';
import { type Stage } from './stage.js';

const invalid = (message: string, facts: Record<string, string>): PipelineError => new PipelineError('PIPELINE_STAGES_INVALID', message, facts);

/** Root-relative path with forward slashes, no '.', no trailing slash. */
export const tidyPath = (path: string): string => posix.normalize(path.replaceAll('\\', '/')).replace(/\/$/, '');

const holds = (outer: string, inner: string): boolean => outer === inner || outer === '.' || inner.startsWith(`${outer}/`);
const overlap = (a: string, b: string): boolean => holds(a, b) || holds(b, a);

/**
 * Refuses stages that cannot be run faithfully: doubled or unusable ids, needs that do not come before, paths outside
 * the root, two writers of one place, a stage that reads what it or a later stage writes.
 * @throws {PipelineError} `PIPELINE_STAGES_INVALID` naming the stage.
 */
export function checkStages(stages: readonly Stage[]): void {
  const before = new Set<string>();
  const writers: { stage: string; path: string }[] = [];
  for (const stage of stages) {
    const { id } = stage;
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) throw invalid(`A stage id is lower-case letters, digits and hyphens, got '${id}'.`, { stage: id });
    if (before.has(id)) throw invalid(`Two stages are called '${id}'.`, { stage: id });
    if (!Number.isSafeInteger(stage.version) || stage.version < 1) throw invalid(`Stage '${id}' needs a version ≥ 1, got ${stage.version}.`, { stage: id });
    for (const need of stage.needs) {
      if (!before.has(need)) throw invalid(`Stage '${id}' needs '${need}', which does not come before it.`, { stage: id, need });
    }
    try {
      canonicalJson(stage.options ?? null);
    } catch (error) {
      throw new PipelineError('PIPELINE_STAGES_INVALID', `The options of stage '${id}' are not JSON: ${(error as Error).message}.`, { stage: id }, { cause: error });
    }
    for (const raw of stage.writes) {
      const path = tidyPath(raw);
      if (isAbsolute(raw) || path === '.' || path === '..' || path.startsWith('../')) throw invalid(`Stage '${id}' writes '${raw}', which is not inside the root.`, { stage: id, path: raw });
      const other = writers.find((writer) => overlap(writer.path, path));
      if (other !== undefined) throw invalid(`Stages '${other.stage}' and '${id}' both write '${path}'.`, { stage: id, other: other.stage, path });
    }
    for (const raw of stage.writes) writers.push({ stage: id, path: tidyPath(raw) });
    before.add(id);
  }
  for (const [index, stage] of stages.entries()) {
    const later = new Set(stages.slice(index).map((each) => each.id));
    for (const raw of stage.reads) {
      if (isAbsolute(raw)) continue;
      const writer = writers.find((each) => later.has(each.stage) && overlap(each.path, tidyPath(raw)));
      if (writer !== undefined) {
        throw invalid(`Stage '${stage.id}' reads '${raw}', which ${writer.stage === stage.id ? 'it writes itself' : `'${writer.stage}' writes after it`}.`, { stage: stage.id, path: raw });
      }
    }
  }
}

/**
 * The stages that a run considers: `from` … `until`, both included.
 * @throws {PipelineError} `PIPELINE_STAGE_UNKNOWN` listing the names there are.
 */
export function selectStages(stages: readonly Stage[], from?: string, until?: string): readonly Stage[] {
  const known = stages.map((stage) => stage.id);
  for (const id of [from, until]) {
    if (id !== undefined && !known.includes(id)) {
      throw new PipelineError('PIPELINE_STAGE_UNKNOWN', `There is no stage '${id}'. Stages: ${known.join(', ')}.`, { stage: id, known: known.join(', ') });
    }
  }
  const first = from === undefined ? 0 : known.indexOf(from);
  const last = until === undefined ? known.length - 1 : known.indexOf(until);
  if (first > last) throw new PipelineError('PIPELINE_STAGE_UNKNOWN', `'${from}' comes after '${until}': there is no stage between them.`, { from: from ?? '', until: until ?? '' });
  return stages.slice(first, last + 1);
}
