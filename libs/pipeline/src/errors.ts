/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const PIPELINE_ADVICE = {
  PIPELINE_LOCKED: 'Wait for the other run or stop it. If it is certainly gone (another machine or container that was switched off), delete the lock file.',
  PIPELINE_DISK_FULL: 'Free space on that disk and start again: the run resumes where it stopped.',
  PIPELINE_NOT_WRITABLE: 'Give this user the right to write there, or use a folder on a disk that is not read-only.',
  PIPELINE_NOT_READABLE: 'Give this user the right to read the file, and check that its disk is healthy.',
  PIPELINE_ROOT_MISSING: 'Check the path of the voice folder, or create it first.',
  PIPELINE_FILE_MISSING: 'Run the stage that makes this file first.',
  PIPELINE_JSONL_INVALID: 'Correct the line, or delete the file so that its stage makes it again.',
  PIPELINE_STAGES_INVALID: 'This is a mistake in how the stages are declared, not in the data.',
  PIPELINE_STAGE_UNKNOWN: 'Use one of the stage names that the message lists.',
  PIPELINE_NOT_READY: 'Start from the stage that the message names, or leave out `from`.',
  PIPELINE_ACCOUNTING: 'Each input must be in the output or be listed with a reason; the log of the stage says what happened to the others.',
  PIPELINE_OUTPUT_MISSING: 'The stage ended without an error and wrote nothing; its log says why.',
  PIPELINE_ABORTED: 'Start again: the run resumes where it stopped.',
  PIPELINE_STAGE_FAILED: 'The message is from the stage itself; its log in the run folder has more.',
} as const;

/** A code of {@link PipelineError}; programs match on it. */
export type PipelineErrorCode = keyof typeof PIPELINE_ADVICE;

/** Named values of an error: paths, ids, counts. */
export type Facts = Readonly<Record<string, string | number>>;

/** A failure of the pipeline: `code` for programs, `message` and `hint` for people, `facts` for both. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: PipelineErrorCode;
  readonly hint: string;
  readonly facts: Facts;
  constructor(code: PipelineErrorCode, message: string, facts: Facts = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = PIPELINE_ADVICE[code];
    this.facts = facts;
  }
}

/** An error as data: what journals, events and JSON output carry. */
export type ErrorReport = { readonly code: string; readonly message: string; readonly hint: string; readonly facts: Facts };

/** The code of a Node system error ('ENOSPC' …), or null when the value is none. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR']);
// System calls that can only mean a change to a file or folder; `open` may be a read.
const CHANGING_CALLS = new Set(['mkdir', 'rename', 'unlink', 'rmdir', 'rm', 'link', 'symlink', 'copyfile', 'write', 'ftruncate', 'truncate', 'fsync', 'futime', 'utime', 'chmod', 'mkdtemp']);

/**
 * Turns a Node system error into a {@link PipelineError} that says what could not be done, where.
 * Errors that are not system errors come back unchanged.
 * @param doing - What was tried, in the infinitive: 'write', 'read'.
 */
export function explainSystemError(error: unknown, doing: 'read' | 'write', path: string): unknown {
  const code = systemCode(error);
  if (code === null || error instanceof PipelineError) return error;
  const facts = { path, systemCode: code };
  if (DISK_FULL.has(code)) return new PipelineError('PIPELINE_DISK_FULL', `The disk is full: cannot write ${path}.`, facts, { cause: error });
  if (code === 'EROFS') return new PipelineError('PIPELINE_NOT_WRITABLE', `Cannot write ${path}: the disk is read-only.`, facts, { cause: error });
  if (doing === 'write' && FORBIDDEN.has(code)) {
    const why = code === 'ENOTDIR' || code === 'EISDIR' ? 'a file stands where a folder is needed, or the other way round' : 'permission denied';
    return new PipelineError('PIPELINE_NOT_WRITABLE', `Cannot write ${path}: ${why}.`, facts, { cause: error });
  }
  if (doing === 'read' && code === 'ENOENT') return new PipelineError('PIPELINE_FILE_MISSING', `There is no file ${path}.`, facts, { cause: error });
  if (doing === 'read') return new PipelineError('PIPELINE_NOT_READABLE', `Cannot read ${path} (${code}).`, facts, { cause: error });
  return new PipelineError('PIPELINE_NOT_WRITABLE', `Cannot write ${path} (${code}).`, facts, { cause: error });
}

const hasText = (value: object, key: string): boolean => key in value && typeof (value as Record<string, unknown>)[key] === 'string';

/**
 * What a stage threw, as the error the run reports: errors that carry `code` and `hint` pass unchanged, a full or
 * read-only disk is named as such, and anything else becomes `PIPELINE_STAGE_FAILED` with the original as its cause.
 */
export function explainStageError(error: unknown, stage: string): Error {
  if (error instanceof Error && hasText(error, 'code') && hasText(error, 'hint')) return error;
  const code = systemCode(error);
  if (code !== null) {
    const { syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
    const where = dest ?? path ?? `in stage '${stage}'`;
    const writes = DISK_FULL.has(code) || code === 'EROFS' || (FORBIDDEN.has(code) && CHANGING_CALLS.has(syscall ?? ''));
    if (writes) return explainSystemError(error, 'write', where) as Error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PipelineError('PIPELINE_STAGE_FAILED', message === '' ? `Stage '${stage}' failed without saying why.` : message, { stage }, { cause: error });
}

/** An error as plain data; `facts` keeps only strings and finite numbers. */
export function reportError(error: unknown): ErrorReport {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const facts: Record<string, string | number> = {};
  for (const [key, value] of Object.entries((fields.facts ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) facts[key] = value;
  }
  return {
    code: typeof fields.code === 'string' ? fields.code : 'PIPELINE_STAGE_FAILED',
    message: error instanceof Error ? error.message : String(error),
    hint: typeof fields.hint === 'string' ? fields.hint : PIPELINE_ADVICE.PIPELINE_STAGE_FAILED,
    facts,
  };
}
