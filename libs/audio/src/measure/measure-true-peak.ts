import { createTruePeakMeter } from './true-peak-meter.js';

/**
 * Largest absolute value between and at the samples.
 * @returns Linear; at least the sample peak; within 0.1 dB of band-limited interpolation.
 */
export function measureTruePeak(samples: Float32Array): number {
  const meter = createTruePeakMeter(1);
  meter.push([samples]);
  return meter.end();
}
