import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { measureAudio } from '@voxtune/audio';
import { findNearDuplicates } from '../duplicate/near-duplicates.js';
import { DatasetError } from '../errors.js';
import type { Finding } from '../findings.js';
import { hashFile } from '../hash-file.js';
import type { RecordingEntry } from '../manifest.js';
import { accountFor, type Accounting } from '../sieve.js';
import { baseName, extension, showPath } from '../show-path.js';
import { COMPANION_EXTENSIONS, KALDI_NAMES, TRANSCRIPT_EXTENSIONS } from '../transcript/read-transcript-file.js';
import { readRecordings } from './read-recordings.js';
import { unusable, type HeardRecording } from './read-recording.js';
import { checkRecordingCount, DEFAULT_REJECT } from './recording-rules.js';
import { explainFileError, walkFolder, type FolderWalk } from './walk-folder.js';

export type Progress = (event: { readonly done: number; readonly total: number; readonly unit: string }) => void;

export type IngestOptions = {
  readonly recordingsDir: string;
  /** Measures one recording's mono mix, in the caller's thread. @default measureAudio of @voxtune/audio, on worker threads */
  readonly measure?: typeof measureAudio | undefined;
  /** Codes of the findings that reject a recording; what cannot be decoded is never kept. @default DEFAULT_REJECT */
  readonly reject?: readonly string[] | undefined;
  readonly ffmpegPath?: string | null | undefined;
  /** Folder where what was measured is kept by content, so that only new recordings are read again. None: nothing is kept. */
  readonly keepDir?: string | undefined;
  /** SHA-256 of a file's content, hex, by its path; for a caller that remembers them. @default reads the file */
  readonly hash?: ((path: string) => Promise<string>) | undefined;
  /** Threads; the results do not depend on it. @default the processor's cores */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

export type IngestResult = { readonly recordings: readonly RecordingEntry[]; readonly findings: readonly Finding[]; readonly accounting: Accounting };

/**
 * Reads every file of a folder (and the folders in it) as a recording: one entry each, in order of path, with its
 * measurements and the guide's findings. Recordings are read in blocks, so that memory does not grow with their length. Transcripts are no recordings.
 * Of two recordings with the same speech the one of less bandwidth, then of less length, has the finding; `reject` decides whether it stays.
 * @throws {DatasetError} `DATASET_FOLDER_MISSING` when the folder cannot be listed.
 */
export async function ingestRecordings({ recordingsDir, measure, reject = DEFAULT_REJECT, ffmpegPath, keepDir, hash = (path) => hashFile(path, signal), workers, signal, onProgress }: IngestOptions): Promise<IngestResult> {
  let walk: FolderWalk;
  try {
    walk = await walkFolder(recordingsDir, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new DatasetError('DATASET_FOLDER_MISSING', `${showPath(recordingsDir)} cannot be read: ${explainFileError(cause)}`, { path: recordingsDir }, { cause });
  }
  const findings: Finding[] = walk.unreadable.map(({ path, reason }) => ({ code: 'FOLDER_UNREADABLE', level: 'warning', message: `folder ${showPath(path)}: ${reason}`, value: path, file: path }));
  if (walk.hidden.length > 0) {
    const named = walk.hidden.slice(0, 5).map(showPath).join(', ');
    findings.push({ code: 'RECORDINGS_HIDDEN', level: 'note', message: `${walk.hidden.length} hidden passed over: ${named}${walk.hidden.length > 5 ? ' …' : ''}`, value: walk.hidden.length });
  }
  const files = walk.files.filter(({ path }) => ![...TRANSCRIPT_EXTENSIONS, ...COMPANION_EXTENSIONS].includes(extension(path)) && !KALDI_NAMES.includes(baseName(path)));
  const hashes: (string | { readonly problem: string })[] = [];
  for (const { path, problem } of files) {
    signal?.throwIfAborted();
    hashes.push(problem !== null ? { problem } : await hash(join(recordingsDir, path)).catch((error: unknown) => {
      signal?.throwIfAborted();
      return { problem: explainFileError(error) };
    }));
  }
  const contents = new Map<string, string>();
  files.forEach(({ path }, i) => { const content = hashes[i]!; if (typeof content === 'string' && !contents.has(content)) contents.set(content, path); });
  const heard = await readRecordings([...contents].map(([sha256, path]) => ({ sha256, path: join(recordingsDir, path) })), { measure, ffmpegPath, keepDir, workers, signal, onProgress: (done) => onProgress?.({ done: done + files.length - contents.size, total: files.length, unit: 'recordings' }) });
  const ids = new Map<string, number>();
  const pathOfContent = new Map<string, string>();
  const recordings = files.map(({ path }, i): RecordingEntry => {
    const content = hashes[i]!;
    const original = typeof content === 'string' ? pathOfContent.get(content) : undefined;
    const read = typeof content !== 'string' ? unusable('RECORDING_UNREADABLE', content.problem) : original !== undefined ? unusable('RECORDING_DUPLICATE', `duplicate of ${showPath(original)}`, content) : heard.get(content)!.read;
    const base = read.sha256 === null ? `x${createHash('sha256').update(path).digest('hex').slice(0, 12)}` : `r${read.sha256.slice(0, 12)}`;
    const seen = ids.get(base) ?? 0;
    ids.set(base, seen + 1);
    const blocking = blockingOf(read.findings, reject);
    if (blocking === undefined && read.sha256 !== null) pathOfContent.set(read.sha256, path);
    // A copy has its original's content and so its id; the count keeps the ids of one manifest apart.
    return { v: 1, id: seen === 0 ? base : `${base}-copy${seen + 1}`, path, ...read, kept: blocking === undefined, reason: blocking === undefined ? null : blocking.message };
  });
  markSameSpeech(recordings, heard, reject);
  if (contents.size === 0) onProgress?.({ done: files.length, total: files.length, unit: 'recordings' });
  findings.push(...checkRecordingCount(recordings.filter(({ kept }) => kept).length));
  return { recordings, findings, accounting: accountFor(recordings, ({ path }) => showPath(path), ({ kept, reason }) => (kept ? null : (reason ?? 'not kept'))) };
}

const blockingOf = (findings: readonly Finding[], reject: readonly string[]): Finding | undefined => findings.find((f) => NEVER_KEPT.has(f.code)) ?? findings.find((f) => reject.includes(f.code));

/** Recordings whose bandwidths differ by less are alike in it, hertz. Source: ours; codecs of one kind end within it. */
const SAME_BANDWIDTH_HZ = 500;

/** Gives the lesser of two recordings with the same speech its finding. */
function markSameSpeech(recordings: RecordingEntry[], heard: ReadonlyMap<string, HeardRecording>, reject: readonly string[]): void {
  const bandOf = (i: number) => Math.round((recordings[i]!.measurements?.['bandwidthHz'] ?? 0) / SAME_BANDWIDTH_HZ);
  const best = recordings.flatMap(({ kept, sha256 }, i) => (kept && sha256 !== null && (heard.get(sha256)?.landmarks ?? null) !== null ? [i] : []))
    .sort((a, b) => bandOf(b) - bandOf(a) || (recordings[b]!.durationSec ?? 0) - (recordings[a]!.durationSec ?? 0) || a - b);
  for (const { first, second, share } of findNearDuplicates(best.map((i) => heard.get(recordings[i]!.sha256!)!.landmarks!))) {
    const [better, entry] = [recordings[best[first]!]!, recordings[best[second]!]!];
    if (!better.kept || !entry.kept) continue;
    const finding: Finding = { code: 'RECORDING_SAME_SPEECH', level: reject.includes('RECORDING_SAME_SPEECH') ? 'reject' : 'warning', message: `the same speech as ${showPath(better.path)} (${Math.round(100 * share)} % of the audio fingerprint agrees)`, value: better.path };
    const findings = [...entry.findings, finding];
    const blocking = blockingOf(findings, reject);
    recordings[best[second]!] = { ...entry, findings, kept: blocking === undefined, reason: blocking?.message ?? null };
  }
}

const NEVER_KEPT: ReadonlySet<string> = new Set(['RECORDING_NOT_AUDIO', 'RECORDING_UNREADABLE', 'RECORDING_UNDECODABLE', 'RECORDING_DECODER_MISSING', 'RECORDING_EMPTY', 'RECORDING_DUPLICATE']);
