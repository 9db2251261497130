import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Accounting } from './accounting.js';
import { type ErrorReport, explainSystemError, systemCode } from './errors.js';

/** What is remembered of a stage that is done: enough to tell later whether it still is. */
export type DoneRecord = {
  readonly version: number;
  /** Hash of the stage's version and options. */
  readonly definition: string;
  /** Hash of the definition and of all contents read. */
  readonly fingerprint: string;
  readonly reads: readonly { readonly path: string; readonly digest: string }[];
  readonly writes: readonly { readonly path: string; readonly digest: string }[];
  /** Hash of everything written. */
  readonly outputs: string;
  /** The `outputs` of the stages needed, as they were then. */
  readonly needs: Readonly<Record<string, string>>;
  readonly accounting: Accounting;
  /** The list of files read and written, relative to the folder of runs. */
  readonly files: string;
};

export type SkipWhy = 'unchanged' | 'missing' | 'needs' | 'off';

type JournalBody =
  | { readonly event: 'run-start'; readonly run: string; readonly lock: string; readonly pid: number; readonly host: string }
  | { readonly event: 'journal-repaired'; readonly droppedBytes: number }
  | { readonly event: 'stage-start'; readonly stage: string; readonly fingerprint: string; readonly reason: string }
  | { readonly event: 'progress'; readonly stage: string; readonly done: number; readonly total: number | null; readonly unit: string }
  | { readonly event: 'stage-event'; readonly stage: string; readonly data: Readonly<Record<string, unknown>> }
  | { readonly event: 'stage-done'; readonly stage: string; readonly record: DoneRecord; readonly elapsedSec: number }
  | { readonly event: 'stage-skipped'; readonly stage: string; readonly why: SkipWhy; readonly reason: string; readonly record?: DoneRecord }
  | { readonly event: 'stage-failed'; readonly stage: string; readonly error: ErrorReport }
  | { readonly event: 'stage-interrupted'; readonly stage: string; readonly reason: string }
  | { readonly event: 'run-done'; readonly ok: boolean };

/** One line of a journal: what happened, the line's number from 1, and when (ISO 8601, UTC). */
export type JournalEvent = { readonly v: 1; readonly seq: number; readonly at: string } & JournalBody;
export type { JournalBody };

const EVENTS = new Set<JournalBody['event']>([
  'run-start', 'journal-repaired', 'stage-start', 'progress', 'stage-event', 'stage-done', 'stage-skipped', 'stage-failed', 'stage-interrupted', 'run-done',
]);

function isJournalEvent(value: unknown): value is JournalEvent {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  if (line.v !== 1 || typeof line.seq !== 'number' || typeof line.at !== 'string') return false;
  if (!EVENTS.has(line.event as JournalBody['event'])) return false;
  if (String(line.event).startsWith('stage-') && typeof line.stage !== 'string') return false;
  return line.event !== 'stage-done' || (typeof line.record === 'object' && line.record !== null);
}

/**
 * Reads a journal. A line cut off by a kill or a power cut, and any line that is no event, counts as not written: the worst
 * that follows is that a stage is checked or run again.
 * @returns The events, and how many bytes at the start of the file are whole lines up to the last good one.
 */
export function parseJournal(bytes: Uint8Array): { readonly events: readonly JournalEvent[]; readonly wholeBytes: number } {
  const events: JournalEvent[] = [];
  let wholeBytes = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) break;
    try {
      const event: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
      if (isJournalEvent(event)) {
        events.push(event);
        wholeBytes = end + 1;
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    start = end + 1;
  }
  return { events, wholeBytes };
}

/** A journal open for appending. */
export type Journal = {
  /** The events found when it was opened. */
  readonly events: readonly JournalEvent[];
  /** Adds a line and flushes it to disk before it returns. @throws {PipelineError} `PIPELINE_DISK_FULL`, `PIPELINE_NOT_WRITABLE` */
  append(body: JournalBody): JournalEvent;
  close(): void;
};

/**
 * Opens a journal for appending, making it when it is not there, and cuts off a torn end first. Only the holder of the lock may.
 * It writes synchronously: when `append` returns, the event is on disk, in order, whatever happens next.
 * @param clock - Milliseconds since 1970.
 * @throws {PipelineError} `PIPELINE_DISK_FULL`, `PIPELINE_NOT_WRITABLE`.
 */
export function openJournal(path: string, clock: () => number): Journal {
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw explainSystemError(error, 'write', path);
    }
  };
  // Not opened for appending: Windows lets such a file grow but not be cut.
  const file = guarded(() => openSync(path, constants.O_RDWR | constants.O_CREAT));
  const bytes = guarded(() => readFileSync(path));
  const { events, wholeBytes } = parseJournal(bytes);
  let seq = events.at(-1)?.seq ?? 0;
  let sizeBytes = wholeBytes;
  const journal: Journal = {
    events,
    append: (body) =>
      guarded(() => {
        const event: JournalEvent = { v: 1, seq: seq + 1, at: new Date(clock()).toISOString(), ...body };
        const line = Buffer.from(`${JSON.stringify(event)}\n`);
        try {
          for (let written = 0; written < line.length; ) written += writeSync(file, line, written, line.length - written, sizeBytes + written);
          fsyncSync(file);
        } catch (error) {
          cutTo(file, sizeBytes);
          throw error;
        }
        seq += 1;
        sizeBytes += line.length;
        return event;
      }),
    close: () => closeSync(file),
  };
  try {
    if (wholeBytes < bytes.length) {
      guarded(() => ftruncateSync(file, wholeBytes));
      journal.append({ event: 'journal-repaired', droppedBytes: bytes.length - wholeBytes });
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return journal;
}

/** Takes back half a line after a failed write; when even that fails, the next opening repairs it. */
function cutTo(file: number, sizeBytes: number): void {
  try {
    if (fstatSync(file).size > sizeBytes) ftruncateSync(file, sizeBytes);
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}
