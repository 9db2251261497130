import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers in 0…1 that depend on the seed alone (mulberry32, public domain). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** A voice-like signal: phrases of 1 to 6 s of gliding harmonics and hiss, pauses between them, a noise floor of −66 dBFS. */
export function makeSpeech(seconds, rateHz, seed = 1) {
  const random = seeded(seed), samples = new Float32Array(Math.round(seconds * rateHz));
  for (let i = 0; i < samples.length; i++) samples[i] = (random() - 0.5) * 0.0017;
  let angle = 0;
  for (let at = Math.round(0.3 * rateHz); at < samples.length;) {
    const length = Math.round((1 + 5 * random()) * rateHz), pitch = 90 + 130 * random(), syllableHz = 3 + 2 * random();
    for (let i = 0; i < length && at + i < samples.length; i++) {
      const t = i / rateHz;
      angle += (2 * Math.PI * pitch * (1 + 0.1 * Math.sin(2 * Math.PI * 0.7 * t))) / rateHz;
      const envelope = 0.5 * Math.abs(Math.sin(Math.PI * syllableHz * t)) * Math.min(1, 20 * t, (20 * (length - i)) / rateHz);
      samples[at + i] += envelope * (0.5 * Math.sin(angle) + 0.25 * Math.sin(2 * angle) + 0.12 * Math.sin(5 * angle) + 0.06 * Math.sin(17 * angle) + 0.05 * (random() - 0.5));
    }
    at += length + Math.round((0.1 + 0.8 * random()) * rateHz);
  }
  return samples;
}

/** LJSpeech clips, when a folder holds them. @returns {string[]} Paths of WAV files. */
export function speechClips(folder) {
  const wavs = join(folder, 'data/ljspeech/wavs');
  return existsSync(wavs) ? readdirSync(wavs).filter((name) => name.endsWith('.wav')).sort().map((name) => join(wavs, name)) : [];
}

/** Speech of a given length at 22 050 Hz: clips end to end, again and again, or a made signal where there are none. */
export function speechOf(seconds, clips, decodeWav) {
  if (clips.length === 0) return makeSpeech(seconds, 22050);
  const parts = clips.map((path) => decodeWav(readFileSync(path)).channels[0]), whole = new Float32Array(seconds * 22050);
  for (let at = 0, i = 0; at < whole.length; i++) {
    const part = parts[i % parts.length].subarray(0, whole.length - at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Sentences and what a recogniser might have heard: about one word in eight is changed, dropped or doubled. */
export function makeTextPairs(count, seed = 7) {
  const random = seeded(seed), pick = (list) => list[Math.floor(random() * list.length)];
  const parts = ['ka', 'ten', 'lo', 'vers', 'mi', 'an', 'dro', 'el', 'ing', 'sto', 'pa', 'ther', 'un', 'ri', 'com'];
  const words = Array.from({ length: 3000 }, () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(parts)).join(''));
  return Array.from({ length: count }, () => {
    const reference = Array.from({ length: 8 + Math.floor(random() * 20) }, () => pick(words));
    const hypothesis = reference.flatMap((word) => { const x = random(); return x < 0.06 ? [pick(words)] : x < 0.09 ? [] : x < 0.12 ? [word, word] : [word]; });
    return { reference: reference.join(' '), hypothesis: (hypothesis.length > 0 ? hypothesis : reference).join(' ') };
  });
}
