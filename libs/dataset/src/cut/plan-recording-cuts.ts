import type { Finding } from '../findings.js';
import type { Cue } from '../transcript/cue.js';
import { besideCues } from './beside-cues.js';
import { CLIP_LIMITS } from './clip-limits.js';
import { planCueCuts } from './plan-cue-cuts.js';
import { silentShare, trimSilence, type SilenceMap } from './silence-map.js';

/** One clip to cut from a recording: `[start, end)` in samples at the clip rate. */
export type Cut = { readonly start: number; readonly end: number; readonly cut: 'slicer' | 'cues' | 'whole'; /** What a cut of `cues` holds. */ readonly cues?: readonly Cue[]; readonly findings: readonly Finding[] };
/** A stretch of a recording that no clip is made of, and why. */
export type Uncut = { readonly start: number; readonly end: number; readonly reason: string };
export type RecordingCuts = { readonly cuts: readonly Cut[]; readonly uncut: readonly Uncut[]; readonly findings: readonly Finding[] };

export type RecordingCutOptions = {
  readonly totalSamples: number;
  readonly sampleRateHz: number;
  readonly minLengthMs: number;
  /** `null`: clips have no longest length of their own; the trainer's 54 s holds then. */
  readonly maxLengthMs: number | null;
  readonly marginMs: number;
  readonly silence: SilenceMap;
  /** Time-coded words, where there are any. */
  readonly cues: readonly Cue[];
  /** True when there are words for the whole recording, without times. */
  readonly hasWholeText: boolean;
  /** The slicer's ranges; only asked for where it decides. */
  readonly slice: () => readonly { readonly start: number; readonly end: number }[];
};

/** Decides how one recording is cut: at its cues, whole, or by the slicer; the first of these that its words allow. */
export function planRecordingCuts(options: RecordingCutOptions): RecordingCuts {
  const { totalSamples, sampleRateHz, silence, cues, hasWholeText, minLengthMs, marginMs } = options;
  const maxLengthMs = options.maxLengthMs ?? CLIP_LIMITS.trainerMaxSec * 1000 - 1;
  const seconds = (samples: number) => samples / sampleRateHz;
  if (cues.length > 0) {
    const plan = planCueCuts(cues, { totalSamples, sampleRateHz, minLengthMs, maxLengthMs, marginMs, silence });
    if (plan.cuts.length > 0) return { cuts: plan.cuts.map(({ start, end, cues: held, findings }) => ({ start, end, cut: 'cues', cues: held, findings })), uncut: plan.dropped, findings: plan.findings };
    const sliced = planRecordingCuts({ ...options, cues: [] });
    const none: Finding = { code: 'CUE_NONE_USABLE', level: 'warning', message: `none of ${cues.length} cues can be used; cut at its pauses instead`, value: cues.length, file: cues[0]?.file };
    return { cuts: sliced.cuts, uncut: [...plan.dropped, ...sliced.uncut], findings: [...plan.findings, none, ...sliced.findings] };
  }
  const speech = trimSilence(silence, totalSamples, Math.round((CLIP_LIMITS.edgeSilenceMs / 1000) * sampleRateHz));
  if (speech === null) return { cuts: [], uncut: [{ start: 0, end: totalSamples, reason: 'silent throughout' }], findings: [] };
  if (hasWholeText && seconds(speech.end - speech.start) * 1000 <= maxLengthMs) {
    const lengthSec = seconds(speech.end - speech.start);
    const short: Finding[] = lengthSec * 1000 < minLengthMs ? [{ code: 'CLIP_SHORT', level: 'note', message: `${lengthSec.toFixed(2)} s, under ${minLengthMs / 1000} s; kept whole with its words`, value: lengthSec }] : [];
    return sieveCuts([{ ...speech, cut: 'whole', findings: short }], sampleRateHz);
  }
  const sliced = sieveCuts(options.slice().map(({ start, end }) => ({ start, end, cut: 'slicer', findings: [] })), sampleRateHz);
  if (sliced.cuts.length + sliced.uncut.length > 0) return sliced;
  return { cuts: [], uncut: [{ start: 0, end: totalSamples, reason: 'the slicer found no speech in it' }], findings: [] };
}

/** Less speech than this in no cue is noises and ragged edges. Source: ours. */
const LEAST_SPEECH_SEC = 1;

/**
 * Lists what is said in no cue of a recording that was cut at its cues. It is not cut, recogniser or not: where no enrolment tells who speaks, the cues
 * are all that tells whose speech is wanted.
 */
export function listBesideCues(plan: RecordingCuts, { cues, totalSamples, sampleRateHz, silence }: Pick<RecordingCutOptions, 'cues' | 'totalSamples' | 'sampleRateHz' | 'silence'>): RecordingCuts {
  if (!plan.cuts.some(({ cut }) => cut === 'cues')) return plan;
  const taken = [...cues.map(({ startSec, endSec }) => ({ start: Math.round(startSec * sampleRateHz), end: Math.round(endSec * sampleRateHz) })), ...plan.cuts, ...plan.uncut];
  const speechSec = ({ start, end }: { start: number; end: number }) => ((1 - silentShare(silence, start, end)) * (end - start)) / sampleRateHz;
  const beside = besideCues(taken, totalSamples, sampleRateHz).filter((gap) => speechSec(gap) >= LEAST_SPEECH_SEC);
  if (beside.length === 0) return plan;
  const sec = beside.reduce((sum, gap) => sum + speechSec(gap), 0);
  const finding: Finding = { code: 'SPEECH_WITHOUT_WORDS', level: 'note', message: `${sec.toFixed(1)} s of speech are in no cue`, value: sec };
  return { ...plan, uncut: [...plan.uncut, ...beside.map((gap) => ({ ...gap, reason: 'speech in no cue' }))], findings: [...plan.findings, finding] };
}

function sieveCuts(cuts: readonly Cut[], sampleRateHz: number): RecordingCuts {
  const tooShort = ({ start, end }: Cut) => (end - start) / sampleRateHz <= CLIP_LIMITS.trainerMinSec;
  return {
    cuts: cuts.filter((cut) => !tooShort(cut)),
    uncut: cuts.filter(tooShort).map(({ start, end }) => ({ start, end, reason: `${((end - start) / sampleRateHz).toFixed(2)} s long; the trainer ignores clips of ${CLIP_LIMITS.trainerMinSec} s or less` })),
    findings: [],
  };
}
