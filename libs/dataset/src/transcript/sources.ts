import type { Language } from '../language.js';
import type { Finding } from '../findings.js';
import type { Cue } from './cue.js';

/** Words without times, for a recording (`recordingId`) or for a clip (`clipKey`: a clip's id). One of the two is set. */
export type SourceText = {
  /** The name as the transcript writes it. */
  readonly key: string;
  readonly recordingId: string | null;
  readonly clipKey: string | null;
  readonly text: string;
  /** The language the transcript names; `null` where it names none. */
  readonly language: Language | null;
  readonly speaker: string | null;
  /** The file it was read from, as the user knows it, and the line, from 1. */
  readonly file: string;
  readonly line: number;
};

/** Every known word of a voice's recordings, and what was wrong with the files they came from. JSON-serialisable. */
export type TranscriptSources = {
  /** Time-coded words, by recording id. */
  readonly cues: Readonly<Record<string, readonly Cue[]>>;
  /** Words without times. At most one text a recording and one a clip. */
  readonly texts: readonly SourceText[];
  /** Recordings that words were meant for which could not be used, and why not. */
  readonly unused?: Readonly<Record<string, string>> | undefined;
  readonly findings: readonly Finding[];
};

/** Form of a clip's id: the recording's id, then its start and end in samples at the clip rate. */
export const CLIP_ID = /^r[0-9a-f]{12}-\d{10}-\d{10}$/;
