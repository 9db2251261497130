import type { SplitName } from '../list/plan-split.js';
import type { ClipEntry, Utterance } from '../manifest.js';
import type { Lists } from '../list/plan-lists.js';
import { baseName, stem } from '../show-path.js';

/** An utterance with everything that a corpus format may carry. Times in seconds from its recording's start. */
export type ExportItem = Utterance & { readonly startSec: number; readonly endSec: number; readonly split: SplitName };

/** Joins the lists with the places of their clips, in the order of recordings and times. */
export function exportItems(lists: Pick<Lists, 'train' | 'valid' | 'test'>, clips: readonly ClipEntry[]): readonly ExportItem[] {
  const places = new Map(clips.map((clip) => [clip.id, clip]));
  return (['train', 'valid', 'test'] as const)
    .flatMap((split) => lists[split].map((u): ExportItem => {
      const { startSec = 0, endSec = u.durationSec } = places.get(u.clip) ?? {};
      return { ...u, startSec, endSec, split };
    }))
    .sort((a, b) => (a.recordingPath < b.recordingPath ? -1 : a.recordingPath > b.recordingPath ? 1 : a.startSec - b.startSec || (a.clip < b.clip ? -1 : 1)));
}

/** The items of each recording, in order of time, with the name that a file about it gets: its path without the extension, or with it where two recordings differ only in that. */
export function byRecording(items: readonly ExportItem[]): readonly { readonly name: string; readonly path: string; readonly items: readonly ExportItem[] }[] {
  const groups = new Map<string, ExportItem[]>();
  for (const item of items) groups.set(item.recordingPath, [...(groups.get(item.recordingPath) ?? []), item]);
  const plain = (path: string) => `${path.slice(0, path.length - baseName(path).length)}${stem(baseName(path))}`;
  const taken = new Map<string, number>();
  for (const path of groups.keys()) taken.set(plain(path), (taken.get(plain(path)) ?? 0) + 1);
  return [...groups].map(([path, held]) => ({ path, name: (taken.get(plain(path)) ?? 0) > 1 ? path : plain(path), items: held.toSorted((a, b) => a.startSec - b.startSec || a.endSec - b.endSec) }));
}
