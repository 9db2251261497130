/** The last lines of a stream of text, for error messages: bounded in count and in length. */
export type LogTail = {
  push(chunk: string): void;
  /** Oldest first; a line not yet ended counts. */
  lines(): readonly string[];
};

/**
 * Keeps the last lines of what is pushed.
 * @param maxLines - Lines kept; at least 1.
 * @param maxLineCharacters - A longer line is cut there and marked with "…".
 */
export function createLogTail(maxLines = 20, maxLineCharacters = 400): LogTail {
  const kept: string[] = [];
  let open = '';
  const cut = (line: string): string => (line.length > maxLineCharacters ? `${line.slice(0, maxLineCharacters)}…` : line);
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    kept.push(cut(line));
    if (kept.length > maxLines) kept.shift();
  };
  return {
    push(chunk) {
      const pieces = (open + chunk).split(/\r\n|\n|\r/); // progress bars end their lines with a bare carriage return
      open = cut(pieces.pop() ?? '');
      pieces.forEach(keep);
    },
    lines: () => (open.trim() === '' ? [...kept] : [...kept, cut(open)].slice(-maxLines)),
  };
}
