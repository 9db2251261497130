/** Largest absolute sample; 0 for no samples. */
export function measurePeak(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = Math.abs(samples[i]!);
    if (x > peak) peak = x;
  }
  return peak;
}
