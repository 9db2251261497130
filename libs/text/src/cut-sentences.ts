import { TextError } from './errors.js';

/** How the engine cuts text before it speaks (GPT-SoVITS 48b1a01, TTS_infer_pack/text_segmentation_method.py). */
export type CutMethod = 'cut0' | 'cut1' | 'cut2' | 'cut3' | 'cut4' | 'cut5';

/** Marks that end a piece in cut1 and cut2. */
const ENDS = new Set('，。？！,.?!~:：—…');
/** Pieces made of nothing but these are left out (cut5 has its own set). */
const FILLER = new Set('!?…,.- ');
const MARKS = new Set(',.;?!、，。？！：…');
/** What Python's str.isdigit accepts: decimal digits of every script, and raised, lowered and circled ones. */
const DIGIT = /^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒]$/u;

const METHODS: Readonly<Record<CutMethod, (text: string) => readonly string[]>> = { cut0, cut1, cut2, cut3, cut4, cut5 };

/**
 * Cuts text as the engine does: `cut0` not at all, `cut1` every four pieces, `cut2` about every fifty characters, `cut3` at 。,
 * `cut4` at an English full stop, `cut5` at every punctuation mark. Lengths count code points.
 * @returns The pieces in order, as the engine's lines; empty for text without words.
 * @throws {TextError} TEXT_OPTION_INVALID for another method.
 */
export function cutSentences(text: string, method: CutMethod): string[] {
  const cut = METHODS[method] as ((text: string) => readonly string[]) | undefined;
  if (cut === undefined) throw new TextError('TEXT_OPTION_INVALID', `method must be cut0 to cut5, got ${String(method)}`);
  const stripped = strip(text, '\n');
  if (stripped === '') return [];
  return cut(stripped).flatMap((piece) => piece.split('\n')).filter((line) => line !== '');
}

function cut0(text: string): string[] {
  return spoken([text]);
}

function pieces(text: string): string[] {
  let rest = text.replaceAll('……', '。').replaceAll('——', '，');
  if (!ENDS.has(Array.from(rest).at(-1) ?? '')) rest += '。';
  const found: string[] = [];
  let piece = '';
  for (const character of rest) {
    piece += character;
    if (ENDS.has(character)) { found.push(piece); piece = ''; }
  }
  return found;
}

function cut1(text: string): string[] {
  const parts = pieces(text);
  const groups = Math.ceil(parts.length / 4) - 1; // the last group of four is joined to the one before it
  if (groups < 1) return spoken([text]);
  return spoken(Array.from({ length: groups }, (_, g) => parts.slice(g * 4, g === groups - 1 ? undefined : (g + 1) * 4).join('')));
}

function cut2(text: string): string[] {
  const parts = pieces(text);
  if (parts.length < 2) return [text]; // even when there is nothing to speak in it
  const found: string[] = [];
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (length(piece) > 50) { found.push(piece); piece = ''; }
  }
  if (piece !== '') found.push(piece);
  const last = found.at(-1)!;
  if (found.length > 1 && length(last) < 50) found.splice(-2, 2, found.at(-2)! + last);
  return spoken(found);
}

function cut3(text: string): string[] {
  return spoken(strip(text, '。').split('。'));
}

function cut4(text: string): string[] {
  return spoken(strip(text, '.').split(/(?<!\p{Nd})\.(?!\p{Nd})/u));
}

function cut5(text: string): string[] {
  const characters = Array.from(text);
  const found: string[] = [];
  let piece = '';
  characters.forEach((character, i) => {
    piece += character;
    const inNumber = character === '.' && DIGIT.test(characters[i - 1] ?? '') && DIGIT.test(characters[i + 1] ?? '');
    if (MARKS.has(character) && !inNumber) { found.push(piece); piece = ''; }
  });
  if (piece !== '') found.push(piece);
  return spoken(found, MARKS);
}

/** Leaves out pieces of filler. */
function spoken(found: readonly string[], filler = FILLER): string[] {
  return found.filter((piece) => !Array.from(piece).every((character) => filler.has(character)));
}

const length = (text: string): number => Array.from(text).length;

function strip(text: string, character: string): string {
  let from = 0, to = text.length;
  while (from < to && text[from] === character) from += 1;
  while (to > from && text[to - 1] === character) to -= 1;
  return text.slice(from, to);
}
