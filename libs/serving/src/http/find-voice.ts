import { ServingError } from '../errors.js';
import type { Voice } from '../voice/read-voice.js';
import { checkVoiceId } from './speech-request.js';

const list = (voices: ReadonlyMap<string, Voice>): string => {
  const ids = [...voices.keys()];
  return ids.length > 10 ? `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more` : ids.join(', ');
};

/** The voice of that id; without one, the only voice there is. @throws {ServingError} SERVING_VOICE_UNKNOWN · SERVING_REQUEST_INVALID */
export function findVoice(voices: ReadonlyMap<string, Voice>, id: string | null, param = 'voice'): Voice {
  if (id === null) {
    const [only] = voices.values();
    if (only !== undefined && voices.size === 1) return only;
    throw new ServingError('SERVING_REQUEST_INVALID', `${param} is missing; there are ${list(voices)}`, { param });
  }
  const voice = voices.get(checkVoiceId(id, param));
  if (voice === undefined) throw new ServingError('SERVING_VOICE_UNKNOWN', `There is no voice ${id}; there are ${list(voices)}`, { param, voice: id });
  return voice;
}

/**
 * The voice that the guide's `ref_audio_path` means: a voice's id, `reference/<id>_ref.wav` as the guide writes it, or the path of a
 * voice's own prompt audio as its voice.json gives it. Compared as text; nothing else is taken.
 * @throws {ServingError} SERVING_REQUEST_INVALID
 */
export function findVoiceByPrompt(voices: ReadonlyMap<string, Voice>, path: string | null): Voice {
  const param = 'ref_audio_path';
  if (path === null || path === '') return findVoice(voices, null, param);
  const guideForm = /^reference\/([^/\\]+)_ref\.wav$/.exec(path)?.[1];
  const named = voices.get(path) ?? (guideForm === undefined ? undefined : voices.get(guideForm));
  if (named !== undefined) return named;
  const owners = [...voices.values()].filter((voice) => voice.prompt.path === path || voice.document.prompt.path === path);
  if (owners.length === 1) return owners[0] as Voice;
  throw new ServingError('SERVING_REQUEST_INVALID', `${param} must name a voice of this gateway (${list(voices)}); files are not taken from callers`, { param });
}
