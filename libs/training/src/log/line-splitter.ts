/** Characters of one line that are kept; the rest of a longer one is cut, so that memory stays bounded. Ours. */
export const MAX_LINE_CHARS = 16_384;

export type LineSplitter = {
  /** Takes the next piece of output. */
  push(text: string): void;
  /** Gives what is left as a last line. */
  end(): void;
};

/**
 * Cuts a stream of text into lines at `\n`, `\r\n` and `\r` (progress bars redraw with a bare `\r`).
 * @param onLine - Gets each line without its end; `redrawn` says that it ended in a bare `\r`, so that the next one replaces it on a terminal.
 */
export function createLineSplitter(onLine: (line: string, redrawn: boolean) => void): LineSplitter {
  let held = '';
  let sawReturn = false;
  const add = (text: string): void => {
    if (held.length < MAX_LINE_CHARS) held += text.slice(0, MAX_LINE_CHARS - held.length);
  };
  const emit = (redrawn: boolean): void => {
    const line = held;
    held = '';
    onLine(line, redrawn);
  };
  return {
    push(text) {
      let at = 0;
      for (const match of text.matchAll(/[\r\n]/g)) {
        const piece = text.slice(at, match.index);
        at = match.index + 1;
        if (sawReturn) {
          sawReturn = false;
          if (match[0] === '\n' && piece === '') {
            emit(false); // \r\n, also over two pieces
            continue;
          }
          emit(true);
        }
        add(piece);
        if (match[0] === '\n') emit(false);
        else sawReturn = true;
      }
      const rest = text.slice(at);
      if (rest === '') return;
      if (sawReturn) {
        sawReturn = false;
        emit(true);
      }
      add(rest);
    },
    end() {
      if (sawReturn || held !== '') emit(false);
      sawReturn = false;
    },
  };
}
