import type { Language } from '../language.js';
import { baseName, stem } from '../show-path.js';
import type { Cue, LineProblem } from './cue.js';
import { CLIP_ID } from './sources.js';

/** Words without times, under the name of a recording or a clip. */
export type NamedText = { readonly key: string; readonly text: string; readonly language: Language | null; readonly speaker: string | null; readonly line: number };
/** Words with times, of the recording that is named. */
export type NamedCues = { readonly key: string; readonly cues: readonly Cue[] };

/** What a transcript file says: words with times, words without, and what was not understood. */
export type TranscriptContent = { readonly cues: readonly NamedCues[]; readonly texts: readonly NamedText[]; readonly problems: readonly LineProblem[] };

/** One row of any format, before it is known whether it has times. Seconds. */
export type SpokenRow = NamedText & { readonly startSec: number | null; readonly endSec: number | null };

/** Sorts rows into those with times, by recording in order of first mention, and those without. */
export function contentOf(rows: readonly SpokenRow[], problems: readonly LineProblem[] = []): TranscriptContent {
  const cues = new Map<string, Cue[]>();
  const texts: NamedText[] = [];
  const found: LineProblem[] = [...problems];
  for (const { key, text, language, speaker, line, startSec, endSec } of rows) {
    const ofClip = CLIP_ID.test(stem(baseName(key))); // what is named after a clip is that clip's, whatever its times
    if (startSec === null || endSec === null || ofClip) texts.push({ key, text, language, speaker, line });
    else if (!(endSec >= startSec && startSec >= 0)) found.push({ line, message: `times ${startSec} to ${endSec} s are no stretch of a recording`, used: false });
    else {
      const known = cues.get(key) ?? [];
      if (known.length === 0) cues.set(key, known);
      known.push({ startSec, endSec, text, line, ...(speaker === null ? {} : { speaker }), ...(language === null ? {} : { language }) });
    }
  }
  return { cues: [...cues].map(([key, held]) => ({ key, cues: held })), texts, problems: found };
}
