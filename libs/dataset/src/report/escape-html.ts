/** Text made safe inside HTML, also inside quoted attributes; control characters become visible. */
export function escapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd').replace(/[&<>"']/g, (c) => named[c] ?? c);
}

/**
 * A table of cells that are HTML already. `numeric` names the columns that hold figures. With `stacks` a narrow page shows each row as a block, every cell but the first with
 * the name of its column; roles say again what tags say, since `display` takes a table's meaning away in some browsers.
 */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[], { numeric = [], stacks = false }: { readonly numeric?: readonly number[]; readonly stacks?: boolean } = {}): string {
  const role = (name: string) => (stacks ? ` role="${name}"` : '');
  const ofColumn = (at: number) => `${numeric.includes(at) ? ' class="num"' : ''}`;
  const label = (at: number) => (stacks && at > 0 ? ` data-label="${escapeHtml(head[at] ?? '')}"` : '');
  const names = head.map((name, at) => `<th scope="col"${role('columnheader')}${ofColumn(at)}>${escapeHtml(name)}</th>`);
  const lines = rows.map((row) => `<tr${role('row')}>${row.map((html, at) => `<td${role('cell')}${ofColumn(at)}${label(at)}>${html}</td>`).join('')}</tr>`);
  return `<table${role('table')} class="table${stacks ? ' stacks' : ''}"><thead${role('rowgroup')}><tr${role('row')}>${names.join('')}</tr></thead><tbody${role('rowgroup')}>${lines.join('\n')}</tbody></table>`;
}
