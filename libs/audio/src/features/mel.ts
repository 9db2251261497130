/** A triangular filter bank: filter m weighs the bins `first[m] … first[m] + weights[m].length − 1` of a half spectrum. */
export type MelBank = { readonly first: Int32Array; readonly weights: readonly Float64Array[] };

/** O'Shaughnessy's mel scale in Kaldi's and HTK's form. */
export const hzToMelHtk = (hz: number): number => 1127 * Math.log(1 + hz / 700);

/** Slaney's scale (Auditory Toolbox, 1998): linear to 1 kHz, then logarithmic. */
const SLANEY_BREAK_HZ = 1000;
const SLANEY_BREAK_MEL = 15;
const SLANEY_STEP = Math.log(6.4) / 27;
export const hzToMelSlaney = (hz: number): number => (hz < SLANEY_BREAK_HZ ? (3 * hz) / 200 : SLANEY_BREAK_MEL + Math.log(hz / SLANEY_BREAK_HZ) / SLANEY_STEP);
export const melToHzSlaney = (mel: number): number => (mel < SLANEY_BREAK_MEL ? (200 * mel) / 3 : SLANEY_BREAK_HZ * Math.exp((mel - SLANEY_BREAK_MEL) * SLANEY_STEP));

/** Triangles that are even on Kaldi's mel axis (feat/mel-computations.cc); the last bin is never used. */
export function kaldiMelBank(bins: number, fftSize: number, sampleRateHz: number, lowHz: number, highHz: number): MelBank {
  const low = hzToMelHtk(lowHz), step = (hzToMelHtk(highHz) - low) / (bins + 1);
  return bank(bins, fftSize / 2, (k) => hzToMelHtk((k * sampleRateHz) / fftSize), (m) => low + m * step, () => 1);
}

/** Slaney's filters of equal area, as librosa's and Whisper's default, over the bins 0 … fftSize / 2. */
export function slaneyMelBank(bins: number, fftSize: number, sampleRateHz: number, lowHz: number, highHz: number): MelBank {
  const low = hzToMelSlaney(lowHz), step = (hzToMelSlaney(highHz) - low) / (bins + 1);
  const edge = (m: number): number => melToHzSlaney(low + m * step);
  return bank(bins, Math.floor(fftSize / 2) + 1, (k) => (k * sampleRateHz) / fftSize, edge, (m) => 2 / (edge(m + 2) - edge(m)));
}

function bank(bins: number, spectrum: number, position: (bin: number) => number, edge: (m: number) => number, gain: (m: number) => number): MelBank {
  const first = new Int32Array(bins), weights: Float64Array[] = [];
  for (let m = 0; m < bins; m++) {
    const left = edge(m), centre = edge(m + 1), right = edge(m + 2), row: number[] = [];
    for (let k = 0; k < spectrum; k++) {
      const at = position(k);
      if (at <= left || at >= right) continue;
      if (row.length === 0) first[m] = k;
      row.push(gain(m) * (at <= centre ? (at - left) / (centre - left) : (right - at) / (right - centre)));
    }
    weights.push(Float64Array.from(row));
  }
  return { first, weights };
}
