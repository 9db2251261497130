import type { SpokenSentence } from './speak-text.js';

type Cue = Pick<SpokenSentence, 'text' | 'startSec' | 'endSec'>;

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
function clock(sec: number, mark: ',' | '.'): string {
  const ms = Math.round(sec * 1000);
  return `${pad(Math.floor(ms / 3_600_000), 2)}:${pad(Math.floor(ms / 60_000) % 60, 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}${mark}${pad(ms % 1000, 3)}`;
}
const line = (text: string): string => text.replace(/\s+/g, ' ').trim(); // a blank line would end the cue

/** Sentences as SubRip subtitles. */
export const formatSrt = (cues: readonly Cue[]): string => cues.map(({ text, startSec, endSec }, index) => `${index + 1}\n${clock(startSec, ',')} --> ${clock(endSec, ',')}\n${line(text)}\n`).join('\n');

/** Sentences as WebVTT; `&`, `<` and `>` are escaped, as its cue text asks. */
export const formatVtt = (cues: readonly Cue[]): string =>
  `WEBVTT\n\n${cues.map(({ text, startSec, endSec }) => `${clock(startSec, '.')} --> ${clock(endSec, '.')}\n${line(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}\n`).join('\n')}`;
