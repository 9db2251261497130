import { ClientError } from '../errors.js';
import { leastSpeechSec } from './pace.js';

/** What the engine answers, with status 200, after any exception inside inference (GPT-SoVITS 48b1a01, TTS.py:1515-1518). */
export const ENGINE_FAILURE = { sampleRateHz: 16_000, samples: 16_000 } as const;

/** Audio below this is silence when the time spoken is measured, as a fraction of full scale (−60 dBFS). */
const SILENCE_LEVEL = 0.001;
const HOP_SEC = 0.01;

/** Sound as the engine's own 16-bit integers, or as numbers from −1 to 1. */
export type Samples = Float32Array | Int16Array;

/** Seconds of 10 ms hops that hold any sample above −60 dBFS. */
export function soundingSec(samples: Samples, sampleRateHz: number, channels = 1): number {
  const hop = Math.max(1, Math.round(sampleRateHz * HOP_SEC)) * channels;
  const level = samples instanceof Int16Array ? SILENCE_LEVEL * 0x8000 : SILENCE_LEVEL;
  let hops = 0;
  for (let start = 0; start < samples.length; start += hop) {
    const end = Math.min(samples.length, start + hop);
    for (let i = start; i < end; i++) {
      const value = samples[i]!;
      if (value > level || value < -level) {
        hops += 1;
        break;
      }
    }
  }
  return hops * HOP_SEC;
}

/** Where the first value is that is no number; -1 when all are. Integers always are. */
export function findNotFinite(samples: Samples): number {
  return samples instanceof Int16Array ? -1 : samples.findIndex((value) => !Number.isFinite(value));
}

export type InspectOptions = {
  readonly text: string;
  readonly speed?: number;
  /** What to do with speech too short for its text. */
  readonly onTooShort: 'error' | 'warning' | 'ignore';
};

/**
 * Finds the failures that come with status 200.
 * @param samples - Interleaved.
 * @returns Warnings.
 * @throws {ClientError} CLIENT_AUDIO_EMPTY, _NOT_FINITE, _SILENT, _TOO_SHORT or CLIENT_ENGINE_SILENCE.
 */
export function inspectSamples(
  { samples, sampleRateHz, channels }: { samples: Samples; sampleRateHz: number; channels: number },
  { text, speed = 1, onTooShort }: InspectOptions,
): string[] {
  const facts = { sampleRateHz, samples: samples.length, durationSec: samples.length / channels / sampleRateHz };
  if (samples.length === 0) throw new ClientError('CLIENT_AUDIO_EMPTY', 'the answer has a header but no samples', facts);
  const index = findNotFinite(samples);
  if (index >= 0) throw new ClientError('CLIENT_AUDIO_NOT_FINITE', `sample ${index} is not a number`, { ...facts, index });
  const spokenSec = soundingSec(samples, sampleRateHz, channels);
  if (spokenSec === 0 && samples.every((value) => value === 0)) {
    if (sampleRateHz === ENGINE_FAILURE.sampleRateHz && samples.length === ENGINE_FAILURE.samples) {
      throw new ClientError('CLIENT_ENGINE_SILENCE', 'the engine answered its sign of a failed inference: one second of silence at 16000 Hz', facts);
    }
    throw new ClientError('CLIENT_AUDIO_SILENT', `all ${samples.length} samples are zero`, facts);
  }
  if (onTooShort === 'ignore') return [];
  const leastSec = leastSpeechSec(text, speed);
  if (spokenSec >= leastSec) return [];
  const message = `${spokenSec.toFixed(2)} s of sound cannot hold a text that takes at least ${leastSec.toFixed(2)} s`;
  if (onTooShort === 'warning') return [message];
  throw new ClientError('CLIENT_AUDIO_TOO_SHORT', message, { ...facts, spokenSec, leastSec });
}
