import type { Cue, LineProblem } from './cue.js';
import type { ParsedCues } from './parse-cue-blocks.js';

type Token = { readonly kind: 'number' | 'string' | 'flag'; readonly value: string; readonly line: number };
type Tier = { readonly name: string; readonly cues: readonly Cue[]; readonly isPoints: boolean };

/** Tiers that hold utterances, by the names they are given; then those that hold single words. Phone tiers are no words. Source: ours, from MFA's and Praat's habits. */
const UTTERANCES = /utt|sentence|text|transcri|ortho|trans|speech|segment|phrase/i;
const WORDS = /word/i;
const PHONES = /phone|phoneme|syllable|ipa/i;

/**
 * Parses a Praat TextGrid, long or short: as Praat itself does, only free-standing numbers, quoted strings and `<flags>` are read, so that both forms are one
 * (Praat manual, "TextGrid file formats"). Intervals without words are silence and give no cue.
 * One tier is used: one named after utterances, else the only one, else the first that holds neither phones nor single words, else one of words; the others are reported.
 */
export function parseTextGrid(text: string): ParsedCues {
  const problems: LineProblem[] = [];
  const tokens = tokenise(text.replace(/^\uFEFF/, ''));
  let at = 0;
  const next = (kind: Token['kind']): Token => {
    const token = tokens[at];
    at += 1;
    if (token === undefined || token.kind !== kind) throw new Unexpected(token?.line ?? lineCount(text), `${kind === 'string' ? 'a quoted string' : kind === 'number' ? 'a number' : '<exists>'} was expected`);
    return token;
  };
  const tiers: Tier[] = [];
  try {
    if (next('string').value !== 'ooTextFile' || next('string').value !== 'TextGrid') throw new Unexpected(1, 'it is no TextGrid');
    next('number'); next('number'); // the times of the whole
    if (next('flag').value === '<absent>') return { cues: [], problems };
    const count = Number(next('number').value);
    for (let tier = 0; tier < count; tier += 1) {
      const { value: kind, line } = next('string');
      const name = next('string').value;
      next('number'); next('number');
      const cues: Cue[] = [];
      if (kind !== 'IntervalTier' && kind !== 'TextTier') throw new Unexpected(line, `a tier of unknown class ${JSON.stringify(kind)}`);
      const isPoints = kind === 'TextTier';
      for (let left = Number(next('number').value); left > 0; left -= 1) {
        const start = next('number');
        const end = isPoints ? start : next('number');
        const words = next('string').value.trim();
        const [startSec, endSec] = [Number(start.value), Number(end.value)];
        if (words === '' || isPoints) continue;
        if (endSec < startSec) problems.push({ line: start.line, message: `an interval ends before it starts: ${startSec} to ${endSec}`, used: false });
        else cues.push({ startSec, endSec, text: words.replace(/\s*[\r\n]+\s*/g, ' '), line: start.line });
      }
      tiers.push({ name, cues, isPoints });
    }
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    problems.push({ line: error.line, message: error.message, used: false, fix: 'open it in Praat and save it again as a text file' });
  }
  const chosen = chooseTier(tiers.filter(({ isPoints, cues }) => !isPoints && cues.length > 0));
  const others = tiers.filter((tier) => tier !== chosen && (tier.cues.length > 0 || tier.isPoints));
  if (chosen !== undefined && others.length > 0) problems.push({ line: 1, message: `tier ${JSON.stringify(chosen.name)} is read; not ${others.map(({ name }) => JSON.stringify(name)).join(', ')}`, used: true });
  return { cues: chosen?.cues ?? [], problems };
}

function chooseTier(tiers: readonly Tier[]): Tier | undefined {
  return tiers.find(({ name }) => UTTERANCES.test(name) && !PHONES.test(name)) ?? tiers.find(({ name }) => !WORDS.test(name) && !PHONES.test(name)) ?? tiers.find(({ name }) => WORDS.test(name)) ?? tiers[0];
}

class Unexpected extends Error {
  readonly line: number;
  constructor(line: number, message: string) { super(message); this.line = line; }
}

const lineCount = (text: string) => text.split(/\r\n|\n|\r/).length;

/** What Praat reads of a text file: strings in doubled quotes, and words that are numbers or flags as a whole; the rest, and what follows a `!`, is comment. */
function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const match of text.matchAll(/"((?:[^"]|"")*)"|!.*|(\r\n|\n|\r)|[^\s"!]+/g)) {
    const [whole, quoted, newline] = match;
    if (newline !== undefined) line += 1;
    else if (quoted !== undefined) {
      tokens.push({ kind: 'string', value: quoted.replaceAll('""', '"'), line });
      line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    } else if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i.test(whole)) tokens.push({ kind: 'number', value: whole, line });
    else if (/^<\w+>$/.test(whole)) tokens.push({ kind: 'flag', value: whole, line });
  }
  return tokens;
}
