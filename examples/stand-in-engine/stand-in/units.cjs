'use strict';
// The pieces of the training clips that a voice is made of: stretches of speech between pauses.
const { PyError } = require('./python.cjs');
const { loadAudio } = require('./wav.cjs');

/** At most this much speech goes into a weight file: 20 s at 32 kHz, 1.3 MB. */
const BUDGET_SEC = 20;
const HOP_SEC = 0.01;
const [SHORTEST_SEC, LONGEST_SEC] = [0.35, 2.4];
/** A pause of this many hops ends a piece. */
const PAUSE_HOPS = 12;

function levels(samples, hop) {
  const out = new Float32Array(Math.floor(samples.length / hop));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = i * hop; j < (i + 1) * hop; j++) sum += samples[j] * samples[j];
    out[i] = Math.sqrt(sum / hop);
  }
  return out;
}

/** The quietest hop of a stretch, where it can be cut. */
function quietest(level, from, to) {
  let best = from;
  for (let i = from; i < to; i++) if (level[i] < level[best]) best = i;
  return best;
}

/** Speech between pauses, as sample ranges; long ones are cut where they are quietest. */
function speechRanges(samples, rate) {
  const hop = Math.round(rate * HOP_SEC);
  const level = levels(samples, hop);
  const sorted = Float32Array.from(level).sort();
  const loud = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const threshold = loud * 0.08;
  const ranges = [];
  let start = -1;
  let quiet = 0;
  for (let i = 0; i <= level.length; i++) {
    const speaks = i < level.length && level[i] > threshold;
    if (speaks && start < 0) start = i;
    quiet = speaks ? 0 : quiet + 1;
    if (start >= 0 && (quiet >= PAUSE_HOPS || i === level.length)) {
      ranges.push([start, Math.max(start + 1, i - quiet + 1)]);
      start = -1;
    }
  }
  const most = LONGEST_SEC / HOP_SEC;
  const least = SHORTEST_SEC / HOP_SEC;
  const out = [];
  for (let [from, to] of ranges) {
    while (to - from > most) {
      const cut = quietest(level, from + Math.round(most * 0.6), from + Math.round(most));
      out.push([from, cut]);
      from = cut;
    }
    if (to - from >= least) out.push([from, to]);
  }
  return out.map(([from, to]) => [from * hop, Math.min(samples.length, to * hop)]);
}

/**
 * Chooses pieces from all clips in turn, longest first in each, up to the budget.
 * @returns {pcm, units, rate}: the chosen speech on end, and where each piece lies.
 */
function chooseUnits(files) {
  const rate = 32000;
  const perClip = files.map((file) => {
    try {
      const samples = loadAudio(file, rate);
      return speechRanges(samples, rate)
        .map(([from, to]) => samples.subarray(from, to))
        .sort((a, b) => b.length - a.length);
    } catch (error) {
      if (error instanceof PyError) return []; // the loader has said so already, and the engine trains on zeros
      throw error;
    }
  });
  const chosen = [];
  let total = 0;
  for (let round = 0; total < BUDGET_SEC * rate; round++) {
    const layer = perClip.flatMap((pieces) => (round < pieces.length ? [pieces[round]] : []));
    if (layer.length === 0) break;
    // Few seconds, many clips: take them evenly from the whole set.
    const room = Math.max(1, Math.ceil((BUDGET_SEC * rate - total) / (LONGEST_SEC * rate)));
    const stride = Math.max(1, layer.length / Math.max(room, 1));
    for (let at = 0; at < layer.length && total < BUDGET_SEC * rate; at += stride) {
      const piece = layer[Math.floor(at)];
      if (total + piece.length > (BUDGET_SEC + LONGEST_SEC) * rate) continue;
      chosen.push(piece);
      total += piece.length;
    }
  }
  const pcm = new Int16Array(total);
  const units = [];
  let at = 0;
  for (const piece of chosen) {
    pcm.set(Int16Array.from(piece, (value) => Math.round(value * 32768)), at);
    units.push({ start: at, end: at + piece.length });
    at += piece.length;
  }
  return { pcm, units, rate };
}

module.exports = { chooseUnits, speechRanges };
