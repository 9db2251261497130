/**
 * Takes out of a text what a training list cannot hold: `|`, line ends, tabs and other control characters each become
 * a space, and runs of spaces one. Text that needs nothing comes back as it is.
 * @returns The text, and which kinds of character were taken out.
 */
export function cleanListText(text: string): { readonly text: string; readonly removed: readonly string[] } {
  const removed = new Set<string>();
  const cleaned = text.replace(/[|\u0000-\u001f\u007f\u0085\u2028\u2029\ufeff]/g, (c) => {
    removed.add(c === '|' ? '|' : c === '\t' ? 'tab' : /[\n\r\u0085\u2028\u2029]/.test(c) ? 'line end' : 'control character');
    return ' ';
  });
  return removed.size === 0 ? { text: text.trim(), removed: [] } : { text: cleaned.replace(/ {2,}/g, ' ').trim(), removed: [...removed].sort() };
}
