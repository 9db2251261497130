// Runs in Node and in a browser, and must give the same numbers: noisy made speech, stereo, through everything that needs no file.

/** @param {typeof import('../src/browser.js')} audio @returns {Record<string, unknown>} */
export function figuresOf(audio) {
  const rate = 44100, left = new Float32Array(8 * rate);
  let state = 1, angle = 0;
  for (let i = 0; i < left.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const t = i / rate, voiced = t % 4 < 3.2;
    angle += (2 * Math.PI * (120 + 30 * Math.sin(t))) / rate;
    left[i] = (voiced ? 0.3 * Math.abs(Math.sin(Math.PI * 3 * t)) * (Math.sin(angle) + 0.5 * Math.sin(3 * angle)) : 0) + 0.002 * (state / 2 ** 31 - 1);
  }
  const wav = audio.encodeWav({ sampleRateHz: rate, channels: [left, left.map((x) => x / 2)] }), decoded = audio.decodeWav(wav);
  const mono = audio.resample(audio.downmix(decoded), rate, 32000), slices = audio.planSlices(mono, 32000, { minLengthMs: 1000 });
  const fbank = audio.kaldiFbank(audio.resample(mono, 32000, 16000), 16000), mel = audio.whisperLogMel(audio.resample(mono, 32000, 16000));
  const pitch = audio.trackPitch(mono, 32000), loud = audio.normalizeLoudness({ sampleRateHz: 32000, channels: [mono] }, { targetLufs: -20 });
  const sum = (values) => values.reduce((total, x) => total + x, 0);
  return {
    bytes: wav.length, samples: mono.length, slices: slices.map(({ start, end }) => [start, end]), clips: slices.map(({ start, end }) => audio.encodeWav({ sampleRateHz: 32000, channels: [mono.subarray(start, end)] }).length),
    resampled: sum(mono.map(Math.abs)), fbank: sum(fbank.values), mel: sum(mel.values), pitch: sum(pitch.f0Hz), changed: JSON.stringify(loud.after ?? null), ...audio.measureAudio(mono, 32000),
    refused: (() => { try { audio.decodeWav(new Uint8Array(3)); } catch (error) { return error.code; } })(),
  };
}
