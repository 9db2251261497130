import { decodeFile, levelCurve, planSlices, resample } from '@voxtune/audio';
import { attributeSpeakers } from '../speaker/attribute-speakers.js';
import { chooseChannel, type KnownSpeaker } from '../speaker/choose-channel.js';
import { planRecordingCuts } from './plan-recording-cuts.js';
import { planSpeakerCuts } from './plan-speaker-cuts.js';
import { mapSilence } from './silence-map.js';
import { sliceGridOf, type PlannedRecording, type SliceJob, type TellTurns } from './slice-recording.js';

/** Plans the cuts of what one speaker says in a recording, which is held whole. @throws {AudioError} where it cannot be decoded. */
export async function listenForSpeaker(job: SliceJob, speaker: KnownSpeaker, tellTurns: TellTurns | undefined, signal?: AbortSignal): Promise<PlannedRecording> {
  const { path, sampleRateHz, slice, channel, cues, hasWholeText, cutsWordless, ffmpegPath } = job;
  const { hopSamples, thresholdDbfs, limits } = sliceGridOf(job);
  const audio = await decodeFile(path, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
  const { samples: mono, otherSide, ...choice } = await chooseChannel(audio, channel, speaker);
  const at = (side: Float32Array) => resample(side, audio.sampleRateHz, speaker.sampleRateHz);
  const samples = resample(mono, audio.sampleRateHz, sampleRateHz);
  const heard = at(mono);
  const told = await tellTurns?.(heard, speaker.sampleRateHz);
  const diarizationFailure = typeof told === 'string' ? told : null;
  const attribution = await attributeSpeakers({ samples: heard, ...speaker, turns: typeof told === 'string' ? undefined : told, otherSide: otherSide === null ? undefined : at(otherSide), signal });
  const plan = planSpeakerCuts({
    attribution, samples, sampleRateHz, cues, hasWholeText, cutsWordless,
    cutAll: (part, words) => planRecordingCuts({ ...limits, ...words, totalSamples: part.length, silence: mapSilence(levelCurve(part, 2 * hopSamples, hopSamples), hopSamples, thresholdDbfs), slice: () => planSlices(part, sampleRateHz, slice) }),
  });
  return { channels: audio.channels.length, choice, plan, attribution, diarizationFailure, pieces: async function* () { for (const { start, end } of plan.cuts) yield samples.slice(start, end); } };
}
