import { assertPositiveInteger } from '../pcm.js';
import { AudioError } from '../errors.js';
import { type FeatureMatrix } from './kaldi-fbank.js';
import { slaneyMelBank } from './mel.js';
import { createRealFft } from './real-fft.js';
import { makeWindow } from './windows.js';

/** Whisper's front end (openai/whisper, whisper/audio.py: SAMPLE_RATE, N_FFT, HOP_LENGTH, CHUNK_LENGTH, log_mel_spectrogram). */
const RATE_HZ = 16000;
const FFT_SIZE = 400;
const HOP_SAMPLES = 160;
const WINDOW_SEC = 30;
const FLOOR_POWER = 1e-10;
const RANGE_LOG10 = 8;

export type WhisperLogMelOptions = {
  /** 80, or 128 for large-v3. @default 80 */
  readonly melBins?: number;
  /** The clip is padded with silence, or cut, to this length, seconds; null keeps its own. @default 30 */
  readonly lengthSec?: number | null;
};

/**
 * The log-mel spectrogram that Whisper models take. Rows are frames (Whisper's tensor is its transpose).
 * @param samples - One channel at 16 kHz, nominal range −1…1.
 * @returns 100 frames a second.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless option.
 */
export function whisperLogMel(samples: Float32Array, { melBins = 80, lengthSec = WINDOW_SEC }: WhisperLogMelOptions = {}): FeatureMatrix {
  assertPositiveInteger(melBins, 'melBins');
  if (lengthSec !== null && !(lengthSec > 0 && Number.isFinite(lengthSec))) throw new AudioError('AUDIO_OPTION_INVALID', `lengthSec must be positive or null, got ${lengthSec}`, { lengthSec });
  const length = lengthSec === null ? samples.length : Math.round(lengthSec * RATE_HZ), side = FFT_SIZE / 2;
  const frames = Math.floor(length / HOP_SAMPLES), bins = side + 1;
  const { first, weights } = slaneyMelBank(melBins, FFT_SIZE, RATE_HZ, 0, RATE_HZ / 2);
  const fft = createRealFft(FFT_SIZE), window = makeWindow('hann', FFT_SIZE);
  const frame = new Float64Array(FFT_SIZE), re = new Float64Array(bins), im = new Float64Array(bins), logs = new Float64Array(frames * melBins);
  let highest = -Infinity;
  for (let f = 0; f < frames; f++) {
    const from = f * HOP_SAMPLES - side;
    for (let i = 0; i < FFT_SIZE; i++) {
      const at = reflected(from + i, length);
      frame[i] = at < samples.length ? samples[at]! * window[i]! : 0;
    }
    fft.forward(frame, re, im);
    for (let k = 0; k < bins; k++) re[k] = re[k]! * re[k]! + im[k]! * im[k]!;
    for (let m = 0; m < melBins; m++) {
      const row = weights[m]!, start = first[m]!;
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += row[k]! * re[start + k]!;
      const value = Math.log10(Math.max(sum, FLOOR_POWER));
      logs[f * melBins + m] = value;
      if (value > highest) highest = value;
    }
  }
  return { frames, size: melBins, values: Float32Array.from(logs, (value) => (Math.max(value, highest - RANGE_LOG10) + 4) / 4) };
}

/** Index of a signal mirrored about its first and last sample. */
function reflected(index: number, length: number): number {
  if (length < 2) return 0;
  const period = 2 * (length - 1), i = ((index % period) + period) % period;
  return i < length ? i : period - i;
}
