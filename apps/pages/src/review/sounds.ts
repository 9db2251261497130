// Sounds of the clip on the screen and of those that come next, fetched before they are asked for.
import { fetchSound } from './api.js';
import { readWavShape, type WavShape } from './wav.js';

export type Sound = { readonly shape: WavShape; readonly blob: Blob };
const KEPT = 24; // a clip of 10 s has 640 kB

export function createSounds(): { get(id: string): Promise<Sound>; ahead(ids: readonly string[]): void } {
  const known = new Map<string, Promise<Sound>>();
  const get = (id: string): Promise<Sound> => {
    const before = known.get(id);
    if (before !== undefined) {
      known.delete(id);
      known.set(id, before); // the one used last goes last
      return before;
    }
    const sound = fetchSound(id).then((bytes) => ({ shape: readWavShape(bytes), blob: new Blob([bytes], { type: 'audio/wav' }) }));
    sound.catch(() => known.delete(id)); // asked for again next time
    known.set(id, sound);
    for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old);
    return sound;
  };
  return { get, ahead: (ids) => { for (const id of ids) void get(id).catch(() => undefined); } };
}
