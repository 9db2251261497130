import type { Span } from './find-speech-by-level.js';

/** What is left of spans outside of walls. A part beside a wall that is no longer than `leastSec` is left out; a span that no wall touches stays, however short. */
export const outside = (spans: readonly Span[], walls: readonly Span[], leastSec = 0): readonly Span[] => walls.reduce<readonly Span[]>((left, wall) => left.flatMap((span) => (wall.startSec >= span.endSec || wall.endSec <= span.startSec
  ? [span]
  : [{ startSec: span.startSec, endSec: wall.startSec }, { startSec: wall.endSec, endSec: span.endSec }].filter((part) => part.endSec - part.startSec > leastSec))), spans);
