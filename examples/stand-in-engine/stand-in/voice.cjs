'use strict';
// Speaks by joining pieces of the training clips, with damage that depends on the two epochs.
const fs = require('node:fs');
const { basename } = require('node:path');
const { generator, hash32, shuffled } = require('./random.cjs');
const { readClips, readNote } = require('./weights.cjs');

const RATE_HZ = 32000;
/** The pair with no damage: what judging should find. Those of the web UI's default runs that are saved: GPT 5, 10, 15; SoVITS 4, 8. */
const BEST = bestFrom(process.env.STAND_IN_BEST) ?? { gpt: 10, sovits: 8 };
/** Characters a second: Han, kana and hangul; everything else. */
const PACE = { cjk: 4.5, other: 14 };
const [FADE_SEC, GAP_SEC] = [0.012, 0.05];
/** Noise of the room between pieces: zeros there would be heard as dropouts. −70 dBFS. */
const ROOM = 1e-3;
/** The end of a text dies away over this, so that a clip whose last piece had to be cut does not end in the middle of sound. */
const END_SEC = 0.2;

/** `STAND_IN_BEST=GPT,SOVITS` plants the best pair elsewhere; null when it is not set. */
function bestFrom(text) {
  if (text === undefined || text === '') return null;
  const found = /^([1-9]\d*),([1-9]\d*)$/.exec(text);
  if (found === null) throw new Error(`STAND_IN_BEST: cannot read ${JSON.stringify(text)}; write the two epochs, for instance 5,4`);
  return { gpt: Number(found[1]), sovits: Number(found[2]) };
}

/** How far a pair is from the best: 0 … 1 each. Too early is worse than too late. */
function damageOf(gptEpoch, sovitsEpoch) {
  const off = (epoch, best) => Math.min(1, epoch < best ? (best - epoch) / best : (epoch - best) / (2 * best));
  return { dropouts: off(gptEpoch, BEST.gpt), noise: off(sovitsEpoch, BEST.sovits) };
}

/** Seconds that a text takes at this speed. */
function secondsFor(text, speed) {
  const cjk = (text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu) ?? []).length;
  const other = [...text].length - cjk;
  return Math.max(0.3, (cjk / PACE.cjk + other / PACE.other) / speed);
}

/** A voice from two weight files; a placeholder of a pretrained model gives the base voice, a buzz. */
function loadVoice(gptPath, sovitsPath) {
  const gpt = fs.existsSync(gptPath) ? readNote(gptPath) : null;
  const sovits = fs.existsSync(sovitsPath) ? readNote(sovitsPath) : null;
  if (sovits?.kind !== 'sovits' || sovits.units.length === 0) return { units: [], damage: { dropouts: 0, noise: 0 } };
  const pcm = readClips(sovitsPath);
  const units = sovits.units.map(({ start, end }) => Float32Array.from(pcm.subarray(start, end), (value) => value / 32768));
  return { units, damage: damageOf(gpt?.kind === 'gpt' ? gpt.epoch : 0, sovits.epoch) };
}

/** The base voice: syllables of a buzz at 110 Hz. */
function buzz(length, random) {
  const out = new Float32Array(length);
  let phase = 0;
  for (let i = 0; i < length; i++) {
    const syllable = Math.sin((Math.PI * i) / (RATE_HZ * 0.18)) ** 2;
    phase += (2 * Math.PI * (110 + 4 * Math.sin(i / 9000))) / RATE_HZ;
    out[i] = 0.12 * syllable * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(3 * phase)) + 0.002 * (random() - 0.5);
  }
  return out;
}

/** Pieces in a shuffled order, joined with short pauses of room noise, until the length is there. */
function join(units, length, random) {
  const out = Float32Array.from({ length }, () => ROOM * (random() - 0.5));
  const fade = Math.round(FADE_SEC * RATE_HZ);
  let at = 0;
  let order = [];
  while (at < length) {
    if (order.length === 0) order = shuffled(units, random);
    const piece = order.pop();
    const take = Math.min(piece.length, length - at);
    for (let i = 0; i < take; i++) {
      const edge = Math.min(1, i / fade, (take - 1 - i) / fade);
      out[at + i] += piece[i] * edge;
    }
    at += take + Math.round(GAP_SEC * RATE_HZ);
  }
  const end = Math.min(length, Math.round(END_SEC * RATE_HZ));
  for (let i = 0; i < end; i++) out[length - end + i] *= ((end - 1 - i) / end) ** 2;
  return out;
}

/** Noise and gaps, in place. */
function spoil(samples, { dropouts, noise }, random) {
  if (noise > 0) {
    let sum = 0;
    for (const value of samples) sum += value * value;
    const level = Math.sqrt(sum / samples.length) * 10 ** (-(44 - 20 * noise) / 20) * Math.sqrt(12);
    for (let i = 0; i < samples.length; i++) samples[i] += level * (random() - 0.5);
  }
  const gaps = Math.round((samples.length / RATE_HZ) * dropouts);
  for (let gap = 0; gap < gaps; gap++) {
    const length = Math.round((0.06 + 0.12 * random()) * RATE_HZ);
    const start = Math.floor(random() * Math.max(1, samples.length - length));
    samples.fill(0, start, Math.min(samples.length, start + length));
  }
  return samples;
}

/** Says a text; the same text, seed, name of the prompt's file and voice give the same samples, wherever the voice lies. */
function speak(voice, { text, speed = 1, seed = -1, prompt = '' }) {
  const length = Math.round(secondsFor(text, speed) * RATE_HZ);
  const random = generator(hash32(text, seed, basename(prompt ?? '')));
  const samples = voice.units.length === 0 ? buzz(length, random) : spoil(join(voice.units, length, random), voice.damage, random);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-1, Math.min(1, samples[i]));
  return { samples, sampleRateHz: RATE_HZ };
}

module.exports = { BEST, damageOf, loadVoice, secondsFor, speak };
