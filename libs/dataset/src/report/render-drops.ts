import { parseClipId } from '../cut/clip-id.js';
import type { Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import { escapeHtml } from './escape-html.js';
import type { DatasetParts } from './summarize-dataset.js';

/** What a dropped thing's name and reason are taken from. */
export type DropNames = Pick<DatasetParts, 'recordings' | 'clips' | 'clipRateHz'>;

/** Where a clip lies: its recording, and the seconds in it. HTML. */
export const clipPlace = (recordingPath: string, startSec: number, endSec: number): string => `${escapeHtml(showPath(recordingPath))} <span class="muted range">${startSec.toFixed(2)}–${endSec.toFixed(2)} s</span>`;

/**
 * What was dropped, as a person calls it, and why; HTML. A stretch is its recording and seconds instead of its id, which stays as the title; a reason does not name the recording again.
 * What is no stretch, or of a recording that is not known, keeps its name.
 */
export function dropCells({ recordings, clips = [], clipRateHz }: DropNames): (drop: Drop) => readonly [what: string, why: string] {
  const paths = new Map(recordings.map(({ id, path }) => [id, path]));
  const known = new Map(clips.map((clip) => [clip.id, clip]));
  return ({ id, reason }) => {
    const clip = known.get(id);
    const read = clipRateHz === undefined ? null : parseClipId(id);
    const path = clip?.recordingPath ?? (read === null ? undefined : paths.get(read.recordingId));
    if (path === undefined) return [escapeHtml(showPath(id)), escapeHtml(reason)];
    const [startSec, endSec] = clip === undefined ? [read!.start / clipRateHz!, read!.end / clipRateHz!] : [clip.startSec, clip.endSec];
    const named = `${showPath(path)}: `;
    return [`<span title="${escapeHtml(showPath(id))}">${clipPlace(path, startSec, endSec)}</span>`, escapeHtml(reason.startsWith(named) ? reason.slice(named.length) : reason)];
  };
}
