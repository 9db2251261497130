import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatasetError } from '../errors.js';
import { explainFileError, walkFolder } from '../ingest/walk-folder.js';
import { textJoiner, type Language } from '../language.js';
import type { Finding } from '../findings.js';
import type { RecordingEntry } from '../manifest.js';
import { baseName, extension, showPath, stem } from '../show-path.js';
import { decodeText } from './decode-text.js';
import { gatherSources, type RefusedFile, type TranscriptFile } from './gather-sources.js';
import { parseTranscriptFile, TRANSCRIPT_EXTENSIONS } from './read-transcript-file.js';
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

type Place = { readonly path: string; readonly shown: string; readonly folder: string | undefined };

/**
 * Reads everything that is known of the recordings' words: SRT and VTT, `.list` of 3 or 4 columns, LJSpeech
 * `metadata.csv`, and `.txt`/`.lab` files named after a recording or a clip. A file or line that cannot be used is a
 * finding that names it; nothing is thrown for one.
 * @throws {DatasetError} `DATASET_FOLDER_MISSING` when the recordings' folder cannot be listed.
 */
export async function readTranscripts({ recordings, recordingsDir, transcriptPaths = [], language, signal }: ReadTranscriptsOptions): Promise<TranscriptSources> {
  const findings: Finding[] = [];
  const refuse = (code: Finding['code'], file: string, message: string, line?: number) =>
    findings.push({ code, level: 'reject', message: `${showPath(file)}${line === undefined ? '' : `, line ${line}`}: ${message}`, value: null, file, ...(line === undefined ? {} : { line }) });
  const places: Place[] = [];
  for (const given of transcriptPaths) {
    try {
      if ((await stat(given)).isDirectory()) {
        const { files, unreadable } = await walkFolder(given, signal);
        for (const f of files) places.push({ path: join(given, f.path), shown: `${basename(given)}/${f.path}`, folder: folderOf(f.path) });
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
    if (TRANSCRIPT_EXTENSIONS.includes(extension(path))) {
      places.push({ path: join(recordingsDir, path), shown: path, folder: folderOf(path) });
    }
  }

  const files: TranscriptFile[] = [];
  const refused: RefusedFile[] = [];
  const refuseFile = (code: Finding['code'], { path, shown, folder }: Place, message: string, line?: number) => {
    refuse(code, shown, message, line);
    const last = findings[findings.length - 1];
    if (last !== undefined) refused.push({ key: stem(baseName(path)), folder, reason: last.message });
  };
  const seen = new Set<string>();
  for (const place of places) {
    signal?.throwIfAborted();
    try {
      const real = await realpath(place.path);
      if (seen.has(real)) continue;
      seen.add(real);
      if (!TRANSCRIPT_EXTENSIONS.includes(extension(place.path))) {
        refuse('TRANSCRIPT_FORMAT', place.shown, `not read: ${extension(place.path) || 'a name without extension'} is none of ${TRANSCRIPT_EXTENSIONS.join(' ')}`);
        continue;
      }
      const decoded = decodeText(await readFile(real));
      if (!decoded.ok) {
        refuseFile('TRANSCRIPT_ENCODING', place, decoded.message, decoded.line);
        continue;
      }
      const content = parseTranscriptFile(place.path, decoded.text, textJoiner(language));
      if (content !== null) files.push({ file: place.shown, folder: place.folder, content });
    } catch (error) {
      signal?.throwIfAborted();
      refuseFile('TRANSCRIPT_UNREADABLE', place, explainFileError(error));
    }
  }
  const gathered = gatherSources(recordings, files, refused);
  return { ...gathered, findings: [...findings, ...gathered.findings] };
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.length - baseName(path).length - 1));
