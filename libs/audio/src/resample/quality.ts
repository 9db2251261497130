import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { type Grade } from './plan-resample.js';

/**
 * How good, how slow:
 * `fast` keeps 80 % of the band, aliases below −95 dB; `high` (default) 91 %, below −130 dB, the class of soxr HQ;
 * `best` 91 %, below −150 dB, the class of soxr VHQ. All have linear phase and no delay.
 */
export type ResampleQuality = 'fast' | 'high' | 'best';

const QUALITIES: Readonly<Record<ResampleQuality, Grade>> = {
  fast: { passband: 0.8, attenuationDb: 100, bits: 32 },
  high: { passband: 0.913, attenuationDb: 138, bits: 32 }, // soxr HQ's band
  best: { passband: 0.913, attenuationDb: 165, bits: 64 },
};

/** What a quality asks of the filters. @throws {AudioError} AUDIO_OPTION_INVALID for rates that are no positive integers or an unknown quality. */
export function gradeOf(fromHz: number, toHz: number, quality: ResampleQuality): Grade {
  for (const [name, rate] of Object.entries({ fromHz, toHz })) {
    if (rate > 0 && Number.isFinite(rate) && !Number.isInteger(rate)) throw new AudioError('AUDIO_OPTION_INVALID', `${name} must be a positive integer, got ${rate}; only the ratio counts, so multiply both rates until they are whole`, { [name]: rate });
  }
  assertPositiveInteger(fromHz, 'fromHz');
  assertPositiveInteger(toHz, 'toHz');
  const grade = QUALITIES[quality] as Grade | undefined;
  if (grade === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `quality must be fast, high or best, got ${String(quality)}`);
  return grade;
}
