import { ServingError } from '../errors.js';
import type { Voice } from './read-voice.js';

/** The voices that are served now; they come and go while the gateway runs. */
export type VoiceBook = {
  /** Live: always those that are served now. */
  readonly voices: ReadonlyMap<string, Voice>;
  /** @throws {ServingError} SERVING_VOICE_DUPLICATE when the name is taken, or was revoked. */
  add(voice: Voice): void;
  /** Serves it no longer; who listens is told at once. */
  revoke(id: string): void;
  /** @throws {ServingError} SERVING_VOICE_REVOKED */
  checkNotRevoked(id: string): void;
  /** Calls back when the voice is revoked; answers with a function that ends it. */
  onRevoke(id: string, listener: (error: ServingError) => void): () => void;
};

/** @param revoked - Names that are not to be served any more, from before. */
export function createVoiceBook(voices: readonly Voice[], revoked: Iterable<string> = []): VoiceBook {
  const served = new Map<string, Voice>();
  const gone = new Set(revoked);
  const listeners = new Map<string, Set<(error: ServingError) => void>>();
  const revokedError = (id: string): ServingError => new ServingError('SERVING_VOICE_REVOKED', `The voice ${id} was revoked`, { voice: id, param: 'voice' });
  const add = (voice: Voice): void => {
    const other = served.get(voice.id);
    if (other !== undefined) throw new ServingError('SERVING_VOICE_DUPLICATE', `Two voices are called ${voice.id}: ${other.dir} and ${voice.dir}`, { voice: voice.id });
    if (gone.has(voice.id)) throw new ServingError('SERVING_VOICE_DUPLICATE', `A voice called ${voice.id} was revoked; its name is not given again`, { voice: voice.id });
    served.set(voice.id, voice);
  };
  for (const voice of voices) if (!gone.has(voice.id)) add(voice);
  return {
    voices: served, add,
    revoke(id) {
      served.delete(id);
      gone.add(id);
      for (const listener of [...(listeners.get(id) ?? [])]) listener(revokedError(id));
      listeners.delete(id);
    },
    checkNotRevoked(id) {
      if (gone.has(id)) throw revokedError(id);
    },
    onRevoke(id, listener) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(id) === own) listeners.delete(id);
      };
    },
  };
}
