import { CEPSTRA_HOP_SEC, cepstraOf, type Cepstra } from './cepstra.js';
import type { Span } from './find-speech-by-level.js';
import { learnMixture, logDensities } from './gaussian-mixture.js';

/** What is known of a frame before: the speaker alone, another alone, or nothing. */
export type Seed = 'speaker' | 'other' | null;
const [SPEAKER, OTHER] = [0, 1] as const; // and 2: both

/** A frame sounds when its level lies this far from the recording's quiet (5th percentile) to its loud (95th). Source: ours. */
const SOUND_SHARE = 0.4;
/** Frames a voice is learnt from at least. Source: ours; 1 s. */
const LEAST_FRAMES = 100;
/** Speech that is laid over another's to learn how both sound together, at most. Source: ours. */
const MIXED_SEC = 40;
/** Neighbouring frames say nearly the same: each counts by this share. Source: ours, as the next five, by a random search on made calls (tools/calls, set "tuning"). */
const FRAME_WEIGHT = 0.2;
/** The most that one frame speaks against a state (natural logarithm). */
const MOST_AGAINST = 5;
/** What the windows over a frame say counts so much (natural logarithm, at 1 for and at 0 against). Source: ours, on the set "tuning" and six conditions of two women on the line. */
const WINDOW_WEIGHT = 4;
/** What a change is worth while it sounds, and in a pause. */
const CHANGE_COST = 9;
const PAUSE_CHANGE_COST = 2;
/** The speaker must be this much likelier a frame than needed, at most: raised until so much of what was kept at 0 is left. */
const MOST_BIAS = 0.8;
const KEPT_OF_UNBIASED = 0.95;
/** Taken off where another begins, or ends, within `NO_PAUSE_SEC` of the speaker; and where both are heard together. Seconds. */
const AFTER_OTHER_SEC = 0.6;
const BEFORE_OTHER_SEC = 0.5;
const BESIDE_BOTH_SEC = 0.1;
const NO_PAUSE_SEC = 0.12;
/** Kept of a pause at an edge, at most half of it; shortest stretch; longest pause inside one. Seconds. Source: ours. */
const EDGE_SEC = 0.12;
const LEAST_SEC = 0.6;
const PAUSE_SEC = 1;
/** Voices are learnt anew from what the first round found, this far from every change. Seconds. Source: ours. */
const FAR_SEC = 0.2;
const FIRST_ROUND_BIAS = 0.05;

/**
 * Follows the speaker through a recording frame by frame. How the speaker, the others, and both together sound is learnt
 * from the recording itself: from the seeds, and from the seeds' speech laid over one another (Boakye et al. 2008 model
 * overlap so); the likeliest course is Viterbi's (1967). A turn that follows without a pause loses a margin, for parties often talk over each other there.
 * @param seeds - One a hop of 10 ms. @param leaning - One a hop: how much nearer the windows there are to the speaker than to the others, 1 … 0; 0.5 where nothing is known. @returns Stretches of the speaker alone, in order; null where the seeds are too few to learn from.
 */
export function traceVoices(samples: Float32Array, sampleRateHz: number, seeds: readonly Seed[], leaning: Float32Array): readonly Span[] | null {
  const sound = cepstraOf(samples, sampleRateHz);
  const ordered = sound.levels.slice().sort();
  const [quiet, loud] = [ordered[Math.floor(0.05 * ordered.length)] ?? 0, ordered[Math.floor(0.95 * ordered.length)] ?? 0];
  const sounds = Array.from(sound.levels, (level) => level > quiet + SOUND_SHARE * (loud - quiet));
  const seeded = (which: Seed) => sounds.flatMap((on, t) => (on && seeds[t] === which ? [t] : []));
  let learnt = [seeded('speaker'), seeded('other')] as const;
  if (learnt.some((frames) => frames.length < LEAST_FRAMES)) return null;
  let evidence = lean(hearVoices(samples, sampleRateHz, sound, learnt), leaning);
  const first = likeliestCourse(evidence, sounds, FIRST_ROUND_BIAS);
  const far = Math.round(FAR_SEC / CEPSTRA_HOP_SEC);
  const certain = (which: number) => sounds.flatMap((on, t) => (on && first[t] === which && first[Math.max(0, t - far)] === which && first[Math.min(first.length - 1, t + far)] === which ? [t] : []));
  const again = [certain(SPEAKER), certain(OTHER)] as const;
  if (again.every((frames) => frames.length >= LEAST_FRAMES)) {
    learnt = again;
    evidence = lean(hearVoices(samples, sampleRateHz, sound, learnt), leaning);
  }
  const at = (bias: number) => stretchesOf(likeliestCourse(evidence, sounds, bias), sounds);
  const length = (spans: readonly Span[]) => spans.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
  const most = length(at(0));
  let [low, high] = [0, 2 * MOST_BIAS];
  for (let i = 0; i < 9; i += 1) {
    const middle = (low + high) / 2;
    if (length(at(middle)) >= KEPT_OF_UNBIASED * most) low = middle;
    else high = middle;
  }
  return at(Math.min(low, MOST_BIAS));
}

/** How well each frame fits the speaker, another, and both together: natural logarithms of densities. */
function hearVoices(samples: Float32Array, sampleRateHz: number, sound: Cepstra, [own, others]: readonly [readonly number[], readonly number[]]): readonly Float32Array[] {
  const hop = Math.round(CEPSTRA_HOP_SEC * sampleRateHz);
  const spoken = (frames: readonly number[]) => {
    const joined = new Float32Array(frames.length * hop);
    frames.forEach((t, i) => joined.set(samples.subarray(Math.min(samples.length, t * hop), Math.min(samples.length, (t + 1) * hop)), i * hop));
    return joined;
  };
  const [a, b] = [spoken(own), spoken(others)];
  const both = Float32Array.from({ length: Math.min(Math.max(a.length, b.length), MIXED_SEC * sampleRateHz) }, (_, i) => a[i % a.length]! + b[i % b.length]!);
  const together = cepstraOf(both, sampleRateHz);
  return [learnMixture(sound, own), learnMixture(sound, others), learnMixture(together, Array.from({ length: together.frames }, (_, t) => t))].map((mixture) => logDensities(mixture, sound));
}

/** Adds what the windows say to what each frame says: frames of two like voices are alike, a second and a half is not. */
function lean(evidence: readonly Float32Array[], leaning: Float32Array): readonly Float32Array[] {
  return evidence.map((densities, state) => (state > OTHER ? densities : densities.map((value, t) => value + (state === SPEAKER ? 1 : -1) * WINDOW_WEIGHT * ((leaning[t] ?? 0.5) - 0.5))));
}

/** The likeliest course of states, one a frame. */
function likeliestCourse(evidence: readonly Float32Array[], sounds: readonly boolean[], bias: number): Uint8Array {
  const states = evidence.length;
  const score = new Float64Array(states);
  const came = new Uint8Array(sounds.length * states);
  for (let t = 0; t < sounds.length; t += 1) {
    let best = 0;
    for (let k = 1; k < states; k += 1) if (score[k]! > score[best]!) best = k;
    const changed = score[best]! - (sounds[t]! ? CHANGE_COST : PAUSE_CHANGE_COST);
    let most = -Infinity;
    for (let k = 0; k < states; k += 1) {
      came[t * states + k] = changed > score[k]! ? best : k;
      score[k] = Math.max(changed, score[k]!);
      most = Math.max(most, evidence[k]![t]!);
    }
    if (!sounds[t]!) continue;
    for (let k = 0; k < states; k += 1) score[k]! += FRAME_WEIGHT * Math.max(-MOST_AGAINST, evidence[k]![t]! - most) - (k === SPEAKER ? bias : 0);
  }
  const course = new Uint8Array(sounds.length);
  let state = score.indexOf(Math.max(...score));
  for (let t = sounds.length - 1; t >= 0; t -= 1) {
    course[t] = state;
    state = came[t * states + state]!;
  }
  return course;
}

/** The speaker's stretches of a course, with the margins. */
function stretchesOf(course: Uint8Array, sounds: readonly boolean[]): readonly Span[] {
  const sec = (frames: number) => frames * CEPSTRA_HOP_SEC;
  const runs: { state: number; start: number; end: number }[] = [];
  for (let t = 0; t < course.length; t += 1) {
    if (!sounds[t]!) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.state === course[t] && sec(t - last.end) <= PAUSE_SEC) last.end = t + 1;
    else runs.push({ state: course[t]!, start: t, end: t + 1 });
  }
  const margin = (neighbour: { state: number } | undefined, pauseSec: number, otherSec: number): number => {
    if (neighbour === undefined || neighbour.state === SPEAKER || pauseSec >= NO_PAUSE_SEC) return -Math.min(EDGE_SEC, pauseSec / 2);
    return neighbour.state === OTHER ? otherSec : BESIDE_BOTH_SEC;
  };
  return runs.flatMap(({ state, start, end }, i) => {
    if (state !== SPEAKER) return [];
    const [before, after] = [runs[i - 1], runs[i + 1]];
    const startSec = Math.max(0, sec(start) + margin(before, before === undefined ? Infinity : sec(start - before.end), AFTER_OTHER_SEC));
    const endSec = Math.min(sec(course.length), sec(end) - margin(after, after === undefined ? Infinity : sec(after.start - end), BEFORE_OTHER_SEC));
    return endSec - startSec >= LEAST_SEC ? [{ startSec, endSec }] : [];
  });
}
