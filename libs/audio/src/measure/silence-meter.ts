import { dbToAmplitude, powerToDb } from '../units.js';
import { Histogram, meanChannel, type MeterPart } from './meter-part.js';
import { createRuns } from './run-sums.js';

/** The slicer's default threshold (GPT-SoVITS 48b1a01, tools/slicer2.py; webui's guide value). */
const SILENCE_DBFS = -40;
const HOP_SEC = 0.01;
/** Hops of a frame, centred as the slicer centres it. */
const FRAME_HOPS = 4;

/** Levels are counted in steps of 0.1 dB over this range, dBFS; what is below it is digital silence. */
const LEVELS = { low: -150, high: 50, step: 0.1 } as const;

/** Levels of 40 ms frames every 10 ms; NaN for no samples. */
export type FrameLevels = { readonly silenceShare: number; readonly p10Dbfs: number; readonly medianDbfs: number; readonly p95Dbfs: number };

/** Share of the 10 ms hops whose 40 ms RMS lies below −40 dBFS, 0…1, and percentiles of that RMS. Streamed over the mean channel. */
export function createSilenceMeter(sampleRateHz: number): MeterPart<FrameLevels> {
  const histogram = new Histogram(LEVELS);
  const levelAt = (share: number): number => { const db = histogram.percentile(share); return db > LEVELS.low + LEVELS.step ? db : NaN; };
  const hop = Math.max(1, Math.round(HOP_SEC * sampleRateHz));
  const threshold = dbToAmplitude(SILENCE_DBFS) ** 2;
  const side = FRAME_HOPS / 2;
  /** Energies of the last hops, oldest first; the frame of hop h spans h − side … h + side − 1. */
  const last = new Float64Array(FRAME_HOPS);
  const energies = createRuns('energies', hop);
  let samples = 0, hops = 0, silent = 0, frames = 0;
  const closeHop = (energy: number): void => {
    last.copyWithin(0, 1);
    last[FRAME_HOPS - 1] = energy;
    hops += 1;
    if (hops < side) return;
    frames += 1;
    let sum = 0;
    for (const e of last) sum += e;
    const power = sum / Math.min(samples, FRAME_HOPS * hop);
    histogram.add(powerToDb(power));
    if (power < threshold) silent += 1;
  };
  return {
    push(block) {
      const mono = meanChannel(block);
      samples += mono.length;
      for (const energy of energies.push(mono)) closeHop(energy);
    },
    end() {
      if (samples === 0) return { silenceShare: NaN, p10Dbfs: NaN, medianDbfs: NaN, p95Dbfs: NaN };
      // The end is padded with silence, as the slicer pads it.
      const wanted = Math.floor(samples / hop) + 1;
      const rest = energies.rest();
      if (rest.samples > 0) closeHop(rest.value);
      while (frames < wanted) closeHop(0);
      return { silenceShare: silent / frames, p10Dbfs: levelAt(0.1), medianDbfs: levelAt(0.5), p95Dbfs: levelAt(0.95) };
    },
  };
}
