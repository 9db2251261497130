import { type PcmAudio, type SampleRange } from '../pcm.js';
import { dbToAmplitude } from '../units.js';
import { assertChangeable, assertWithin, type Changed } from './changed.js';

/** Length of the hops whose level is looked at (the slicer's default hop: GPT-SoVITS 48b1a01, tools/slicer2.py). */
const HOP_SEC = 0.01;

/** Options of {@link trimSilence}. */
export type TrimOptions = {
  /** RMS level below which a hop of 10 ms is silence, dBFS, in the loudest channel. @default -40 */
  readonly thresholdDbfs?: number | undefined;
  /** Silence kept at both ends, milliseconds. @default 100 */
  readonly keepMs?: number | undefined;
};

/** Length and the silence at both ends, seconds. */
export type TrimFigures = { readonly durationSec: number; readonly leadingSilenceSec: number; readonly trailingSilenceSec: number };

/**
 * Cuts off silence at both ends.
 * @returns With `range`, the samples that stayed; silence throughout leaves none.
 * @throws {AudioError} AUDIO_OPTION_INVALID.
 */
export function trimSilence(audio: PcmAudio, { thresholdDbfs = -40, keepMs = 100 }: TrimOptions = {}): Changed<TrimFigures> & { readonly range: SampleRange } {
  assertChangeable(audio);
  assertWithin(thresholdDbfs, 'thresholdDbfs', -150, 0);
  assertWithin(keepMs, 'keepMs', 0, 3_600_000);
  const { sampleRateHz } = audio, length = audio.channels[0]!.length, sound = soundRange(audio, dbToAmplitude(thresholdDbfs) ** 2), kept = Math.round((keepMs * sampleRateHz) / 1000);
  const range = sound.end === 0 ? { start: 0, end: 0 } : { start: Math.max(0, sound.start - kept), end: Math.min(length, sound.end + kept) };
  const channels = audio.channels.map((channel) => channel.slice(range.start, range.end));
  const figures = (samples: number, lead: number, trail: number): TrimFigures => ({ durationSec: samples / sampleRateHz, leadingSilenceSec: lead / sampleRateHz, trailingSilenceSec: trail / sampleRateHz });
  return {
    sampleRateHz, channels, range, before: sound.end === 0 ? figures(length, length, length) : figures(length, sound.start, length - sound.end),
    after: figures(range.end - range.start, sound.start - range.start, range.end - sound.end),
  };
}

/** From the first hop that is not silence to the end of the last; 0 and 0 where there is none. */
function soundRange({ channels, sampleRateHz }: PcmAudio, threshold: number): SampleRange {
  const length = channels[0]!.length, hop = Math.max(1, Math.round(HOP_SEC * sampleRateHz));
  let start = 0, end = 0;
  for (let from = 0; from < length; from += hop) {
    const to = Math.min(length, from + hop);
    const sounds = channels.some((channel) => { let sum = 0; for (let i = from; i < to; i++) sum += channel[i]! * channel[i]!; return sum / (to - from) >= threshold; });
    if (!sounds) continue;
    if (end === 0) start = from;
    end = to;
  }
  return { start, end };
}
