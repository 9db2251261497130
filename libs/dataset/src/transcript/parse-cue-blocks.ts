import type { Cue, LineProblem } from './cue.js';

export type ParsedCues = { readonly cues: readonly Cue[]; readonly problems: readonly LineProblem[] };

type CueDialect = {
  readonly joiner: string;
  /** Takes markup off one line of text. */
  clean(line: string): string;
  /** True for a line that may stand before the times of a cue. */
  isIdentifier(line: string): boolean;
  /** True when the block that starts with this line holds no cue. */
  skipBlock(firstLine: string): boolean;
};

const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?`;
const TIMES = new RegExp(String.raw`^\s*${TIME}\s*--?>\s*${TIME}(?:\s.*)?$`);

/** Takes `<i>`, `<v Name>`, `<00:01.000>` and `{\an8}` off a line of subtitle text. */
export function stripMarkup(line: string): string {
  return line.replace(/<\/?[a-z][^<>]*>|<\/?>|<\d[\d:.]*>|\{\\[^{}]*\}/gi, '');
}

/** The shared grammar of SRT and VTT: a line of times, then text until a blank line or the next cue. */
export function parseCueBlocks(text: string, dialect: CueDialect): ParsedCues {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const cues: Cue[] = [];
  const problems: LineProblem[] = [];
  const blank = (at: number) => (lines[at] ?? '').trim() === '';
  const startsCue = (at: number) => TIMES.test(lines[at] ?? '') || (TIMES.test(lines[at + 1] ?? '') && /^\d+$/.test((lines[at] ?? '').trim()));
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (blank(at)) {
      at += 1;
    } else if (dialect.skipBlock(line)) {
      while (at < lines.length && !blank(at) && !TIMES.test(lines[at] ?? '')) at += 1;
    } else if (!TIMES.test(line)) {
      const leads = TIMES.test(lines[at + 1] ?? '') && dialect.isIdentifier(line.trim());
      if (!leads) problems.push({ line: at + 1, message: line.includes('>') ? `times not understood: ${quote(line)}` : `text without times: ${quote(line)}`, used: false });
      at += 1;
    } else {
      const timesLine = at + 1;
      const [startSec, endSec] = readTimes(line);
      const words: string[] = [];
      for (at += 1; at < lines.length && !blank(at) && !startsCue(at); at += 1) words.push(dialect.clean(lines[at] ?? '').trim());
      const spoken = words.filter((w) => w !== '').join(dialect.joiner);
      if (endSec < startSec) problems.push({ line: timesLine, message: `ends before it starts: ${quote(line)}`, used: false });
      else cues.push({ startSec, endSec, text: spoken, line: timesLine });
    }
  }
  return { cues, problems };
}

function readTimes(line: string): [number, number] {
  const parts = TIMES.exec(line) ?? [];
  // Whole milliseconds first: 3600·h + … in floating seconds would put 0.1 + 0.2 on no grid.
  const ms = (from: number) =>
    Number(parts[from] ?? 0) * 3_600_000 + Number(parts[from + 1]) * 60_000 + Number(parts[from + 2]) * 1000 + Number((parts[from + 3] ?? '0').padEnd(3, '0'));
  return [ms(1) / 1000, ms(5) / 1000];
}

const quote = (line: string) => JSON.stringify(line.trim().slice(0, 60));
