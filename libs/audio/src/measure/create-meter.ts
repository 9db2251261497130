import { AudioError } from '../errors.js';
import { assertPositiveInteger, describeLengths } from '../pcm.js';
import { amplitudeToDb, finiteOrNull, powerToDb } from '../units.js';
import { createBandwidthMeter } from './bandwidth-meter.js';
import { createHumMeter } from './hum-meter.js';
import { createLevelMeter } from './level-meter.js';
import { createLoudnessMeter } from './loudness-meter.js';
import { countNonFinite, finiteSamples, meanChannel } from './meter-part.js';
import { createSilenceMeter } from './silence-meter.js';
import { createSpeechMeter } from './speech-meter.js';
import { createTruePeakMeter } from './true-peak-meter.js';
import { createWadaMeter } from './wada-snr.js';

/** Figures of a clip; null where a figure cannot be measured (silence, too short). Never NaN or infinite. Several channels: see each figure. */
export type AudioMeasurements = {
  /** Largest sample of any channel, dB re full scale 1.0. */
  readonly peakDbfs: number | null;
  /** Largest value between the samples of any channel, dB re full scale, 8 times oversampled. */
  readonly truePeakDbtp: number | null;
  /** RMS over everything and all channels, dBFS (a full-scale sine has −3). */
  readonly rmsDbfs: number | null;
  /** Integrated loudness of all channels together, ITU-R BS.1770-5; needs 400 ms. */
  readonly loudnessLufs: number | null;
  /** All power of the mean channel less its noise, over the noise, dB; the noise is taken from the minima of each band. */
  readonly snrDb: number | null;
  /** The same by {@link wadaSnrDb}, which needs no pauses; dB, −20…100. */
  readonly wadaSnrDb: number | null;
  /** Samples in flat runs near full scale, or beyond it; the sum over the channels. */
  readonly clippedSamples: number;
  /** Runs in which they lie. */
  readonly clippedRuns: number;
  /** NaN and infinite samples of all channels; they count as 0 everywhere else. */
  readonly nonFiniteSamples: number;
  /** Mean sample of the channel where it is largest, with its sign; null for no samples. */
  readonly dcOffset: number | null;
  /** Share of 10 ms hops of the mean channel below −40 dBFS (the slicer's default threshold), 0…1. */
  readonly silenceShare: number | null;
  /** Levels that 10, 50 and 95 % of the 40 ms frames of the mean channel (every 10 ms) stay below, dBFS, to 0.1 dB; null in digital silence. */
  readonly levelP10Dbfs: number | null;
  readonly levelMedianDbfs: number | null;
  readonly levelP95Dbfs: number | null;
  /** Highest frequency with real sound in the mean channel, hertz. */
  readonly bandwidthHz: number | null;
  /** Median pitch of the voiced frames of the mean channel, hertz; {@link trackPitch} every 20 ms. */
  readonly f0MedianHz: number | null;
  /** Pitches that 5 and 95 % of the voiced frames stay below, hertz. */
  readonly f0P5Hz: number | null;
  readonly f0P95Hz: number | null;
  /** Standard deviation of the pitch of the voiced frames, semitones. */
  readonly f0SpreadSemitones: number | null;
  /** Voiced frames among those of 20 ms, 0…1. */
  readonly voicedShare: number | null;
  /** Syllables a second of the mean channel, pauses included (de Jong and Wempe 2009). */
  readonly syllablesPerSec: number | null;
  /** Mains hum: 50 or 60 where lines at it and its multiples stand out at all times, else null. */
  readonly humHz: number | null;
  /** Level of those lines together, dBFS. */
  readonly humDbfs: number | null;
};

/** Measures sound as it comes. */
export type AudioMeter = {
  /** Takes the next samples, shape `[channels][samples]`, all channels equally long; any length, also none. They are not kept. */
  push(block: readonly Float32Array[]): void;
  /** Figures over everything pushed; nothing can be pushed afterwards. */
  end(): AudioMeasurements;
};

/** Parts always see stretches of this length, whatever the blocks were: so blocks never show. */
const STRETCH_SEC = 20;

/**
 * Makes a meter: the same figures as {@link measureAudio} of the whole, however the sound is cut into blocks.
 * It holds up to 30 s of sound and about 0.3 MB per hour.
 * @param options.sampleRateHz - A positive integer.
 * @param options.channels - How many channels each block has; a positive integer.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate, count or block.
 */
export function createMeter({ sampleRateHz, channels }: { readonly sampleRateHz: number; readonly channels: number }): AudioMeter {
  return createMeterOf(sampleRateHz, channels, false);
}

/** `createMeter`. @param stable - All comes in one block, which stays as it is until the end, so that nothing of it needs a copy. */
export function createMeterOf(sampleRateHz: number, channels: number, stable: boolean): AudioMeter {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  assertPositiveInteger(channels, 'channels');
  const levels = createLevelMeter(channels), truePeak = createTruePeakMeter(channels), loudness = createLoudnessMeter(sampleRateHz, channels);
  const silence = createSilenceMeter(sampleRateHz), bandwidth = createBandwidthMeter(sampleRateHz), speech = createSpeechMeter(sampleRateHz, stable), wada = createWadaMeter(), hum = createHumMeter(sampleRateHz);
  let ended = false, nonFiniteSamples = 0;
  const every = [levels, truePeak, loudness], ofMean = [silence, bandwidth, speech, wada, hum];
  const stretch = createStretches(channels, STRETCH_SEC * sampleRateHz, stable, (raw) => {
    const block = nonFiniteSamples > 0 ? raw.map(finiteSamples) : raw;
    for (const part of every) part.push(block);
    const mean = [meanChannel(block)];
    for (const part of ofMean) part.push(mean);
  });
  return {
    push(block) {
      if (ended) throw new AudioError('AUDIO_OPTION_INVALID', 'the meter has ended; make another for more sound');
      if (block.length !== channels || block.some((channel) => channel.length !== block[0]!.length)) {
        throw new AudioError('AUDIO_OPTION_INVALID', `block must have ${channels} channels of equal length, got ${describeLengths(block)}`, { channels });
      }
      for (const channel of block) nonFiniteSamples += countNonFinite(channel);
      stretch.push(block);
    },
    end() {
      if (!ended) stretch.flush();
      ended = true;
      const level = levels.end(), voice = speech.end(), frames = silence.end(), mains = hum.end();
      return {
        peakDbfs: finiteOrNull(amplitudeToDb(level.peak)),
        truePeakDbtp: finiteOrNull(amplitudeToDb(truePeak.end())),
        rmsDbfs: finiteOrNull(powerToDb(level.power)),
        loudnessLufs: finiteOrNull(loudness.end().integratedLufs),
        snrDb: finiteOrNull(voice.snrDb),
        wadaSnrDb: finiteOrNull(wada.end()),
        clippedSamples: level.clippedSamples,
        clippedRuns: level.clippedRuns,
        nonFiniteSamples,
        dcOffset: level.samples === 0 ? null : level.dcOffset,
        silenceShare: finiteOrNull(frames.silenceShare),
        levelP10Dbfs: finiteOrNull(frames.p10Dbfs),
        levelMedianDbfs: finiteOrNull(frames.medianDbfs),
        levelP95Dbfs: finiteOrNull(frames.p95Dbfs),
        bandwidthHz: finiteOrNull(bandwidth.end()),
        f0MedianHz: finiteOrNull(voice.f0MedianHz),
        f0P5Hz: finiteOrNull(voice.f0P5Hz),
        f0P95Hz: finiteOrNull(voice.f0P95Hz),
        f0SpreadSemitones: finiteOrNull(voice.f0SpreadSemitones),
        voicedShare: finiteOrNull(voice.voicedShare),
        syllablesPerSec: finiteOrNull(voice.syllablesPerSec),
        humHz: finiteOrNull(mains.humHz),
        humDbfs: finiteOrNull(mains.humDbfs),
      };
    },
  };
}

/** Cuts blocks of any length into stretches of one length. */
function createStretches(channels: number, length: number, stable: boolean, take: (stretch: readonly Float32Array[]) => void): { push(block: readonly Float32Array[]): void; flush(): void } {
  let held: Float32Array[] | null = null, filled = 0;
  return {
    push(block) {
      const total = block[0]!.length;
      if (stable) {
        for (let at = 0; at < total; at += length) take(block.map((channel) => channel.subarray(at, at + length)));
        return;
      }
      for (let at = 0; at < total;) {
        if (filled === 0 && total - at >= length) {
          take(block.map((channel) => channel.subarray(at, at + length)));
          at += length;
          continue;
        }
        const count = Math.min(length - filled, total - at), capacity = held?.[0]!.length ?? 0;
        if (filled + count > capacity) held = Array.from({ length: channels }, (_, c) => longer(held?.[c], Math.min(length, Math.max(2 * capacity, filled + count))));
        for (let c = 0; c < channels; c++) held![c]!.set(block[c]!.subarray(at, at + count), filled);
        filled += count;
        at += count;
        if (filled === length) { take(held!); filled = 0; }
      }
    },
    flush() {
      if (held !== null && filled > 0) take(held.map((channel) => channel.subarray(0, filled)));
      held = null;
      filled = 0;
    },
  };
}

/** A longer array that begins with what there is. */
function longer(samples: Float32Array | undefined, length: number): Float32Array {
  const array = new Float32Array(length);
  if (samples !== undefined) array.set(samples);
  return array;
}
