import type { Language } from '../language.js';

/** A stretch of a recording with its words. Times count from the recording's start. */
export type Cue = {
  readonly startSec: number;
  readonly endSec: number;
  readonly text: string;
  /** Where it was read from: the line of its times, from 1. */
  readonly line?: number | undefined;
  /** The file it was read from, as the user knows it. */
  readonly file?: string | undefined;
  /** Who says it and in what language, where the format names them. */
  readonly speaker?: string | undefined;
  readonly language?: Language | undefined;
  /** Its times in the recording, where `startSec` and `endSec` count from the start of a part of it: messages name these. */
  readonly inRecording?: { readonly startSec: number; readonly endSec: number } | undefined;
};

/** A line of a transcript that was not understood, or that was repaired (`used`). Lines count from 1. `fix`: what would mend it. */
export type LineProblem = { readonly line: number; readonly message: string; readonly used: boolean; readonly fix?: string | undefined };
