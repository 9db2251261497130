/** Shorter pieces join the next one (GPT-SoVITS 48b1a01, TextPreprocessor.py `merge_short_text_in_array`, threshold 5). */
const SHORTEST_PIECE = 5;

const splitKeeping = (text: string, mark: RegExp): string[] => {
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(mark)) {
    const end = match.index + match[0].length;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return [...pieces, text.slice(start)].filter((piece) => piece.trim() !== '');
};

const mergeShort = (pieces: readonly string[]): string[] => {
  const out: string[] = [];
  let open = '';
  for (const piece of pieces) {
    open += piece;
    if ([...open.trim()].length >= SHORTEST_PIECE) {
      out.push(open.trim());
      open = '';
    }
  }
  if (open.trim() === '') return out;
  if (out.length === 0) return [open.trim()];
  return [...out.slice(0, -1), `${out.at(-1) ?? ''}${open.trim()}`];
};

const SENTENCE_END = /[。！？!?…]+|\.(?!\d)/gu;

const grouped = (pieces: readonly string[], full: (group: readonly string[]) => boolean): string[] => {
  const out: string[] = [];
  let group: string[] = [];
  for (const piece of pieces) {
    group.push(piece);
    if (full(group)) {
      out.push(group.join(''));
      group = [];
    }
  }
  return group.length > 0 ? [...out, group.join('')] : out;
};

/**
 * Cuts a text roughly as the engine's cut0 … cut5 do: not at all, four sentences, about 50 characters, 。, full stops, every mark.
 * A point between digits does not cut.
 */
export function cutSentences(text: string, method: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    if (method === 'cut0') return [line.trim()];
    if (method === 'cut1') return grouped(splitKeeping(line, SENTENCE_END), (group) => group.length === 4);
    if (method === 'cut2') return grouped(splitKeeping(line, SENTENCE_END), (group) => group.join('').length > 50);
    if (method === 'cut3') return mergeShort(splitKeeping(line, /。+/gu));
    if (method === 'cut4') return mergeShort(splitKeeping(line, /\.(?!\d)/gu));
    return mergeShort(splitKeeping(line, /[，。！？、；：…,!?;:]+|\.(?!\d)/gu));
  });
}
