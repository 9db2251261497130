/** Text made safe inside HTML, also inside quoted attributes; control characters become visible. */
export function escapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd').replace(/[&<>"']/g, (c) => named[c] ?? c);
}

/** A table of cells that are HTML already. `numeric` names the columns that hold figures. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[], numeric: readonly number[] = []): string {
  const cell = (tag: 'th' | 'td', at: number, html: string) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}${numeric.includes(at) ? ' class="num"' : ''}>${html}</${tag}>`;
  const line = (tag: 'th' | 'td', cells: readonly string[]) => `<tr>${cells.map((html, at) => cell(tag, at, html)).join('')}</tr>`;
  return `<table class="table"><thead>${line('th', head.map(escapeHtml))}</thead><tbody>${rows.map((row) => line('td', row)).join('\n')}</tbody></table>`;
}
