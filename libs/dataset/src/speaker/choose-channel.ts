import { downmix, resample } from '@voxtune/audio';
import type { EmbedWindows } from './attribute-speakers.js';
import { findSpeechByLevel } from './find-speech-by-level.js';
import { planSpeakerWindows, windowSamples } from './plan-speaker-windows.js';
import { robustCentre } from './robust-centre.js';
import { dot, toUnit } from './vectors.js';

/** Which channel of a recording is used: told, or found from the speaker. */
export type ChannelMode = 'auto' | 'left' | 'right' | 'mix';
export type ChannelChoice = {
  readonly samples: Float32Array;
  readonly channel: 'left' | 'right' | 'mix';
  /** The side that was not taken, where it is known to be another's; it tells when they speak together. */
  readonly otherSide: Float32Array | null;
  /** Why, in words; with the figures that decided. */
  readonly why: string;
};

/** Channels whose difference is this far below their sum hold the same sound. Source: ours; codecs leave stereo differences of −30 dB and less. */
const SAME_SHARE = 0.001;
/** Windows of each channel that are compared with the enrolment. Source: ours; more change the cosine of their middle by less than 0.01. */
const LOOKED_AT = 24;

/** What tells the speaker: the model, and speech known to be theirs. */
export type KnownSpeaker = { readonly embed: EmbedWindows; readonly windowLength: number; readonly sampleRateHz: number; readonly enrolment: Float32Array };

/** Tells whether two channels hold the same sound, as they come; always true of one. */
export function createSameness(): { push(block: readonly Float32Array[]): void; end(): boolean } {
  const sums = { difference: 0, sum: 0 };
  return {
    push([left, right]) {
      if (left === undefined || right === undefined) return;
      let { difference, sum } = sums;
      for (let i = 0; i < left.length; i += 1) {
        difference += (left[i]! - right[i]!) ** 2;
        sum += (left[i]! + right[i]!) ** 2;
      }
      Object.assign(sums, { difference, sum });
    },
    end: () => sums.difference <= SAME_SHARE * sums.sum,
  };
}

/** The channel that is used where no enrolment tells. @param channels - How many there are. @param same - Whether two hold the same sound. */
export function chooseUntold(mode: ChannelMode, channels: number, same: boolean): Pick<ChannelChoice, 'channel' | 'why'> {
  if (mode !== 'auto') return { channel: mode, why: 'as told' };
  if (channels !== 2) return { channel: 'mix', why: `${channels} channel${channels === 1 ? '' : 's'}` };
  return { channel: 'mix', why: same ? 'both channels hold the same sound' : 'the channels differ, and no enrolment tells which is the speaker’s' };
}

/**
 * One channel of a recording. `auto` takes, of two that differ, the one whose speech is nearer to the enrolment; without one, or where the two are alike, their mean.
 * @param audio - Channels of one length. @returns Mono at the recording's rate.
 */
export async function chooseChannel(audio: { readonly channels: readonly Float32Array[]; readonly sampleRateHz: number }, mode: ChannelMode, speaker: KnownSpeaker | null): Promise<ChannelChoice> {
  const input = { channels: [...audio.channels], sampleRateHz: audio.sampleRateHz };
  const [left, right] = audio.channels;
  const sameness = createSameness();
  if (mode === 'auto') sameness.push(audio.channels);
  const same = sameness.end();
  if (mode !== 'auto' || speaker === null || left === undefined || right === undefined || audio.channels.length !== 2 || same) {
    const { channel, why } = chooseUntold(mode, audio.channels.length, same);
    return { samples: downmix(input, channel === 'mix' ? 'mean' : channel), channel, otherSide: null, why };
  }
  const likeness = [await likenessOf(left, audio.sampleRateHz, speaker), await likenessOf(right, audio.sampleRateHz, speaker)];
  const channel = likeness[0]! >= likeness[1]! ? 'left' : 'right';
  return { samples: downmix(input, channel), channel, otherSide: downmix(input, channel === 'left' ? 'right' : 'left'), why: `similarity to the enrolment ${likeness[0]!.toFixed(2)} on the left, ${likeness[1]!.toFixed(2)} on the right` };
}

/** Cosine of a channel's speech to the enrolment; −1 where nobody speaks. */
async function likenessOf(channel: Float32Array, channelRateHz: number, { embed, windowLength, sampleRateHz, enrolment }: KnownSpeaker): Promise<number> {
  const samples = resample(channel, channelRateHz, sampleRateHz);
  const windowSec = windowLength / sampleRateHz;
  const windows = planSpeakerWindows(findSpeechByLevel(samples, sampleRateHz), windowSec, windowSec).filter((w) => w.endSec - w.startSec > windowSec * 0.75);
  if (windows.length === 0) return -1;
  const some = windows.length <= LOOKED_AT ? windows : Array.from({ length: LOOKED_AT }, (_, i) => windows[Math.floor((i * windows.length) / LOOKED_AT)]!);
  const embeddings = await embed(some.map((w) => windowSamples(samples, sampleRateHz, w, windowLength)));
  return dot(robustCentre(embeddings).centre, toUnit(enrolment));
}
