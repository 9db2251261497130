// Made sound for tests: bursts of a buzzing tone where someone "speaks", a faint hiss elsewhere.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';

/** A mono recording: tone bursts in the ranges given (seconds), hiss at about -80 dBFS elsewhere. `pitchHz` tells recordings apart. */
export function makeSpeech(totalSec: number, speechSec: readonly (readonly [number, number])[], { sampleRateHz = 22_050, pitchHz = 150 } = {}): Uint8Array {
  const samples = new Float32Array(Math.round(totalSec * sampleRateHz));
  let state = 1;
  for (let i = 0; i < samples.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' generator: hiss that is the same each time
    const t = i / sampleRateHz;
    const speaks = speechSec.some(([from, to]) => t >= from && t < to);
    let tone = 0;
    for (let harmonic = 1; speaks && harmonic <= 8; harmonic += 1) tone += Math.sin(2 * Math.PI * pitchHz * harmonic * t) / harmonic;
    samples[i] = 0.2 * tone + 1e-4 * (state / 2 ** 31 - 1);
  }
  return encodeWav({ sampleRateHz, channels: [samples] });
}

/** An empty folder that is gone after `use`. */
export async function withFolder<T>(use: (folder: string, write: (name: string, data: Uint8Array | string) => Promise<void>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'voxtune-dataset-'));
  try {
    return await use(folder, (name, data) => writeFile(join(folder, name), data));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
