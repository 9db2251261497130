// Assembles report.html from sections: one file, readable offline. Pure.
import { OFF_REASON, type StageStatus } from '@voxtune/pipeline';
import { STYLE } from './style.js';

export type Section = { readonly id: string; readonly title: string; readonly html: string };

/** Text made safe inside HTML text and attribute values. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const STATE_CLASS: Readonly<Record<StageStatus['state'], string>> = { done: 'ok', failed: 'bad', skipped: 'warn', running: 'warn', pending: 'muted' };

/** The way of a voice through the stages, with every reason. */
export function renderStages(stages: readonly StageStatus[]): Section {
  const count = (label: string, value: number | null): string => `<td role="cell" class="num"${value === null ? '' : ` data-label="${label}"`}>${value ?? ''}</td>`;
  const rows = stages.map((s) => `<tr role="row"><td role="cell">${escapeHtml(s.id)}<br><span class="muted">${escapeHtml(s.title)}</span></td><td role="cell" class="${s.reason === OFF_REASON ? 'muted' : STATE_CLASS[s.state]}">${s.state}</td>${count('in', s.in)}${count('kept', s.kept)}${count('dropped', s.in === null ? null : s.dropped.length)}<td role="cell">${escapeHtml(s.reason ?? '')}${droppedDetails(s)}</td></tr>`);
  return {
    id: 'stages', title: 'The way of this voice',
    html: `<table role="table" class="table stacks"><thead role="rowgroup"><tr role="row"><th role="columnheader">Stage</th><th role="columnheader">State</th><th role="columnheader" class="num">In</th><th role="columnheader" class="num">Kept</th><th role="columnheader" class="num">Dropped</th><th role="columnheader">Why</th></tr></thead><tbody role="rowgroup">${rows.join('')}</tbody></table>`,
  };
}

function droppedDetails({ dropped }: StageStatus): string {
  if (dropped.length === 0) return '';
  const items = dropped.map(({ id, reason }) => `<li><b>${escapeHtml(id)}</b>: ${escapeHtml(reason)}</li>`).join('');
  return `<details${dropped.length <= 5 ? ' open' : ''}><summary>${dropped.length} dropped</summary><ul>${items}</ul></details>`;
}

/** The whole page. `notice` is shown on top, for what a reader must know before any figure. A page of a running training loads itself anew every `refreshSec`. */
export function renderPage({ title, subtitle, notice, sections, refreshSec = null }: { readonly title: string; readonly subtitle: string; readonly notice: string | null; readonly sections: readonly Section[]; readonly refreshSec?: number | null }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">${refreshSec === null ? '' : `<meta http-equiv="refresh" content="${refreshSec}">`}
<title>${escapeHtml(title)} — voxtune report</title><style>${STYLE}</style></head>
<body><main><header><h1>${escapeHtml(title)}</h1><p class="muted">${escapeHtml(subtitle)}</p></header>
${notice === null ? '' : `<p class="banner" role="note">${escapeHtml(notice)}</p>`}
<nav aria-label="Sections">${sections.map((s) => `<a href="#${s.id}">${escapeHtml(s.title)}</a>`).join('')}</nav>
${sections.map((s) => `<section id="${s.id}"><h2>${escapeHtml(s.title)}</h2>\n${s.html}\n</section>`).join('\n')}
</main></body></html>
`;
}
