import { escapeHtml } from './html.js';

/** Colours and shapes of a page of this library: light and dark, narrow and wide, no other host. */
const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--panel:#fff;--text:#1c2024;--muted:#646b75;--line:#e3e5e8;--accent:#3557c7;--ok:#1c7c4a;--warn:#9a6300;--bad:#b3261e;--heat-hue:152}
@media (prefers-color-scheme:dark){:root{--bg:#131517;--panel:#1b1e21;--text:#e8eaed;--muted:#9aa2ad;--line:#2c3136;--accent:#8ea8ff;--ok:#5fc992;--warn:#e5b454;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans TC","Noto Sans CJK SC",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 80px}h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:0 0 12px}
section{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:20px 0;overflow-x:auto}
.muted{color:var(--muted)}.ok{color:var(--ok)}.warn{color:var(--warn)}.bad{color:var(--bad)}caption{text-align:left;color:var(--muted);font-size:13px;padding:4px 0}
.table{border-collapse:collapse;width:100%;font-size:14px}.table th{font-weight:600;text-align:left;color:var(--muted);border-bottom:1px solid var(--line);padding:6px 10px 6px 0;vertical-align:bottom}
.table td{border-bottom:1px solid var(--line);padding:6px 10px 6px 0;vertical-align:top;max-width:30em;overflow-wrap:break-word}.num{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.chip{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 9px;font-size:12.5px}.cards{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 16px}.card{border:1px solid var(--line);border-radius:10px;padding:10px 16px;min-width:120px}.card b{display:block;font-size:22px;line-height:1.25}.card span{color:var(--muted);font-size:13px}
audio{height:32px;max-width:260px;width:100%;vertical-align:middle}button{font:inherit;color:var(--text);background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:5px 12px;cursor:pointer}button[aria-pressed=true]{border-color:var(--accent);color:var(--accent);font-weight:600}button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
`;

/** What the section needs beside the shared classes: aligned differences, spectrograms, the heat map. */
export const SECTION_STYLE = `
del{color:var(--bad);text-decoration:line-through;text-decoration-thickness:1px}ins{color:var(--ok);text-decoration:underline;text-underline-offset:3px}
.spectrogram{display:block;width:100%;max-width:360px;height:72px;background:#0d0a1e;border-radius:6px;margin:4px 0}
.sweep td{white-space:normal;min-width:4.6em}.sweep th:first-child{min-width:4.4em;width:9em;text-align:left!important;vertical-align:top}.heat{background:color-mix(in srgb,var(--ok) calc(var(--heat)*.45),transparent);padding-left:10px!important}
.sentences,.sentences caption,.sentences thead,.sentences tbody{display:block}
.sentences tr{display:grid;grid-template-columns:minmax(14em,1.2fr) minmax(230px,1fr) repeat(var(--figures),minmax(0,4.9em)) 5.2em;column-gap:8px;border-bottom:1px solid var(--line)}.sentences .away{content-visibility:auto;contain-intrinsic-size:auto calc(14px + var(--lines)*1.55em)}
.sentences th,.sentences td{border:0;padding-right:0;max-width:none;min-width:0}.sentences th{font-size:12px;align-self:end}.sentences th:last-child{padding-left:8px}.sentences td:last-child{padding-left:8px}.player{display:flex;align-items:center;gap:6px;margin:0 0 3px}.player span{flex:0 0 2.6em;font-size:12.5px}.player audio{flex:1;min-width:0}.sentences td.num .muted{display:block}
@media (max-width:900px){.sentences thead{display:none}.sentences tbody tr{display:flex;flex-wrap:wrap;gap:2px 14px;padding:10px 0}.sentences .away{contain-intrinsic-size:auto calc(140px + var(--lines)*1.55em)}.sentences .said,.sentences .listen{flex:1 0 100%}.sentences td{padding:2px 0}.sentences td.num{text-align:left!important}.sentences td.num .muted{display:inline}.sentences td[data-label]::before{content:attr(data-label) ": ";color:var(--muted)}}
@media (max-width:900px){.measures thead,.measures .none{display:none}.measures tr,.measures td{display:block}.measures td{border:0;padding:2px 0;text-align:left!important;max-width:none;white-space:normal}.measures td[data-label]::before{content:attr(data-label) ": ";color:var(--muted)}.measures tr{border-bottom:1px solid var(--line);padding:10px 0}.measures td:first-child{font-weight:600}}
@media print{.sentences .away{content-visibility:visible}}
`;

/** One offline page of sections. @param script - Runs when the page is read; trusted text. */
export function renderPage({ title, subtitle, sections, script }: { readonly title: string; readonly subtitle: string; readonly sections: readonly { readonly id: string; readonly title: string; readonly html: string }[]; readonly script?: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title><style>${STYLE}${SECTION_STYLE}</style></head>
<body><main><header><h1>${escapeHtml(title)}</h1><p class="muted">${escapeHtml(subtitle)}</p></header>
${sections.map((one) => `<section id="${one.id}"><h2>${escapeHtml(one.title)}</h2>\n${one.html}\n</section>`).join('\n')}
</main>${script === undefined ? '' : `<script>${script}</script>`}</body></html>
`;
}
