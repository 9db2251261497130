// Where the sound of each recording lies that is cut: as received, separated, or denoised.
import { join } from 'node:path';
import type { RecordingEntry } from '@voxtune/dataset';
import { readJsonLines } from '@voxtune/pipeline';
import { PLACES, type Voice } from './folder.js';

export type CleanStep = 'separate' | 'denoise';

/** One line of separated.jsonl or denoised.jsonl. `reason` is why the sound goes on as it came; null where a result took its place. */
export type CleanedRow = { readonly v: 1; readonly id: string; /** What it was made from. */ readonly from: 'recordings' | 'separated'; /** By what it was made and judged. */ readonly key: string; readonly measure: string | null; readonly before: number | null; readonly after: number | null; readonly reason: string | null };

export const cleanedPath = (voice: Voice, folder: 'separated' | 'denoised', id: string): string => join(voice.at(folder), `${id}.wav`);

/**
 * Finds the sound of a recording by its path in the recordings folder; `cleaned` where a step before took its place.
 * @param until - The step that asks; none: after all that are switched on.
 */
export async function soundPaths(voice: Voice, until?: CleanStep): Promise<(recordingPath: string) => { readonly path: string; readonly cleaned: boolean }> {
  const steps = ([['separate', 'separated', 'separatedManifest'], ['denoise', 'denoised', 'denoisedManifest']] as const).slice(0, until === 'separate' ? 0 : until === 'denoise' ? 1 : 2).filter(([step]) => voice.config[step].enabled);
  const found = new Map<string, string>();
  if (steps.length > 0) {
    const pathOfId = new Map((await readJsonLines<RecordingEntry>(voice.at('recordings'))).map(({ id, path }) => [id, path]));
    for (const [, folder, manifest] of steps) {
      for (const { id, reason } of await readJsonLines<CleanedRow>(voice.at(manifest))) {
        const path = pathOfId.get(id);
        if (path !== undefined && reason === null) found.set(path, cleanedPath(voice, folder, id));
      }
    }
  }
  return (recordingPath) => ({ path: found.get(recordingPath) ?? join(voice.recordingsDir, recordingPath), cleaned: found.has(recordingPath) });
}

/** What a stage that reads the sound depends on, besides the recordings. */
export const cleanedPlaces = ({ config: { separate, denoise } }: Voice): string[] => [...(separate.enabled ? [PLACES.separated, PLACES.separatedManifest] : []), ...(denoise.enabled ? [PLACES.denoised, PLACES.denoisedManifest] : [])];
