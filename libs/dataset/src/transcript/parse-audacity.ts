import type { Cue, LineProblem } from './cue.js';
import type { ParsedCues } from './parse-cue-blocks.js';

const NUMBER = String.raw`-?\d+(?:[.,]\d+)?`;
const LABEL = new RegExp(String.raw`^(${NUMBER})\t(${NUMBER})(?:\t(.*))?$`);
const FREQUENCIES = new RegExp(String.raw`^\\\t${NUMBER}\t${NUMBER}$`);

/** True when a text is a label track as Audacity exports it: each line is `start⇥end⇥label`, or `\⇥low⇥high` after one. */
export function isAudacityLabels(text: string): boolean {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  return lines.length > 0 && LABEL.test(lines[0] ?? '') && lines.every((line) => LABEL.test(line) || FREQUENCIES.test(line));
}

/**
 * Parses Audacity's labels (Audacity manual, "Importing and Exporting Labels"): seconds, tab-separated; the line of frequencies after a label is passed over.
 * A label without length is a point, which is no cue: it is reported.
 */
export function parseAudacityLabels(text: string): ParsedCues {
  const cues: Cue[] = [];
  const problems: LineProblem[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const [, start = '', end = '', label = ''] = LABEL.exec(raw) ?? [];
    if (start === '') {
      if (raw.trim() !== '' && !FREQUENCIES.test(raw)) problems.push({ line, message: `no label: ${JSON.stringify(raw.slice(0, 60))}`, used: false, fix: 'start, end and label with tabs between' });
      continue;
    }
    const [startSec, endSec] = [Number(start.replace(',', '.')), Number(end.replace(',', '.'))];
    if (endSec > startSec) cues.push({ startSec, endSec, text: label.trim(), line });
    else problems.push({ line, message: `a label at ${start} s without length: no words can be cut there`, used: false });
  }
  return { cues, problems };
}
