import type { Drop } from '../sieve.js';
import { escapeHtml, htmlTable } from './escape-html.js';
import type { DatasetFigures, Histogram } from './measure-dataset.js';
import type { ReportSection } from './render-dataset-section.js';
import { dropCells, type DropNames } from './render-drops.js';

/** The figures of a data set as sections of a page: histograms, the trainers' silent drops, sounds and what to record next. With `names` clips are shown by recording and seconds instead of their ids. */
export function renderFigures({ histograms, coverage, preflight }: DatasetFigures, names: DropNames = { recordings: [] }): readonly ReportSection[] {
  const cells = dropCells(names);
  const { s1, s2, problems, drops } = preflight;
  const trainers = `<p>GPT training would use ${s1.items} clips${s1.repeatedTo === s1.items ? '' : `, repeated to ${s1.repeatedTo}`}, in ${s1.batches} batches of ${s1.batchSize} an epoch; SoVITS training ${s2.items}.</p>${problems.map((problem) => `<p class="bad">${escapeHtml(problem)}.</p>`).join('')}${drops.length === 0 ? '<p class="ok">The trainers would leave no clip out.</p>' : htmlTable(['clip', 'trainer', 'why it would be left out, without an error'], drops.map(({ clip, trainer, reason }) => { const [what, why] = cells({ id: clip, reason }); return [what, { s1: 'GPT', s2: 'SoVITS', both: 'both' }[trainer], why]; }), { stacks: true })}`;
  return [
    { id: 'figures', title: 'What the lists hold', html: `<div class="figures">${histograms.map(renderHistogram).join('')}</div>` },
    { id: 'preflight', title: 'What the trainers would do', html: trainers },
    ...(coverage === null ? [] : [{ id: 'coverage', title: 'Sounds of the language', html: renderCoverage(coverage) }]),
  ];
}

function renderCoverage({ by, kinds, unknown, toRecord }: NonNullable<DatasetFigures['coverage']>): string {
  const tables = kinds.map(({ kind, counts, missing, rare }) => {
    const sounds = Object.entries(counts).map(([sound, count]) => `<span class="chip ${count === 0 ? 'bad' : rare.includes(sound) ? 'warn' : 'muted'}">${escapeHtml(sound)} ${count}</span>`);
    return `<h3>${escapeHtml(kind === 'initial' ? 'Initials' : kind === 'final' ? 'Finals' : kind === 'tone' ? 'Tones' : 'Phonemes')}</h3><p>${missing.length === 0 ? '<span class="ok">All are there.</span>' : `<span class="bad">Missing: ${missing.map(escapeHtml).join(', ')}.</span>`}${rare.length === 0 ? '' : ` <span class="warn">Rare: ${rare.map(escapeHtml).join(', ')}.</span>`}</p><p>${sounds.join('')}</p>`;
  });
  const next = toRecord.length === 0 ? '' : `<h3>Record next</h3><ol>${toRecord.map(({ text, brings }) => `<li>${escapeHtml(text)} <span class="muted">${brings.map(escapeHtml).join(' ')}</span></li>`).join('')}</ol>`;
  return `${tables.join('')}${next}<p class="muted">Of the words to train on, by ${escapeHtml(by)}${unknown === 0 ? '' : `; ${unknown} word${unknown === 1 ? '' : 's'} it does not know`}.</p>`;
}

const PLOT = { width: 320, height: 130, bottom: 30, top: 16 } as const; // pixels; ours

function renderHistogram({ name, unit, from, width, counts, n, median }: Histogram): string {
  const most = Math.max(1, ...counts);
  const bar = PLOT.width / counts.length;
  const tall = PLOT.height - PLOT.bottom - PLOT.top;
  const edge = (at: number) => String(Math.round((from + at * width) * 100) / 100);
  const bars = counts.map((count, at) => {
    const height = (count / most) * tall;
    const told = count < most || counts.indexOf(most) !== at ? '' : `<text x="${fix((at + 0.5) * bar)}" y="${PLOT.top - 4}" font-size="11" text-anchor="middle" fill="var(--muted)">${count}</text>`; // the scale: what the highest bar counts
    return count === 0 ? '' : `${told}<rect x="${fix(at * bar + 0.5)}" y="${fix(PLOT.top + tall - height)}" width="${fix(bar - 1)}" height="${fix(height)}" fill="var(--accent)"><title>${edge(at)} to ${edge(at + 1)} ${escapeHtml(unit)}: ${count}</title></rect>`;
  });
  const ticks = [0, Math.floor(counts.length / 2), counts.length].map((at, i) => `<text x="${fix(at * bar)}" y="${PLOT.height - 16}" font-size="11" text-anchor="${['start', 'middle', 'end'][i]}" fill="var(--muted)">${edge(at)}</text>`);
  return `<figure><svg viewBox="0 0 ${PLOT.width} ${PLOT.height}" role="img" aria-label="Histogram of ${escapeHtml(name)}: median ${shortly(median, width)} ${escapeHtml(unit)} of ${n} utterances"><line x1="0" y1="${PLOT.top + tall}" x2="${PLOT.width}" y2="${PLOT.top + tall}" stroke="currentColor"/>${bars.join('')}${ticks.join('')}</svg><figcaption>${escapeHtml(name)}, ${escapeHtml(unit)}: median ${shortly(median, width)}, of ${n}</figcaption></figure>`;
}

const fix = (value: number) => String(Math.round(value * 10) / 10);
/** A tenth of a bin's width is as much as a histogram tells. */
const shortly = (value: number, binWidth: number) => value.toFixed(binWidth < 1 ? 3 : 1);

/** So many rows are shown at once; the rest unfolds. Ours: a browser lays players out slowly. */
const OPEN_ROWS = 100;

/**
 * Everything that is in no list, with why and a player where its sound is known.
 * @param audioOf - An address for `<audio>`, or null.
 * @param names - With them, stretches are shown by recording and seconds instead of their ids.
 */
export function renderDropped(drops: readonly Drop[], audioOf: (id: string) => string | null, names: DropNames = { recordings: [] }): ReportSection {
  const cells = dropCells(names);
  const rows = drops.map((drop) => {
    const address = audioOf(drop.id);
    return [...cells(drop), address === null ? '<span class="muted">–</span>' : `<audio controls preload="none" src="${escapeHtml(address)}"></audio>`];
  });
  const table = (part: readonly (readonly string[])[]) => htmlTable(['what', 'why', 'sound'], part, { stacks: true });
  const html = drops.length === 0 ? '<p class="ok">Everything is in a list.</p>' : `${table(rows.slice(0, OPEN_ROWS))}${rows.length <= OPEN_ROWS ? '' : `<details><summary>${rows.length - OPEN_ROWS} more</summary>${table(rows.slice(OPEN_ROWS))}</details>`}`;
  return { id: 'dropped', title: 'Not in a list', html };
}
