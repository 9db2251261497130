import { PipelineError } from './errors.js';

/** One input that is not in the output, and why. */
export type Drop = { readonly id: string; readonly reason: string };

/** What a stage did with its inputs. Law: `in` = `kept` + `dropped.length`; ids are unique; each reason says something. */
export type Accounting = {
  /** Inputs, a count ≥ 0. */
  readonly in: number;
  /** Inputs that are in the output, a count ≥ 0. */
  readonly kept: number;
  readonly dropped: readonly Drop[];
  /** What a reader should know beside the counts. */
  readonly notes?: readonly string[];
};

/**
 * The ways in which an accounting breaks the law; empty when it adds up. Never throws for one.
 * @returns Sentences, in a fixed order.
 */
export function checkAccounting(accounting: Accounting): readonly string[] {
  const { in: inputs, kept, dropped } = accounting;
  const problems: string[] = [];
  for (const [name, count] of [['in', inputs], ['kept', kept]] as const) {
    if (!Number.isSafeInteger(count) || count < 0) problems.push(`${name} must be a count, got ${String(count)}`);
  }
  if (!Array.isArray(dropped)) return [...problems, 'dropped must be a list'];
  if (problems.length === 0 && inputs !== kept + dropped.length) {
    problems.push(`${inputs} in, but ${kept} kept and ${dropped.length} dropped make ${kept + dropped.length}`);
  }
  const seen = new Set<string>();
  for (const { id, reason } of dropped as readonly Drop[]) {
    if (typeof id !== 'string' || id === '') problems.push('a dropped input has no id');
    else if (seen.has(id)) problems.push(`'${id}' is dropped twice`);
    seen.add(id);
    if (typeof reason !== 'string' || reason.trim() === '') problems.push(`'${id}' is dropped without a reason`);
  }
  return problems;
}

/** The accounting, known to add up. @throws {PipelineError} `PIPELINE_ACCOUNTING`, naming the stage and what is wrong. */
export function requireAccounting(stage: string, accounting: Accounting): Accounting {
  const problems = checkAccounting(accounting);
  if (problems.length === 0) return accounting;
  const shown = problems.slice(0, 5).join('; ') + (problems.length > 5 ? `; and ${problems.length - 5} more` : '');
  throw new PipelineError('PIPELINE_ACCOUNTING', `Stage '${stage}' does not account for its inputs: ${shown}.`, {
    stage, in: accounting.in, kept: accounting.kept, dropped: Array.isArray(accounting.dropped) ? accounting.dropped.length : 0,
  });
}
