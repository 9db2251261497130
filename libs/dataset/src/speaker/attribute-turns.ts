import type { Attribution, AttributeOptions } from './attribute-speakers.js';
import { findSpeechByLevel, type Span } from './find-speech-by-level.js';
import { withoutOverlap } from './other-side.js';
import { outside } from './outside.js';
import { planSpeakerWindows, windowSamples } from './plan-speaker-windows.js';
import { robustCentre } from './robust-centre.js';
import { tile } from './tile-recording.js';
import { dot, toUnit } from './vectors.js';

/** One turn of one speaker, as a diarization tells it; turns of two may overlap. */
export type Turn = Span & { /** A number that stands for one voice of this recording. */ readonly speaker: number };

/** Taken off beside another's turn: changes of speaker are placed so exactly at best. Source: NIST, Rich Transcription 2009 evaluation plan, the forgiveness collar around a reference boundary. */
const COLLAR_SEC = 0.25;
/** Kept of the silence at an edge; shortest stretch; longest pause inside one. Seconds. Source: ours, as in trace-voices.ts. */
const EDGE_SEC = 0.12;
const LEAST_SEC = 0.6;
const PAUSE_SEC = 1;
/** Windows of each voice that are compared with the enrolment. Source: ours, as in choose-channel.ts. */
const LOOKED_AT = 24;
/** Voices that are so much alike are one that was counted twice. Source: ours, the upper bound of split-voices.ts for two voices. */
const ONE_VOICE = 0.925;

/** Joins spans that are at most `gapSec` apart. */
function join(spans: readonly Span[], gapSec = 0): readonly Span[] {
  const joined: { startSec: number; endSec: number }[] = [];
  for (const { startSec, endSec } of [...spans].sort((a, b) => a.startSec - b.startSec)) {
    const last = joined.at(-1);
    if (last === undefined || startSec - last.endSec > gapSec) joined.push({ startSec, endSec });
    else last.endSec = Math.max(last.endSec, endSec);
  }
  return joined;
}

/** Where some voices, and no others, speak: with the pauses inside, and a margin off beside the others. */
export function planAlone(turns: readonly Turn[], voices: ReadonlySet<number>, totalSec: number): readonly Span[] {
  const others = join(turns.filter(({ speaker }) => !voices.has(speaker)));
  const own = join(turns.filter(({ speaker }) => voices.has(speaker)), PAUSE_SEC);
  const wide = join(own.map(({ startSec, endSec }) => ({ startSec: Math.max(0, startSec - EDGE_SEC), endSec: Math.min(totalSec, endSec + EDGE_SEC) })));
  return outside(wide, others.map(({ startSec, endSec }) => ({ startSec: startSec - COLLAR_SEC, endSec: endSec + COLLAR_SEC }))).filter(({ startSec, endSec }) => endSec - startSec >= LEAST_SEC);
}

/**
 * Keeps what one voice of a diarization says alone: the one most like the enrolment, else the one that speaks alone the longest. Voices that the encoder takes for that very one are joined with it.
 * What is said together is nobody's.
 */
export async function attributeTurns({ samples, sampleRateHz, embed, enrolment, otherSide, signal, windowLength = Math.round(1.6 * sampleRateHz) }: Omit<AttributeOptions, 'turns'>, told: readonly Turn[]): Promise<Attribution> {
  const totalSec = samples.length / sampleRateHz;
  const turns = told.map((turn) => ({ ...turn, startSec: Math.max(0, turn.startSec), endSec: Math.min(totalSec, turn.endSec) })).filter(({ startSec, endSec }) => endSec > startSec);
  const speech = findSpeechByLevel(samples, sampleRateHz);
  const chosenBy = enrolment === undefined ? 'dominant' : 'enrolment';
  const voices: { readonly speaker: number; readonly aloneSec: number; readonly centre: Float32Array }[] = [];
  for (const speaker of new Set(turns.map((turn) => turn.speaker))) {
    signal?.throwIfAborted();
    const alone = planAlone(turns, new Set([speaker]), totalSec);
    const windows = planSpeakerWindows(alone, windowLength / sampleRateHz, windowLength / sampleRateHz);
    if (windows.length === 0) continue; // it is never heard alone
    const some = windows.length <= LOOKED_AT ? windows : Array.from({ length: LOOKED_AT }, (_, i) => windows[Math.floor((i * windows.length) / LOOKED_AT)]!);
    const { centre } = robustCentre(await embed(some.map((w) => windowSamples(samples, sampleRateHz, w, windowLength))));
    voices.push({ speaker, centre, aloneSec: alone.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0) });
  }
  if (voices.length === 0) return { ...tile([], speech, totalSec, []), speakers: new Set(turns.map(({ speaker }) => speaker)).size, chosenBy, similarity: null, nextSimilarity: null, centre: null };
  const known = enrolment === undefined ? null : toUnit(enrolment);
  const likeness = ({ centre }: (typeof voices)[number]): number => (known === null ? 0 : dot(known, centre));
  const [chosen, ...rest] = voices.sort((a, b) => likeness(b) - likeness(a) || b.aloneSec - a.aloneSec) as [(typeof voices)[number], ...typeof voices];
  const others = rest.filter(({ centre }) => dot(centre, chosen.centre) < ONE_VOICE);
  const same = new Set([chosen, ...rest.filter((voice) => !others.includes(voice))].map(({ speaker }) => speaker));
  const own = planAlone(turns, same, totalSec);
  const foreign = turns.filter(({ speaker }) => !same.has(speaker));
  const heard = outside(join(foreign), join(turns.filter(({ speaker }) => same.has(speaker)))).map((span) => ({ ...span, other: true }));
  return {
    ...tile(otherSide === undefined ? own : withoutOverlap(own, samples, otherSide, sampleRateHz), speech, totalSec, heard),
    speakers: new Set(turns.map(({ speaker }) => speaker)).size - same.size + 1, chosenBy,
    similarity: known === null ? null : likeness(chosen), nextSimilarity: known === null || others.length === 0 ? null : likeness(others[0]!), centre: chosen.centre,
  };
}
