import type { Finding } from '../findings.js';
import type { ClipEntry } from '../manifest.js';
import type { Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import { renderDurationHistogram } from './duration-histogram.js';
import { escapeHtml, htmlTable } from './escape-html.js';
import { findNeeds } from './find-needs.js';
import { clipPlace, dropCells } from './render-drops.js';
import { summarizeDataset, type DatasetParts, type DatasetSummary } from './summarize-dataset.js';

/** A part of a report: semantic HTML without script or outside address. */
export type ReportSection = { readonly id: string; readonly title: string; readonly html: string };

/** Renders what came in, what was kept and why not the rest: recordings, clips, words, lists and findings. */
export function renderDatasetSection(parts: DatasetParts): ReportSection {
  const summary = summarizeDataset(parts);
  const clips = parts.clips?.filter(({ kept }) => kept) ?? [];
  const html = [
    renderCards(summary),
    renderNeeds(parts),
    `<h3>Recordings</h3>${renderRecordings(parts)}`,
    summary.clips === null ? '' : `<h3>Clips</h3>${clips.length === 0 ? '<p class="bad">No clip was cut.</p>' : renderDurationHistogram(clips.map(({ startSec, endSec }) => endSec - startSec), parts.lengthsSec)}${renderDrops('Not made into clips', summary.clips.dropped, parts)}`,
    summary.transcripts === null ? '' : `<h3>Words</h3>${renderTranscripts(parts, clips)}${renderDrops('Clips without words', summary.transcripts.withoutText, parts)}`,
    summary.lists === null ? '' : `<h3>Training lists</h3>${renderLists(summary.lists, parts)}`,
    renderFindings(parts),
  ];
  return { id: 'dataset', title: 'Data', html: html.filter((part) => part !== '').join('\n') };
}

/** So many findings of one kind, and so many clips, are shown at once; the rest unfolds. Ours. */
const OPEN_LINES = 10;
const OPEN_ROWS = 100;

const showSec = (sec: number) => (sec < 600 ? `${sec.toFixed(1)} s` : `${(sec / 60).toFixed(1)} min`);

function renderCards({ recordings, clips, transcripts, lists }: DatasetSummary): string {
  const cards: [string, string][] = [[`${recordings.kept.count} of ${recordings.in}`, `recordings kept, ${showSec(recordings.kept.durationSec)}`]];
  if (clips !== null) cards.push([String(clips.kept.count), `clips, ${showSec(clips.kept.durationSec)}`]);
  if (transcripts !== null) cards.push([String(transcripts.count), `clips with words; ${transcripts.withoutText.length} without`]);
  if (lists !== null) cards.push([`${lists.train.count} / ${lists.valid.count} / ${lists.test.count}`, `utterances to train / validate / test, ${showSec(lists.train.durationSec)} to train`]);
  return `<div class="cards">${cards.map(([big, label]) => `<div class="card"><b>${escapeHtml(big)}</b><span>${escapeHtml(label)}</span></div>`).join('')}</div>`;
}

function renderNeeds(parts: DatasetParts): string {
  const needs = findNeeds(parts);
  return needs.length === 0 ? '' : `<h3>What is missing</h3><ul>${needs.map(({ level, message }) => `<li class="${level === 'reject' ? 'bad' : 'warn'}">${escapeHtml(message)}</li>`).join('')}</ul>`;
}

/** What later stages found of one recording belongs beside what its own file says. */
const TOLD_OF_RECORDING: readonly Finding['code'][] = ['CHANNEL_CHOSEN', 'SPEAKERS_FOUND', 'SPEAKER_DOUBTFUL', 'SPEECH_WITHOUT_WORDS'];

function renderRecordings({ recordings, findings = [] }: Pick<DatasetParts, 'recordings' | 'findings'>): string {
  if (recordings.length === 0) return '<p class="bad">The folder holds no recordings.</p>';
  const figure = (value: number | null | undefined, digits = 1) => (typeof value === 'number' ? value.toFixed(digits) : '<span class="muted">–</span>');
  const later = (path: string) => findings.filter(({ code, file }) => file === path && TOLD_OF_RECORDING.includes(code)).map((finding) => ({ ...finding, message: finding.message.replace(`${showPath(path)}: `, '') }));
  const rows = recordings.map((r) => [
    escapeHtml(showPath(r.path)),
    escapeHtml([r.format, r.codec === r.format ? null : r.codec].filter((part) => part !== null).join(' ') || '–'),
    figure(r.sampleRateHz, 0), figure(r.channels, 0), figure(r.durationSec), figure(r.measurements?.snrDb), figure(r.measurements?.loudnessLufs),
    r.kept ? `<span class="ok">kept</span>${renderChips([...r.findings, ...later(r.path)])}` : `<span class="bad">${escapeHtml(r.reason ?? 'not kept')}</span>`,
  ]);
  return htmlTable(['recording', 'format', 'Hz', 'channels', 'seconds', 'SNR, dB', 'LUFS', 'outcome'], rows, { numeric: [2, 3, 4, 5, 6], stacks: true });
}

function renderChips(findings: readonly Finding[]): string {
  return findings.map(({ level, message }) => ` <span class="chip ${level === 'note' ? 'muted' : level === 'warning' ? 'warn' : 'bad'}">${escapeHtml(message)}</span>`).join('');
}

function renderTranscripts({ transcripts = [], lists }: DatasetParts, clips: readonly ClipEntry[]): string {
  if (transcripts.length === 0) return '<p class="warn">No clip has words.</p>';
  const clipOf = new Map(clips.map((clip) => [clip.id, clip]));
  const splitOf = new Map((['train', 'valid', 'test'] as const).flatMap((name) => (lists?.[name] ?? []).map((u) => [u.clip, name] as const)));
  const likened = clips.some((clip) => typeof clip.similarity === 'number');
  const rows = transcripts.map((t) => {
    const clip = clipOf.get(t.clip);
    const where = clip === undefined ? escapeHtml(t.clip) : clipPlace(clip.recordingPath, clip.startSec, clip.endSec);
    return [where, clip === undefined ? '–' : (clip.endSec - clip.startSec).toFixed(2), ...(likened ? [clip?.similarity?.toFixed(2) ?? '–'] : []), `<span lang="${t.language}">${escapeHtml(t.text)}</span>${renderChips([...t.findings, ...(clip?.findings ?? [])])}`, `${escapeHtml(t.source)} <span class="muted">${escapeHtml(showPath(t.from))}</span>`, splitOf.get(t.clip) ?? '<span class="muted">–</span>'];
  });
  const table = (part: readonly (readonly string[])[]) => htmlTable(['clip', 'seconds', ...(likened ? ['similarity'] : []), 'words', 'from', 'list'], part, { numeric: likened ? [1, 2] : [1], stacks: true });
  return rows.length <= OPEN_ROWS ? table(rows) : `${table(rows.slice(0, OPEN_ROWS))}<details><summary>${rows.length - OPEN_ROWS} more</summary>${table(rows.slice(OPEN_ROWS))}</details>`;
}

function renderLists(lists: NonNullable<DatasetSummary['lists']>, parts: DatasetParts): string {
  const rows = (['train', 'valid', 'test'] as const).map((name) => [name, String(lists[name].count), lists[name].durationSec.toFixed(1)]);
  return `${htmlTable(['list', 'utterances', 'seconds'], rows, { numeric: [1, 2] })}${lists.notes.map((note) => `<p class="warn">${escapeHtml(note)}</p>`).join('')}${renderDrops('Not in a list', lists.dropped, parts)}`;
}

function renderDrops(title: string, drops: readonly Drop[], parts: DatasetParts): string {
  if (drops.length === 0) return '';
  return `<details><summary>${escapeHtml(title)}: ${drops.length}</summary>${htmlTable(['what', 'why'], drops.map(dropCells(parts)))}</details>`;
}

function renderFindings({ findings = [], lists }: DatasetParts): string {
  const all = [...findings, ...(lists?.findings ?? [])];
  if (all.length === 0) return '';
  const mark = { note: 'muted', warning: 'warn', reject: 'bad' } as const;
  const items = [...new Set(all.map(({ code }) => code))].flatMap((code) => {
    const same = all.filter((finding) => finding.code === code);
    const lines = same.map(({ level, message }) => `<li><span class="chip ${mark[level]}">${escapeHtml(code)}</span> ${escapeHtml(message)}</li>`);
    if (lines.length <= OPEN_LINES) return lines;
    return [...lines.slice(0, OPEN_LINES), `<li><details><summary>${lines.length - OPEN_LINES} more of ${escapeHtml(code)}</summary><ul>${lines.slice(OPEN_LINES).join('')}</ul></details></li>`];
  });
  return `<h3>Findings</h3><ul>${items.join('')}</ul>`;
}
