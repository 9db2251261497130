import type { Attribution, NotTheSpeaker } from './attribute-speakers.js';
import type { Span } from './find-speech-by-level.js';

/** Names what was not kept, so that all of the recording is accounted for. @param heard - What is known of stretches: another's, or not. */
export function tile(spans: readonly Span[], speech: readonly Span[], totalSec: number, heard: readonly (Span & { readonly other: boolean })[]): Pick<Attribution, 'kept' | 'dropped'> {
  const kept = spans.map(({ startSec, endSec }) => ({ startSec: Math.max(0, startSec), endSec: Math.min(totalSec, endSec) }));
  const gaps: Span[] = [];
  let at = 0;
  for (const { startSec, endSec } of [...kept, { startSec: totalSec, endSec: totalSec }]) {
    if (startSec > at) gaps.push({ startSec: at, endSec: startSec });
    at = endSec;
  }
  const within = (a: Span, b: Span) => Math.max(0, Math.min(a.endSec, b.endSec) - Math.max(a.startSec, b.startSec));
  return {
    kept,
    dropped: gaps.map((gap) => {
      const spoken = speech.reduce((sum, s) => sum + within(s, gap), 0);
      const here = heard.filter((w) => within(w, gap) > (w.endSec - w.startSec) / 2);
      const why: NotTheSpeaker = spoken < 0.1 ? 'no speech' : here.length === 0 ? (spoken < 0.4 ? 'too short to tell' : 'speakers overlap or change') : here.some((w) => w.other) ? 'another speaker' : 'speakers overlap or change';
      return { ...gap, why };
    }),
  };
}
