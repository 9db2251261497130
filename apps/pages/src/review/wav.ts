/** The shape of a clip's sound, to be drawn. */
export type WavShape = { readonly durationSec: number; readonly sampleRateHz: number; readonly peaks: Float32Array };

const PEAKS_PER_SEC = 400; // enough for eight-fold zoom on a wide screen

/**
 * Reads a mono 16-bit PCM WAV as voxtune writes clips, and the highest and lowest sample of each 1/400 s.
 * @returns `peaks`: lowest and highest in turn, −1…1. @throws {Error} for anything else.
 */
export function readWavShape(bytes: ArrayBuffer): WavShape {
  const view = new DataView(bytes);
  const word = (at: number): string => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  if (bytes.byteLength < 44 || word(0) !== 'RIFF' || word(8) !== 'WAVE') throw new Error('not a WAV file');
  let at = 12;
  let sampleRateHz = 0;
  while (at + 8 <= bytes.byteLength && word(at) !== 'data') {
    if (word(at) === 'fmt ') {
      if (view.getUint16(at + 8, true) !== 1 || view.getUint16(at + 10, true) !== 1 || view.getUint16(at + 22, true) !== 16) throw new Error('not a mono 16-bit PCM WAV file');
      sampleRateHz = view.getUint32(at + 12, true);
    }
    at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) % 2);
  }
  if (sampleRateHz === 0 || at + 8 > bytes.byteLength) throw new Error('a WAV file without samples');
  const samples = new Int16Array(bytes.slice(at + 8, at + 8 + 2 * Math.floor(Math.min(view.getUint32(at + 4, true), bytes.byteLength - at - 8) / 2)));
  const step = Math.max(1, Math.round(sampleRateHz / PEAKS_PER_SEC));
  const count = Math.ceil(samples.length / step);
  const peaks = new Float32Array(2 * count);
  for (let p = 0; p < count; p += 1) {
    let low = 0;
    let high = 0;
    for (let i = p * step; i < Math.min(samples.length, (p + 1) * step); i += 1) {
      const value = samples[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    peaks[2 * p] = low / 32768;
    peaks[2 * p + 1] = high / 32768;
  }
  return { durationSec: samples.length / sampleRateHz, sampleRateHz, peaks };
}
