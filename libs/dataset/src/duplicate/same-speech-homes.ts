import type { RecordingEntry } from '../manifest.js';

/**
 * Recordings that were found to hold the same speech belong together: no split may come between them.
 * @returns For a recording's id the id that stands for all of its kind, the first of them in the list; an id that is not there stands for itself.
 */
export function sameSpeechHomes(recordings: readonly Pick<RecordingEntry, 'id' | 'path' | 'findings'>[]): (recordingId: string) => string {
  const place = new Map(recordings.map(({ id }, i) => [id, i]));
  const byPath = new Map(recordings.map(({ path }, i) => [path, i]));
  const leader = recordings.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (leader[at] !== at) at = leader[at]!;
    return at;
  };
  recordings.forEach(({ findings }, i) => {
    for (const { code, value } of findings) {
      const other = code === 'RECORDING_SAME_SPEECH' && typeof value === 'string' ? byPath.get(value) : undefined;
      if (other === undefined) continue;
      const [a, b] = [find(i), find(other)];
      leader[Math.max(a, b)] = Math.min(a, b);
    }
  });
  return (recordingId) => {
    const at = place.get(recordingId);
    return at === undefined ? recordingId : recordings[find(at)]!.id;
  };
}
