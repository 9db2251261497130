'use strict';
// slicer2.py (GPT-SoVITS 48b1a01): cuts at silences. Lengths in hops unless they say otherwise.

/** RMS of frames of `frame` samples every `hop`, zero-padded by half a frame (librosa's centre). */
function rms(samples, frame, hop) {
  const padded = frame >> 1;
  const count = 1 + Math.floor(samples.length / hop);
  return Float64Array.from({ length: count }, (_, i) => {
    const from = Math.max(0, i * hop - padded);
    const to = Math.min(samples.length, i * hop - padded + frame);
    let sum = 0;
    for (let j = from; j < to; j++) sum += samples[j] * samples[j];
    return Math.sqrt(sum / frame);
  });
}

const argmin = (values, from, to) => {
  let best = from;
  for (let i = from; i < Math.min(to, values.length); i++) if (values[i] < values[best]) best = i;
  return best - from;
};

/** Ranges [start, end) in samples. */
function slice(samples, rate, { threshold, minLength, minInterval, hopSize, maxSilKept }) {
  const level = 10 ** (threshold / 20);
  const hop = Math.round((rate * hopSize) / 1000);
  const window = Math.min(Math.round((rate * minInterval) / 1000), 4 * hop);
  const least = Math.round((rate * minLength) / 1000 / hop);
  const interval = Math.round((rate * minInterval) / 1000 / hop);
  const kept = Math.round((rate * maxSilKept) / 1000 / hop);
  if (Math.floor((samples.length + hop - 1) / hop) <= least) return [[0, samples.length]];
  const curve = rms(samples, window, hop);
  const tags = [];
  let silence = null;
  let clip = 0;
  for (let i = 0; i < curve.length; i++) {
    if (curve[i] < level) {
      silence ??= i;
      continue;
    }
    if (silence === null) continue;
    const leading = silence === 0 && i > kept;
    const middle = i - silence >= interval && i - clip >= least;
    if (!leading && !middle) {
      silence = null;
      continue;
    }
    if (i - silence <= kept) {
      const pos = argmin(curve, silence, i + 1) + silence;
      tags.push(silence === 0 ? [0, pos] : [pos, pos]);
      clip = pos;
    } else if (i - silence <= kept * 2) {
      const pos = argmin(curve, i - kept, silence + kept + 1) + i - kept;
      const left = argmin(curve, silence, silence + kept + 1) + silence;
      const right = argmin(curve, i - kept, i + 1) + i - kept;
      if (silence === 0) tags.push([0, right]);
      else tags.push([Math.min(left, pos), Math.max(right, pos)]);
      clip = silence === 0 ? right : Math.max(right, pos);
    } else {
      const left = argmin(curve, silence, silence + kept + 1) + silence;
      const right = argmin(curve, i - kept, i + 1) + i - kept;
      tags.push(silence === 0 ? [0, right] : [left, right]);
      clip = right;
    }
    silence = null;
  }
  if (silence !== null && curve.length - silence >= interval) {
    const end = Math.min(curve.length, silence + kept);
    tags.push([argmin(curve, silence, end + 1) + silence, curve.length + 1]);
  }
  if (tags.length === 0) return [[0, samples.length]];
  const out = [];
  const add = (from, to) => out.push([from * hop, Math.min(samples.length, to * hop)]);
  if (tags[0][0] > 0) add(0, tags[0][0]);
  for (let i = 0; i + 1 < tags.length; i++) add(tags[i][1], tags[i + 1][0]);
  if (tags.at(-1)[1] < curve.length) add(tags.at(-1)[1], curve.length);
  return out;
}

module.exports = { slice };
