// The stylesheet of report.html: light and dark, no external host.
import { SECTION_STYLE } from '@voxtune/eval';

export const STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--panel:#fff;--text:#1c2024;--muted:#646b75;--line:#e3e5e8;--accent:#3557c7;--ok:#1c7c4a;--warn:#9a6300;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--bg:#131517;--panel:#1b1e21;--text:#e8eaed;--muted:#9aa2ad;--line:#2c3136;--accent:#8ea8ff;--ok:#5fc992;--warn:#e5b454;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans TC","Noto Sans CJK SC",sans-serif}
main{max-width:1060px;margin:0 auto;padding:32px 20px 80px}
h1{font-size:28px;margin:0 0 4px}h2{font-size:20px;margin:0 0 14px}h3{font-size:16px;margin:22px 0 8px}
section{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:22px 24px;margin:22px 0;overflow-x:auto}
nav{display:flex;flex-wrap:wrap;gap:6px 16px;margin:14px 0}nav a{color:var(--accent);text-decoration:none}nav a:hover{text-decoration:underline}
.muted{color:var(--muted)}.ok{color:var(--ok)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.banner{border:1px solid var(--warn);border-left-width:6px;border-radius:10px;padding:12px 16px;margin:18px 0;background:var(--panel)}
.table{border-collapse:collapse;width:100%;font-size:14px}.table th{font-weight:600;text-align:left;color:var(--muted);border-bottom:1px solid var(--line);padding:6px 10px 6px 0;vertical-align:bottom}
.table td{border-bottom:1px solid var(--line);padding:6px 10px 6px 0;vertical-align:top;max-width:30em;overflow-wrap:break-word}#dataset td:has(.chip){min-width:17em}.stacks td:not(.num){overflow-wrap:anywhere;min-width:4.5em}.stacks td:first-child{min-width:9em}.range{white-space:nowrap}.num{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.chip{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 9px;font-size:12.5px;margin:1px 3px 1px 0}
.cards{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 16px}.card{border:1px solid var(--line);border-radius:10px;padding:10px 16px;min-width:120px}.card b{display:block;font-size:22px;line-height:1.25}.card span{color:var(--muted);font-size:13px}
figure{margin:14px 0}figcaption{color:var(--muted);font-size:13px}svg{max-width:100%;height:auto}audio{height:32px;max-width:260px;vertical-align:middle}
ol li{margin:4px 0}.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:4px 24px}
details summary{cursor:pointer;color:var(--accent);margin:8px 0}.table details summary{margin:0}
@media (max-width:900px){main{padding:20px 12px 60px}section{padding:18px 16px}.stacks thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.stacks,.stacks tbody{display:block}.stacks tr{display:flex;flex-wrap:wrap;gap:1px 14px;padding:9px 0;border-bottom:1px solid var(--line)}
.stacks td{border:0;padding:0;flex:1 0 100%;min-width:0!important;max-width:100%}.stacks td:empty{display:none}.stacks td:first-child{font-weight:600}.stacks td:first-child .muted{font-weight:400}.stacks td.num{flex:0 0 auto;text-align:left!important}.stacks td[data-label]::before{content:attr(data-label) ": ";color:var(--muted)}
figure svg{overflow:visible}figure svg text{font-size:15px}.figures svg text{font-size:11px}.crowded .count{display:none}}
@media (max-width:480px){figure svg text{font-size:22px}.figures svg text{font-size:12px}}
${SECTION_STYLE}@media print{body{background:#fff}section{break-inside:avoid-page}audio{display:none}}
`;
