// The little 16-bit PCM arithmetic that the demo needs; it does not import the libraries, so that it can also judge them.

/** @param {Buffer} bytes - A WAV file of 16-bit mono PCM. @returns {{sampleRateHz: number, samples: Int16Array}} */
export function readWav(bytes) {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') throw new Error('not a WAV file');
  let at = 12;
  let sampleRateHz = 0;
  while (at + 8 <= bytes.length) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = Math.min(bytes.readUInt32LE(at + 4), bytes.length - at - 8);
    if (id === 'fmt ') {
      if (bytes.readUInt16LE(at + 8) !== 1 || bytes.readUInt16LE(at + 10) !== 1 || bytes.readUInt16LE(at + 22) !== 16) throw new Error('not 16-bit mono PCM');
      sampleRateHz = bytes.readUInt32LE(at + 12);
    }
    if (id === 'data') {
      const samples = new Int16Array(size >> 1);
      for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(at + 8 + 2 * i);
      return { sampleRateHz, samples };
    }
    at += 8 + size + (size & 1);
  }
  throw new Error('the WAV file has no data chunk');
}

/** @param {Int16Array} samples @param {number} sampleRateHz @returns {Buffer} */
export function writeWav(samples, sampleRateHz) {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(2 * sampleRateHz, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i], 44 + 2 * i);
  return bytes;
}

/**
 * The samples between the first and the last one louder than `floor` (of 32768), so that a cue begins and ends with its words.
 * @param {Int16Array} samples @param {number} [floor]
 */
export function trimSilence(samples, floor = 64) {
  let start = 0;
  let end = samples.length;
  while (start < end && Math.abs(samples[start]) < floor) start++;
  while (end > start && Math.abs(samples[end - 1]) < floor) end--;
  return samples.slice(start, end);
}

/** Makes the peak 0.6 of full scale. @param {Int16Array} samples */
export function levelled(samples) {
  let peak = 1;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return samples.map((sample) => Math.round((sample * 0.6 * 32768) / peak));
}

/**
 * Puts pieces on a bed of faint noise (about −72 dBFS RMS, seeded), so that the level between sentences is a room's and not digital silence.
 * @param {readonly {samples: Int16Array, atSample: number}[]} pieces @param {number} lengthSamples @param {number} seed
 */
export function mix(pieces, lengthSamples, seed) {
  const out = new Int16Array(lengthSamples);
  let state = seed >>> 0;
  for (let i = 0; i < lengthSamples; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    out[i] = Math.round((state / 2 ** 32 - 0.5) * 28);
  }
  for (const { samples, atSample } of pieces) {
    for (let i = 0; i < samples.length; i++) out[atSample + i] += samples[i];
  }
  return out;
}

/** RMS level of a range, dBFS. @param {ArrayLike<number>} samples - −1…1 @param {number} start @param {number} end */
export function levelDbfs(samples, start, end) {
  let sum = 0;
  for (let i = start; i < end; i++) sum += samples[i] ** 2;
  return 10 * Math.log10(sum / Math.max(1, end - start) + 1e-20);
}
