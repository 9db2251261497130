import { AudioError } from '../errors.js';
import { type AudioBlock } from '../file/audio-stream.js';
import { assertPositiveInteger, describeLengths } from '../pcm.js';
import { type Samples } from './filter-plain.js';
import { planFor, ringSamples } from './plan-resample.js';
import { gradeOf, type ResampleQuality } from './quality.js';
import { type ResampleKernel } from './run-stage.js';
import { createStageStream } from './stage-stream.js';

/** What a resampler changes. */
export type ResamplerOptions = {
  /** Rate of what is pushed, hertz; a positive integer. */
  readonly fromHz: number;
  /** Rate of what comes out, hertz; a positive integer. */
  readonly toHz: number;
  /** Channels of every block; a positive integer. @default 1 */
  readonly channels?: number | undefined;
  /** See {@link ResampleQuality}. @default 'high' */
  readonly quality?: ResampleQuality | undefined;
};

/** Changes the rate of a signal that comes in blocks. */
export type Resampler = {
  /** Takes a block, shape `[channels][any]`, which may be reused afterwards; gives what is ready, which may be nothing. */
  push(block: AudioBlock): AudioBlock;
  /** Gives the rest. Together the outputs hold `ceil(n · toHz / fromHz)` samples; nothing may be pushed afterwards. */
  end(): AudioBlock;
};

/**
 * A resampler for blocks: its outputs, joined, equal `resample` of the whole signal to the bit, however it is cut. Holds some ten thousand samples a channel.
 * @throws {AudioError} AUDIO_OPTION_INVALID for rates or channels that are no positive integers, an unknown quality, and blocks of another shape or after the end.
 */
export const createResampler = (options: ResamplerOptions): Resampler => createResamplerBy('auto', options);

/** `createResampler` with the arithmetic chosen. */
export function createResamplerBy(kernel: ResampleKernel, { fromHz, toHz, channels = 1, quality = 'high' }: ResamplerOptions): Resampler {
  const grade = gradeOf(fromHz, toHz, quality);
  assertPositiveInteger(channels, 'channels');
  const lanes = Array.from({ length: channels }, () => createLane());
  let ended = false;

  function createLane(): { push(samples: Float32Array): Float32Array; end(): Float32Array } {
    if (fromHz === toHz) return { push: (samples) => samples.slice(), end: () => new Float32Array(0) };
    let count = 0, lead = 0;
    const plan = planFor(fromHz, toHz, grade);
    const leads: number[] = [];
    const streams = plan.map((stage, at) => {
      const last = at === plan.length - 1, inputLead = lead;
      leads.push((lead = last ? 0 : ringSamples(inputLead, stage.table)));
      return createStageStream(kernel, stage, inputLead, lead, last ? 32 : grade.bits);
    });
    return {
      push(samples) {
        count += samples.length;
        return streams.reduce<Samples>((block, stream) => stream.push(block), samples) as Float32Array; // the last stage makes float32
      },
      end() {
        const parts: Samples[] = [];
        // Each halving ends as far after the signal as it began before it; the last stage at ceil(n · to / from).
        let length = count;
        streams.forEach((stream, at) => {
          const last = at === streams.length - 1;
          length = last ? Math.ceil((count * toHz) / fromHz) : Math.ceil(length / 2);
          let rest = stream.end(last ? length : length + leads[at]!);
          for (const later of streams.slice(at + 1)) rest = later.push(rest);
          parts.push(rest);
        });
        const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
        let at = 0;
        for (const part of parts) { whole.set(part, at); at += part.length; }
        return whole;
      },
    };
  }

  return {
    push(block) {
      if (ended) throw new AudioError('AUDIO_OPTION_INVALID', 'a resampler takes no block after its end');
      const samples = block[0]?.length ?? 0;
      if (block.length !== channels || block.some((channel) => channel.length !== samples)) {
        throw new AudioError('AUDIO_OPTION_INVALID', `a block needs ${channels} channels of one length, got ${describeLengths(block)}`);
      }
      return block.map((channel, at) => lanes[at]!.push(channel));
    },
    end() {
      if (ended) throw new AudioError('AUDIO_OPTION_INVALID', 'a resampler ends once');
      ended = true;
      return lanes.map((lane) => lane.end());
    },
  };
}
