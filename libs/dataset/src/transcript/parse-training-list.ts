import { parseLanguage, type Language } from '../language.js';
import type { LineProblem } from './cue.js';

/** One row of a training list. */
export type TrainingListEntry = {
  /** Line in the file, from 1. */
  readonly line: number;
  /** The audio path as written, cleaned of quotes and spaces around it. */
  readonly path: string;
  readonly speaker: string;
  /** `null` in the three-column form, which names none. */
  readonly language: Language | null;
  readonly text: string;
};
export type ParsedTrainingList = { readonly entries: readonly TrainingListEntry[]; readonly problems: readonly LineProblem[] };

/**
 * Parses a training list in either form: `wav|speaker|LANG|text` (the engine's) or `wav|speaker|text` (the guide's).
 * Blank lines and `#` comments are passed over. A row that is not understood is a problem, never lost in silence:
 * the engine prints it and goes on, with exit code 0 (GPT-SoVITS 48b1a01, 1-get-text.py).
 */
export function parseTrainingList(text: string): ParsedTrainingList {
  const entries: TrainingListEntry[] = [];
  const problems: LineProblem[] = [];
  const mended = new Map<string, { readonly line: number; count: number; readonly fix: string }>(); // what is told once a file, not once a line
  const mend = (what: string, line: number, fix: string) => {
    const known = mended.get(what);
    if (known === undefined) mended.set(what, { line, count: 1, fix });
    else known.count += 1;
  };
  if (text.startsWith('\uFEFF')) mend('begins with a byte-order mark, which the engine takes for a part of the first path', 1, 'save it as UTF-8 without one');
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    const columns = raw.split('|');
    const refuse = (message: string, fix?: string) => problems.push({ line, message, used: false, ...(fix === undefined ? {} : { fix }) });
    const [path = '', speaker = '', third = '', ...rest] = columns;
    const key = cleanPath(path);
    if (/["']/.test(path) && !/["']/.test(key)) mend('has quotes around paths', line, 'write paths without them');
    if (columns.length < 3) {
      refuse(`${columns.length} of the 3 or 4 columns audio|speaker|[language|]text`, /[\t,]/.test(raw) ? 'put | between the columns' : undefined);
    } else if (key === '') {
      refuse('names no audio file');
    } else if (columns.length === 3) {
      entries.push({ line, path: key, speaker: speaker.trim(), language: null, text: third.trim() });
    } else {
      const language = parseLanguage(third);
      if (language === null) {
        refuse(`language ${JSON.stringify(third.trim().slice(0, 20))} is none of ZH, JA, EN, KO, YUE (or the text holds a |)`, nearestCode(third) ?? (third.trim().length > 5 ? `put a comma for the | in the text: ${[path, speaker, [third, ...rest].join('，')].join('|').slice(0, 120)}` : undefined));
        continue;
      }
      if (rest.length > 1) problems.push({ line, message: 'the text holds a |, which is the separator; a space was put in its place', used: true, fix: 'take the | out of the text' });
      entries.push({ line, path: key, speaker: speaker.trim(), language, text: rest.map((part) => part.trim()).join(' ').trim() });
    }
  }
  if (text.includes('\r')) mend('has the line ends of Windows, whose first half the engine leaves in the text', 1, 'save it with line ends of Unix');
  for (const [message, { line, count, fix }] of mended) problems.push({ line, message: count === 1 ? message : `${message}, ${count} times`, used: true, fix });
  return { entries, problems: problems.sort((a, b) => a.line - b.line) };
}

/** What people write for the engine's codes. */
const MEANT: Readonly<Record<string, string>> = { cn: 'ZH', 'zh-cn': 'ZH', 'zh-tw': 'ZH', zho: 'ZH', chinese: 'ZH', mandarin: 'ZH', 'en-us': 'EN', 'en-gb': 'EN', eng: 'EN', english: 'EN', jpn: 'JA', japanese: 'JA', kr: 'KO', kor: 'KO', korean: 'KO', 'zh-hk': 'YUE', cantonese: 'YUE' };
const nearestCode = (written: string): string | undefined => {
  const code = MEANT[written.trim().toLowerCase().replace('_', '-')];
  return code === undefined ? undefined : `write ${code}`;
};

/** What the engine takes off a path (GPT-SoVITS 48b1a01, tools/my_utils.py: clean_path). */
function cleanPath(path: string): string {
  return path.replace(/^[\s"'\u202a]+|[\s"'\u202a]+$/g, '');
}
