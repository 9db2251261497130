// Plain text tables; widths count what a terminal shows (CJK two cells).

const WIDE = /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Terminal cells that a text takes. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const char of text) width += WIDE.test(char) ? 2 : 1;
  return width;
}

/** Control characters shown as escapes: a file name must not move the cursor. */
export const visible = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => (c === '\n' ? '\\n' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`));

/** Columns aligned by two spaces; numbers (right-aligned) are the columns named in `right`. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const all = [head, ...rows].map((row) => row.map(visible));
  const widths = head.map((_, column) => Math.max(...all.map((row) => cellWidth(row[column] ?? ''))));
  return all
    .map((row) => row.map((cell, column) => {
      const pad = ' '.repeat(widths[column]! - cellWidth(cell));
      return right.includes(column) ? pad + cell : column === row.length - 1 ? cell : cell + pad;
    }).join('  ').trimEnd())
    .join('\n');
}
