import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile, downmix, measureAudio } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import { DatasetError } from '../errors.js';
import type { Finding } from '../findings.js';
import type { RecordingEntry } from '../manifest.js';
import { accountFor, type Accounting } from '../sieve.js';
import { baseName, extension, showPath } from '../show-path.js';
import { COMPANION_EXTENSIONS, KALDI_NAMES, TRANSCRIPT_EXTENSIONS } from '../transcript/read-transcript-file.js';
import { checkRecording, checkRecordingCount, DEFAULT_REJECT } from './recording-rules.js';
import { explainFileError, walkFolder, type FolderWalk } from './walk-folder.js';

export type Progress = (event: { readonly done: number; readonly total: number; readonly unit: string }) => void;

export type IngestOptions = {
  readonly recordingsDir: string;
  /** Measures one recording's mono mix. @default measureAudio of @voxtune/audio */
  readonly measure?: typeof measureAudio | undefined;
  /** Codes of the findings that reject a recording; what cannot be decoded is never kept. @default DEFAULT_REJECT */
  readonly reject?: readonly string[] | undefined;
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

export type IngestResult = { readonly recordings: readonly RecordingEntry[]; readonly findings: readonly Finding[]; readonly accounting: Accounting };

/** Codes of @voxtune/audio that say what a file is; any other failure is a file that does not decode. */
const CODE_OF_AUDIO_ERROR: Readonly<Record<string, Finding['code']>> = {
  AUDIO_FORMAT_UNKNOWN: 'RECORDING_NOT_AUDIO',
  AUDIO_EMPTY: 'RECORDING_EMPTY',
  AUDIO_UNREADABLE: 'RECORDING_UNREADABLE',
  AUDIO_DECODER_MISSING: 'RECORDING_DECODER_MISSING',
};

/**
 * Reads every file of a folder (and the folders in it) as a recording: one entry each, in order of path, with its
 * measurements and the guide's findings. One recording is in memory at a time. Transcripts are no recordings.
 * @throws {DatasetError} `DATASET_FOLDER_MISSING` when the folder cannot be listed.
 */
export async function ingestRecordings({ recordingsDir, measure = measureAudio, reject = DEFAULT_REJECT, ffmpegPath, signal, onProgress }: IngestOptions): Promise<IngestResult> {
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
  const recordings: RecordingEntry[] = [];
  const ids = new Map<string, number>();
  const pathOfContent = new Map<string, string>();
  for (const [index, { path, problem }] of files.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done: index, total: files.length, unit: 'recordings' });
    const read = problem === null ? await readRecording(join(recordingsDir, path), { measure, ffmpegPath, signal, pathOfContent }) : unusable('RECORDING_UNREADABLE', problem);
    const base = read.sha256 === null ? `x${createHash('sha256').update(path).digest('hex').slice(0, 12)}` : `r${read.sha256.slice(0, 12)}`;
    const seen = ids.get(base) ?? 0;
    ids.set(base, seen + 1);
    const blocking = read.findings.find((f) => NEVER_KEPT.has(f.code)) ?? read.findings.find((f) => reject.includes(f.code));
    if (blocking === undefined && read.sha256 !== null) pathOfContent.set(read.sha256, path);
    // A copy has its original's content and so its id; the count keeps the ids of one manifest apart.
    recordings.push({ v: 1, id: seen === 0 ? base : `${base}-copy${seen + 1}`, path, ...read, kept: blocking === undefined, reason: blocking === undefined ? null : blocking.message });
  }
  onProgress?.({ done: files.length, total: files.length, unit: 'recordings' });
  findings.push(...checkRecordingCount(recordings.filter(({ kept }) => kept).length));
  return { recordings, findings, accounting: accountFor(recordings, ({ path }) => showPath(path), ({ kept, reason }) => (kept ? null : (reason ?? 'not kept'))) };
}

const NEVER_KEPT: ReadonlySet<string> = new Set(['RECORDING_NOT_AUDIO', 'RECORDING_UNREADABLE', 'RECORDING_UNDECODABLE', 'RECORDING_DECODER_MISSING', 'RECORDING_EMPTY', 'RECORDING_DUPLICATE']);

type ReadRecording = Pick<RecordingEntry, 'format' | 'codec' | 'sampleRateHz' | 'channels' | 'durationSec' | 'sha256' | 'measurements' | 'findings'>;
type ReadContext = { measure: typeof measureAudio; ffmpegPath: string | null | undefined; signal: AbortSignal | undefined; pathOfContent: ReadonlyMap<string, string> };

const unusable = (code: Finding['code'], message: string, sha256: string | null = null): ReadRecording =>
  ({ format: null, codec: null, sampleRateHz: null, channels: null, durationSec: null, sha256, measurements: null, findings: [{ code, level: 'reject', message, value: null }] });

async function readRecording(path: string, { measure, ffmpegPath, signal, pathOfContent }: ReadContext): Promise<ReadRecording> {
  let sha256: string;
  try {
    sha256 = await hashContent(path, signal);
    if ((await stat(path)).size === 0) return unusable('RECORDING_EMPTY', 'the file is empty (0 bytes)', sha256);
  } catch (error) {
    signal?.throwIfAborted();
    return unusable('RECORDING_UNREADABLE', explainFileError(error));
  }
  const original = pathOfContent.get(sha256);
  if (original !== undefined) return unusable('RECORDING_DUPLICATE', `duplicate of ${showPath(original)}`, sha256);
  try {
    const audio = await decodeFile(path, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
    const { container: format, codec } = audio.probe;
    const samples = downmix(audio);
    const durationSec = samples.length / audio.sampleRateHz;
    const facts = { format, codec, sampleRateHz: audio.sampleRateHz, channels: audio.channels.length, durationSec };
    if (samples.length === 0) return { ...unusable('RECORDING_EMPTY', 'it holds no samples', sha256), ...facts };
    const measurements = { ...measure(samples, audio.sampleRateHz) };
    const damage = audio.warnings.map(({ code, message }): Finding => ({ code: 'RECORDING_DAMAGED', level: 'warning', message, value: code }));
    return { ...facts, sha256, measurements, findings: [...checkRecording({ ...facts, measurements }), ...damage] };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAudioFailure(error)) throw error;
    const code = CODE_OF_AUDIO_ERROR[error.code] ?? 'RECORDING_UNDECODABLE';
    const advice = code === 'RECORDING_DECODER_MISSING' && error.hint !== undefined ? ` — ${error.hint}` : '';
    return unusable(code, code === 'RECORDING_NOT_AUDIO' ? 'not audio: the content is of no known format, whatever the name says' : `${explainAudioFailure(error, path)}${advice}`, sha256);
  }
}

async function hashContent(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { signal })) hash.update(bytes as Uint8Array);
  return hash.digest('hex');
}
