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
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    const refuse = (message: string) => problems.push({ line, message, used: false });
    const [path = '', speaker = '', third = '', ...rest] = raw.split('|');
    const fields = 3 + rest.length;
    const key = cleanPath(path);
    if (raw.split('|').length < 3) {
      refuse(`${raw.split('|').length} of the 3 or 4 columns audio|speaker|[language|]text`);
    } else if (key === '') {
      refuse('names no audio file');
    } else if (fields === 3) {
      entries.push({ line, path: key, speaker: speaker.trim(), language: null, text: third.trim() });
    } else {
      const language = parseLanguage(third);
      if (language === null) {
        refuse(`language ${JSON.stringify(third.trim().slice(0, 20))} is none of ZH, JA, EN, KO, YUE (or the text holds a |)`);
        continue;
      }
      if (fields > 4) problems.push({ line, message: 'the text holds a |, which is the separator; a space was put in its place', used: true });
      entries.push({ line, path: key, speaker: speaker.trim(), language, text: rest.map((part) => part.trim()).join(' ').trim() });
    }
  }
  return { entries, problems };
}

/** What the engine takes off a path (GPT-SoVITS 48b1a01, tools/my_utils.py: clean_path). */
function cleanPath(path: string): string {
  return path.replace(/^[\s"'\u202a]+|[\s"'\u202a]+$/g, '');
}
