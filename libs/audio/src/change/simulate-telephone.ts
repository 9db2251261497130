import { decodeG711, encodeG711, type G711Law } from '../encode/g711.js';
import { createBandwidthMeter } from '../measure/bandwidth-meter.js';
import { type PcmAudio } from '../pcm.js';
import { designPhases } from '../resample/design-filter.js';
import { resample } from '../resample/resample.js';
import { finiteOrNull } from '../units.js';
import { assertChangeable, type Changed, type LevelFigures, measureLevels } from './changed.js';

/** Rate of the telephone network, hertz (ITU-T G.711 §1). */
const RATE_HZ = 8000;
/** Flat from 300 to 3400 Hz; 4 kHz and what lies below 60 Hz, the mains, are gone (the mask of ITU-T G.712 §3 asks for 14 and 24 dB there). */
const BAND = { passFromHz: 300, stopToHz: 60, passToHz: 3400, stopFromHz: 3800, attenuationDb: 50 } as const;

/** LevelFigures with the effective bandwidth. */
export type TelephoneFigures = LevelFigures & { readonly bandwidthHz: number | null };

/**
 * Makes audio sound as over the telephone: 8 kHz, 300 to 3400 Hz (linear phase, no delay), coded and decoded as ITU-T G.711.
 * @param law - `alaw` outside North America and Japan. @default 'alaw'
 * @returns At 8 kHz, whatever the rate was.
 * @throws {AudioError} AUDIO_OPTION_INVALID.
 */
export function simulateTelephone(audio: PcmAudio, { law = 'alaw' }: { readonly law?: G711Law | undefined } = {}): Changed<TelephoneFigures> {
  assertChangeable(audio);
  const channels = audio.channels.map((channel) => decodeG711(encodeG711(convolve(resample(channel, audio.sampleRateHz, RATE_HZ), bandTaps()), law), law));
  return { sampleRateHz: RATE_HZ, channels, before: figures(audio), after: figures({ sampleRateHz: RATE_HZ, channels }) };
}

function figures({ channels, sampleRateHz }: PcmAudio): TelephoneFigures {
  const meter = createBandwidthMeter(sampleRateHz);
  meter.push(channels);
  return { ...measureLevels(channels), bandwidthHz: finiteOrNull(meter.end()) };
}

let known: Float64Array | undefined;

/** A low-pass of the upper edge less one of the lower: odd and symmetric. */
function bandTaps(): Float64Array {
  if (known !== undefined) return known;
  const low = designPhases({ fromHz: RATE_HZ, passHz: BAND.stopToHz, stopHz: BAND.passFromHz, attenuationDb: BAND.attenuationDb }, 1);
  const high = designPhases({ fromHz: RATE_HZ, passHz: BAND.passToHz, stopHz: BAND.stopFromHz, attenuationDb: BAND.attenuationDb }, 1);
  // Tap j of a row weighs sample n − half + 1 + j, so the middle is half − 1, and the last of 2 · half taps is 0.
  const taps = new Float64Array(2 * low.half - 1), middle = low.half - 1;
  for (let j = 0; j < taps.length; j++) taps[j] = -low.rows[j]!;
  for (let j = 0; j < 2 * high.half - 1; j++) taps[middle - (high.half - 1) + j]! += high.rows[j]!;
  return (known = taps);
}

function convolve(samples: Float32Array, taps: Float64Array): Float32Array {
  const out = new Float32Array(samples.length), middle = (taps.length - 1) / 2;
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let j = Math.max(0, middle - i), end = Math.min(taps.length, samples.length + middle - i); j < end; j++) sum += taps[j]! * samples[i - middle + j]!;
    out[i] = sum;
  }
  return out;
}
