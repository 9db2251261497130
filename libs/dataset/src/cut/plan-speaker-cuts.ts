import type { Attribution } from '../speaker/attribute-speakers.js';
import type { Cue } from '../transcript/cue.js';
import { besideCues } from './beside-cues.js';
import type { Cut, RecordingCuts, RecordingCutOptions, Uncut } from './plan-recording-cuts.js';
import { reachCueEdges } from './reach-cue-edges.js';

/** A cue may reach so far beyond the stretch that it lies in: people set cues wider than the speech. Source: ours. */
const CUE_SLACK_SEC = 0.35;

export type SpeakerCutOptions = {
  readonly attribution: Pick<Attribution, 'kept' | 'dropped'>;
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly cues: readonly Cue[];
  readonly hasWholeText: boolean;
  /** Cuts a stretch that holds no whole cue, and what lies beside the cues of one that does, too: the words will be heard. @default false */
  readonly cutsWordless?: boolean | undefined;
  /** Cuts a part of the recording as if it were all of it. */
  readonly cutAll: (part: Float32Array, words: Pick<RecordingCutOptions, 'cues' | 'hasWholeText'>) => RecordingCuts;
};

/**
 * Cuts only where the speaker speaks alone; no clip reaches beyond such a stretch, but for what is left of a cue's first or last word. A cue that others speak in is dropped, for its words are not all there.
 * Where a recording has cues, only stretches that hold one are cut, and at their cues, unless `cutsWordless`; a text for the whole recording is its words only where one stretch is all its speech.
 */
export function planSpeakerCuts({ attribution: { kept, dropped }, samples, sampleRateHz, cues, hasWholeText, cutsWordless = false, cutAll }: SpeakerCutOptions): RecordingCuts {
  const at = (sec: number) => Math.min(samples.length, Math.max(0, Math.round(sec * sampleRateHz)));
  const spoken = dropped.filter(({ why }) => why !== 'no speech');
  const cuts: Cut[] = [];
  const uncut: Uncut[] = spoken.map(({ startSec, endSec, why }) => ({ start: at(startSec), end: at(endSec), reason: why }));
  const findings: RecordingCuts['findings'][number][] = [];
  const placed = new Set<Cue>();
  let wordless = 0;
  let reachedSec = 0;
  const wholeText = hasWholeText && kept.length === 1 && spoken.length === 0;
  for (const [index, stretch] of kept.entries()) {
    if (at(stretch.endSec) <= at(stretch.startSec)) continue;
    const held = cues.filter((cue) => !placed.has(cue) && cue.startSec >= stretch.startSec - CUE_SLACK_SEC && cue.endSec <= stretch.endSec + CUE_SLACK_SEC);
    const between = { startSec: reachedSec, endSec: kept[index + 1]?.startSec ?? samples.length / sampleRateHz };
    const { startSec, endSec } = reachCueEdges(stretch, held, between, samples, sampleRateHz);
    reachedSec = endSec;
    const [start, end] = [at(startSec), at(endSec)];
    const original = new Map<Cue, Cue>();
    for (const cue of held) {
      placed.add(cue);
      original.set({ ...cue, startSec: Math.max(0, cue.startSec - start / sampleRateHz), endSec: Math.min(endSec, cue.endSec) - start / sampleRateHz, inRecording: cue }, cue);
    }
    if (cues.length > 0 && original.size === 0 && !cutsWordless) {
      uncut.push({ start, end, reason: 'the speaker’s, but no cue lies in it whole' });
      wordless += end - start;
      continue;
    }
    const plan = cutAll(samples.subarray(start, end), { cues: [...original.keys()], hasWholeText: wholeText });
    cuts.push(...plan.cuts.map((cut) => ({ ...cut, start: cut.start + start, end: cut.end + start, ...(cut.cues === undefined ? {} : { cues: cut.cues.map((cue) => original.get(cue) ?? cue) }) })));
    uncut.push(...plan.uncut.map((one) => ({ ...one, start: one.start + start, end: one.end + start })));
    findings.push(...plan.findings);
    if (original.size === 0) continue;
    const taken = [...[...original.keys()].map((cue) => ({ start: at(cue.startSec), end: at(cue.endSec) })), ...plan.cuts, ...plan.uncut];
    for (const beside of besideCues(taken, end - start, sampleRateHz)) {
      const rest = cutsWordless ? cutAll(samples.subarray(start + beside.start, start + beside.end), { cues: [], hasWholeText: false }) : null;
      cuts.push(...(rest?.cuts ?? []).map((cut) => ({ ...cut, start: cut.start + start + beside.start, end: cut.end + start + beside.start })));
      uncut.push(...(rest?.uncut ?? [{ start: 0, end: beside.end - beside.start, reason: 'the speaker’s, but in no cue' }]).map((one) => ({ ...one, start: one.start + start + beside.start, end: one.end + start + beside.start })));
      if (rest === null) wordless += beside.end - beside.start;
    }
  }
  for (const cue of cues) {
    if (placed.has(cue)) continue;
    const aloneSec = kept.reduce((sum, { startSec, endSec }) => sum + Math.max(0, Math.min(endSec, cue.endSec) - Math.max(startSec, cue.startSec)), 0);
    uncut.push({ start: at(cue.startSec), end: at(cue.endSec), reason: `the cue at ${cue.startSec.toFixed(2)} s: the speaker is heard alone in ${aloneSec.toFixed(1)} of its ${(cue.endSec - cue.startSec).toFixed(1)} s` });
  }
  cuts.sort((a, b) => a.start - b.start);
  if (cuts.length + uncut.length === 0) uncut.push({ start: 0, end: samples.length, reason: 'the speaker is not heard in it' });
  if (wordless > 0) findings.push({ code: 'SPEECH_WITHOUT_WORDS', level: 'note', message: `${(wordless / sampleRateHz).toFixed(1)} s that the speaker says alone have no words: no cue lies whole in them`, value: wordless / sampleRateHz });
  return { cuts, uncut, findings };
}
