import { createLevelCurve, createResampler, createSlicer, decodeBlocks, downmix } from '@voxtune/audio';
import { chooseUntold, createSameness } from '../speaker/choose-channel.js';
import { cutBlocks } from './cut-blocks.js';
import { listBesideCues, planRecordingCuts } from './plan-recording-cuts.js';
import { mapSilence } from './silence-map.js';
import { sliceGridOf, type PlannedRecording, type SliceJob } from './slice-recording.js';

/** Samples that are decoded at a time. */
const BLOCK_SAMPLES = 1 << 16;
/** Sound of so many seconds is held, so that it is decoded once; a longer recording is decoded a second time for its clips. 38 MB at 32 kHz. Source: ours. */
const HELD_SEC = 300;

/** Plans the cuts of a recording that is all the speaker's, in bounded memory however long it is. @throws {AudioError} where it cannot be decoded. */
export async function listenInBlocks(job: SliceJob, signal?: AbortSignal): Promise<PlannedRecording> {
  const { sampleRateHz, slice, cues, hasWholeText, channel } = job;
  const { hopSamples, thresholdDbfs, limits } = sliceGridOf(job);
  const stream = await openMono(job, signal);
  const curve = createLevelCurve(2 * hopSamples, hopSamples);
  const slicer = createSlicer({ ...slice, sampleRateHz });
  let held: Float32Array[] | null = [];
  let totalSamples = 0;
  for await (const block of stream.mono()) {
    curve.push(block);
    slicer.push(block);
    totalSamples += block.length;
    if (totalSamples > HELD_SEC * sampleRateHz) held = null;
    held?.push(block);
  }
  const heard = { totalSamples, cues, silence: mapSilence(curve.end(), hopSamples, thresholdDbfs) };
  const plan = listBesideCues(planRecordingCuts({ ...limits, ...heard, hasWholeText, slice: () => slicer.end() }), { ...limits, ...heard });
  return {
    channels: stream.channels, choice: chooseUntold(channel, stream.channels, stream.same()), plan, attribution: null, diarizationFailure: null,
    pieces: async function* () { yield* cutBlocks(held ?? (await openMono(job, signal)).mono(), plan.cuts); },
  };
}

/** Opens a recording as one channel at the clips' rate. */
async function openMono({ path, sampleRateHz, channel, ffmpegPath }: SliceJob, signal: AbortSignal | undefined) {
  const { sampleRateHz: fromHz, channels, blocks } = await decodeBlocks(path, { blockSamples: BLOCK_SAMPLES, ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
  const sameness = createSameness();
  const mode = channel === 'left' || channel === 'right' ? channel : 'mean';
  async function* mono(): AsyncGenerator<Float32Array, void, undefined> {
    const resampler = createResampler({ fromHz, toHz: sampleRateHz });
    for await (const block of blocks) {
      sameness.push(block);
      const [samples] = resampler.push([block.length === 1 ? block[0]! : downmix({ channels: block, sampleRateHz: fromHz }, mode)]);
      if (samples!.length > 0) yield samples!;
    }
    yield resampler.end()[0]!;
  }
  return { channels, same: sameness.end, mono };
}
