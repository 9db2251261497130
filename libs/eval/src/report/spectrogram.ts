import { kaldiFbank, trackPitch } from '@voxtune/audio';
import { type Audio } from '../evaluate/measure-clip.js';
import { encodePng } from './encode-png.js';

const HEIGHT = 64; // mel bands, one row each
const WIDEST = 360; // columns; longer clips get wider steps
const RANGE = 11.5; // natural logarithm of power: 50 dB, the range in which speech is usually shown, below the loud parts
const LOUD_SHARE = 0.995; // what is louder than this share of the picture is white: one burst must not make the rest dark. Source: ours
const PITCH_LOW_HZ = 60; // the pitch axis, logarithmic
const PITCH_HIGH_HZ = 600;

/** Dark violet over orange to pale yellow: readable on light and dark pages. */
const PALETTE = Array.from({ length: 64 }, (_, i): readonly [number, number, number] => {
  const t = i / 63;
  return [Math.round(255 * Math.min(1, 0.07 + 1.35 * t)), Math.round(255 * (0.05 + 0.9 * t * t)), Math.round(255 * (0.18 + 0.45 * Math.sin(Math.PI * Math.min(1, t * 1.15)) * (1 - t) + 0.42 * t ** 4))];
});

/**
 * A clip's mel spectrogram with its pitch drawn over it, as one SVG element that needs nothing else.
 * @param label - What it shows, for those who do not see it.
 * @param spanSec - Seconds that the width stands for, so that two clips can be compared; the clip's own length or more.
 * @returns '' for a clip that is too short to show.
 */
export function renderSpectrogram({ samples, sampleRateHz }: Audio, label: string, spanSec: number): string {
  const rate = Math.round(sampleRateHz), durationSec = samples.length / rate;
  const stepMs = Math.max(10, Math.ceil((spanSec * 1000) / WIDEST));
  const { values, frames } = kaldiFbank(samples, rate, { melBins: HEIGHT, frameShiftMs: stepMs, lowHz: 50, highHz: Math.min(8000, Math.floor(rate / 2) - 1) });
  if (frames < 2) return '';
  const top = Float32Array.from(values).sort()[Math.floor(LOUD_SHARE * (values.length - 1))]!;
  const indices = new Uint8Array(frames * HEIGHT);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let band = 0; band < HEIGHT; band += 1) {
      const level = Math.min(1, Math.max(0, 1 - (top - values[frame * HEIGHT + band]!) / RANGE));
      indices[(HEIGHT - 1 - band) * frames + frame] = Math.round(level * 63);
    }
  }
  const width = Math.round((WIDEST * durationSec) / spanSec);
  return `<svg class="spectrogram" viewBox="0 0 ${WIDEST} ${HEIGHT}" role="img" aria-label="${label}" preserveAspectRatio="none"><image width="${width}" height="${HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,${toBase64(encodePng(indices, frames, HEIGHT, PALETTE))}"/>${pitchLines(samples, rate, spanSec)}</svg>`;
}

/** One line for each voiced stretch. */
function pitchLines(samples: Float32Array, rate: number, spanSec: number): string {
  const { f0Hz, timesSec } = trackPitch(samples, rate, { stepSec: 0.02 });
  const lines: string[] = [];
  let points: string[] = [];
  const end = (): void => { if (points.length > 1) lines.push(`<polyline points="${points.join(' ')}"/>`); points = []; };
  f0Hz.forEach((hz, frame) => {
    if (hz === 0) { end(); return; }
    const share = Math.log(hz / PITCH_LOW_HZ) / Math.log(PITCH_HIGH_HZ / PITCH_LOW_HZ);
    points.push(`${((WIDEST * timesSec[frame]!) / spanSec).toFixed(1)},${(HEIGHT * (1 - Math.min(1, Math.max(0, share)))).toFixed(1)}`);
  });
  end();
  return lines.length === 0 ? '' : `<g class="pitch" fill="none" stroke="#fff" stroke-width="1.6" vector-effect="non-scaling-stroke">${lines.join('')}</g>`;
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
