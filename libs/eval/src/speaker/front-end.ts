import { kaldiFbank } from '@voxtune/audio';
import { type SpeakerDescriptor } from './descriptor.js';

/** What a model is fed for one window; row-major. */
export type ModelInput = { readonly data: Float32Array; /** Without the batch. */ readonly dims: readonly number[] };

/** Added to the variance before its root. Source: transformers, feature_extraction_wav2vec2.py, zero_mean_unit_var_norm. */
const VARIANCE_FLOOR = 1e-7;

/** Values of a window's row, besides the frames that vary: null where it is samples. */
export const inputWidth = ({ frontEnd }: SpeakerDescriptor): number | null => (frontEnd?.kind === 'kaldi-fbank' ? (frontEnd.mels ?? 80) : null);

/** Turns one window of samples into what the model takes, as the descriptor's front end says. */
export function applyFrontEnd({ frontEnd, sampleRateHz }: SpeakerDescriptor, window: Float32Array): ModelInput {
  if (frontEnd === undefined) return { data: window, dims: [window.length] };
  if (frontEnd.kind === 'waveform') return { data: frontEnd.normalize === 'zero mean, unit variance' ? standardise(window) : window, dims: [window.length] };
  const { kind: _kind, mels = 80, mean = 'subtract', ...rest } = frontEnd;
  const options = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const { values, frames, size } = kaldiFbank(window, sampleRateHz, { melBins: mels, ...options });
  if (mean === 'subtract') subtractMeans(values, frames, size);
  return { data: values, dims: [frames, size] };
}

function standardise(samples: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i]!;
  const mean = sum / samples.length;
  let square = 0;
  for (let i = 0; i < samples.length; i += 1) square += (samples[i]! - mean) ** 2;
  const deviation = Math.sqrt(square / samples.length + VARIANCE_FLOOR);
  return samples.map((sample) => (sample - mean) / deviation);
}

/** Takes each band's mean over the frames away, in place. */
function subtractMeans(values: Float32Array, frames: number, size: number): void {
  for (let band = 0; band < size; band += 1) {
    let sum = 0;
    for (let frame = 0; frame < frames; frame += 1) sum += values[frame * size + band]!;
    const mean = sum / frames;
    for (let frame = 0; frame < frames; frame += 1) values[frame * size + band]! -= mean;
  }
}
