import { type Samples } from './filter-plain.js';
import { ringSamples, planFor } from './plan-resample.js';
import { gradeOf, type ResampleQuality } from './quality.js';
import { type ResampleKernel, runStage } from './run-stage.js';

/**
 * Changes the sample rate of one channel with a Kaiser-windowed polyphase filter.
 * @param samples - One channel; samples outside it count as 0.
 * @param fromHz - Its rate, hertz; a positive integer.
 * @param toHz - The rate wanted, hertz; a positive integer.
 * @returns A new array of `ceil(samples.length · toHz / fromHz)` samples; sample n is at time n / toHz, without delay.
 * @throws {AudioError} AUDIO_OPTION_INVALID for rates that are no positive integers or an unknown quality.
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number, { quality = 'high' }: { readonly quality?: ResampleQuality } = {}): Float32Array {
  return resampleBy('auto', samples, fromHz, toHz, quality);
}

/** `resample` with the arithmetic chosen. */
export function resampleBy(kernel: ResampleKernel, samples: Float32Array, fromHz: number, toHz: number, quality: ResampleQuality): Float32Array {
  const grade = gradeOf(fromHz, toHz, quality);
  if (fromHz === toHz) return samples.slice();
  let input: Samples = samples, lead = 0;
  const stages = planFor(fromHz, toHz, grade);
  stages.forEach((stage, at) => {
    if (at === stages.length - 1) return;
    const outputLead = ringSamples(lead, stage.table);
    const output: Samples = new (grade.bits === 32 ? Float32Array : Float64Array)(Math.ceil((input.length - 2 * lead) / 2) + 2 * outputLead);
    runStage(kernel, stage, { input, inputLead: lead, output, outputLead });
    [input, lead] = [output, outputLead];
  });
  const output = new Float32Array(Math.ceil((samples.length * toHz) / fromHz));
  runStage(kernel, stages.at(-1)!, { input, inputLead: lead, output, outputLead: 0 });
  return output;
}
