import { ServingError } from '../errors.js';

/** One channel of speech. Most answers go out as the engine's own 16-bit bytes; samples are made only where someone reads them. */
export type Sound = {
  readonly sampleRateHz: number;
  /** Samples in it. */
  readonly length: number;
  /** −1…1. */
  readonly samples: Float32Array;
  /** The same as 16-bit little-endian bytes, where the engine sent those. */
  readonly pcm16: Uint8Array | null;
};

/** Audio as a client of an engine gives it: `samples` null for what it does not decode, `pcm16` where it has the engine's own bytes. */
export type EngineAudio = { readonly samples: Float32Array | null; readonly pcm16?: Uint8Array | null; readonly sampleRateHz: number; readonly channels: number };

/** @throws {ServingError} SERVING_ENGINE_REFUSED for anything but one channel of PCM. */
export function toSound(audio: EngineAudio, voice: string): Sound {
  const { pcm16 = null, sampleRateHz, channels } = audio;
  const samples = (): Float32Array => {
    if (audio.samples !== null && channels === 1) return audio.samples;
    throw new ServingError('SERVING_ENGINE_REFUSED', `The engine answered ${audio.samples === null ? 'audio that is not PCM' : `${channels} channels`}; one channel of PCM was asked for`, { voice });
  };
  if (pcm16 === null || channels !== 1) {
    const own = samples();
    return { sampleRateHz, length: own.length, samples: own, pcm16: null };
  }
  return { sampleRateHz, length: pcm16.length >> 1, pcm16, get samples() { return samples(); } };
}
