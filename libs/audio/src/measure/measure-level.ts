/** Largest absolute sample of the range; 0 for no samples. */
export function measurePeak(samples: Float32Array, from = 0, to = samples.length): number {
  let peak = 0;
  for (let i = from; i < to; i++) {
    const x = Math.abs(samples[i]!);
    if (x > peak) peak = x;
  }
  return peak;
}
