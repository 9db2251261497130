import { readFileSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DatasetError } from '../errors.js';
import { explainFileError, walkFolder } from '../ingest/walk-folder.js';
import { textJoiner, type Language } from '../language.js';
import type { Finding } from '../findings.js';
import type { RecordingEntry } from '../manifest.js';
import { baseName, extension, showPath, stem } from '../show-path.js';
import { decodeText } from './decode-text.js';
import { gatherSources, type RefusedFile, type TranscriptFile } from './gather-sources.js';
import type { TranscriptContent } from './content.js';
import { companionsOf, isTranscriptName, KALDI_NAMES, parseTranscriptFile, TRANSCRIPT_EXTENSIONS, unpackedName } from './read-transcript-file.js';
import type { TranscriptSources } from './sources.js';

export type ReadTranscriptsOptions = {
  readonly recordings: readonly RecordingEntry[];
  /** The folder the recordings' paths are relative to; transcripts beside the recordings are read too. */
  readonly recordingsDir: string;
  /** Transcript files, or folders of them; these go before what lies beside the recordings. */
  readonly transcriptPaths?: readonly string[] | undefined;
  /** Language of the voice: how lines of one cue are joined. */
  readonly language: Language;
  readonly signal?: AbortSignal | undefined;
};

/** Files between two looks at other work. Ours. */
const BETWEEN = 64;

type Place = { readonly path: string; readonly shown: string; readonly folder: string | undefined };

/**
 * Reads everything that is known of the recordings' words. With times: SRT, VTT, TextGrid, Audacity labels, Label Studio regions, Lhotse, Kaldi with `segments`, rows with a start
 * and an end. Without: `.list` of 3 or 4 columns, LJSpeech and Coqui `metadata.csv`, CSV, TSV and JSONL with named columns, Hugging Face audiofolder, and `.txt`/`.lab` files named
 * after a recording or a clip. `.gz` is unpacked. A file or line that cannot be used is a finding that names it; nothing is thrown for one.
 * @throws {DatasetError} `DATASET_FOLDER_MISSING` when the recordings' folder cannot be listed.
 */
export async function readTranscripts({ recordings, recordingsDir, transcriptPaths = [], language, signal }: ReadTranscriptsOptions): Promise<TranscriptSources> {
  const findings: Finding[] = [];
  const refuse = (code: Finding['code'], file: string, message: string, line?: number) =>
    findings.push({ code, level: 'reject', message: `${showPath(file)}${line === undefined ? '' : `, line ${line}`}: ${message}`, value: null, file, ...(line === undefined ? {} : { line }) });
  const places: Place[] = [];
  const passedOver: { readonly path: string; readonly shown: string }[] = [];
  for (const given of transcriptPaths) {
    try {
      if ((await stat(given)).isDirectory()) {
        const { files, unreadable } = await walkFolder(given, signal);
        const others = files.filter(({ path }) => !isTranscriptName(path) && !isCompanion(path));
        for (const f of files) if (isTranscriptName(f.path)) places.push({ path: join(given, f.path), shown: `${basename(given)}/${f.path}`, folder: folderOf(f.path) });
        passedOver.push(...others.map(({ path }) => ({ path: join(given, path), shown: `${basename(given)}/${path}` })));
        for (const u of unreadable) refuse('FOLDER_UNREADABLE', `${basename(given)}/${u.path}`, u.reason);
      } else places.push({ path: given, shown: basename(given), folder: undefined });
    } catch (error) {
      signal?.throwIfAborted();
      refuse('TRANSCRIPT_PATH_MISSING', given, explainFileError(error));
    }
  }
  const beside = await walkFolder(recordingsDir, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new DatasetError('DATASET_FOLDER_MISSING', `${showPath(recordingsDir)} cannot be read: ${explainFileError(cause)}`, { path: recordingsDir }, { cause });
  });
  for (const { path } of beside.files) {
    if (isTranscriptName(path)) {
      places.push({ path: join(recordingsDir, path), shown: path, folder: folderOf(path) });
    }
  }

  const recordingPaths = new Set(passedOver.length === 0 ? [] : await Promise.all(recordings.map(({ path }) => realpath(join(recordingsDir, path)).catch(() => path))));
  const files: TranscriptFile[] = [];
  const refused: RefusedFile[] = [];
  const refuseFile = (code: Finding['code'], { path, shown, folder }: Place, message: string, line?: number) => {
    refuse(code, shown, message, line);
    const last = findings[findings.length - 1];
    if (last !== undefined) refused.push({ key: stem(baseName(path)), folder, reason: last.message });
  };
  const seen = new Set<string>();
  for (const [at, place] of places.entries()) {
    if (at % BETWEEN === 0) await otherWork();
    signal?.throwIfAborted();
    try {
      const real = realpathSync.native(place.path);
      if (seen.has(real)) continue;
      seen.add(real);
      if (!isTranscriptName(place.path)) {
        if (!isCompanion(place.path)) refuse('TRANSCRIPT_FORMAT', place.shown, `not read: ${extension(unpackedName(place.path)) || 'a name without extension'} is none of ${TRANSCRIPT_EXTENSIONS.join(' ')}, nor Kaldi’s text`);
        continue;
      }
      const decoded = decodeText(await readUnpacked(real));
      if (!decoded.ok) {
        refuseFile('TRANSCRIPT_ENCODING', place, decoded.message, decoded.line);
        continue;
      }
      if (decoded.encoding !== undefined) findings.push({ code: 'TRANSCRIPT_ENCODING', level: decoded.encoding.startsWith('utf-16') ? 'note' : 'warning', message: `${showPath(place.shown)}: read as ${decoded.encoding.toUpperCase()}`, value: decoded.encoding, file: place.shown });
      const companions: Record<string, string> = {};
      for (const name of companionsOf(place.path)) {
        const bytes = await readUnpacked(join(dirname(place.path), name)).catch(() => null); // each may be missing
        const read = bytes === null ? null : decodeText(bytes);
        if (read?.ok === true) companions[unpackedName(name)] ??= read.text;
      }
      const content = parseTranscriptFile(place.path, decoded.text, textJoiner(language), companions);
      if (content !== null) {
        files.push({ file: place.shown, folder: place.folder, content });
        if (isBlank(content)) findings.push({ code: 'TRANSCRIPT_FORMAT', level: 'warning', message: `${showPath(place.shown)}: ${decoded.text.trim() === '' ? 'is empty' : 'holds no words'}`, value: null, file: place.shown });
      } else if (beside.files.some(({ path }) => path === place.shown && join(recordingsDir, path) === place.path)) findings.push({ code: 'TRANSCRIPT_FORMAT', level: 'note', message: `${showPath(place.shown)}: not a transcript`, value: null, file: place.shown });
      else refuse('TRANSCRIPT_FORMAT', place.shown, extension(unpackedName(place.path)) === '.json' ? 'not read: JSON of no form that is known here (Label Studio, Whisper, an array of records)' : 'not read: its first line names no columns of audio and words; begin with file_name and text');
    } catch (error) {
      signal?.throwIfAborted();
      refuseFile('TRANSCRIPT_UNREADABLE', place, explainFileError(error));
    }
  }
  const others: string[] = [];
  for (const { path, shown } of passedOver) if (!recordingPaths.has(await realpath(path).catch(() => path))) others.push(shown);
  if (others.length > 0) findings.push({ code: 'TRANSCRIPT_FORMAT', level: 'note', message: `${others.length} file${others.length === 1 ? '' : 's'} passed over, by name neither transcript nor recording: ${others.slice(0, 5).map(showPath).join(', ')}${others.length > 5 ? ' …' : ''}`, value: others.length });
  const gathered = gatherSources(recordings, files, refused);
  return { ...gathered, findings: [...findings, ...gathered.findings] };
}

/** Largest unpacked transcript, bytes: far more than the words of a year of speech; what a small file unpacks to is not known before. Source: ours. */
const UNPACKED_LIMIT = 256 * 1024 * 1024;

async function readUnpacked(path: string): Promise<Uint8Array> {
  const bytes = readFileSync(path); // through the thread pool, small files take twenty times as long
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? promisify(gunzip)(bytes, { maxOutputLength: UNPACKED_LIMIT }) : bytes;
}

const isBlank = ({ cues, texts, problems }: TranscriptContent): boolean => cues.every((one) => one.cues.length === 0) && texts.every(({ text }) => text === '') && problems.length === 0;

const folderOf = (path: string) => path.slice(0, Math.max(0, path.length - baseName(path).length - 1));

/** True for a file that is read with a transcript, if at all. */
const isCompanion = (path: string): boolean => {
  const name = baseName(unpackedName(path));
  return KALDI_NAMES.includes(name) || /recordings\.jsonl$/i.test(name);
};
