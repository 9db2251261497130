import type { Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import { escapeHtml, htmlTable } from './escape-html.js';
import type { DatasetFigures, Histogram } from './measure-dataset.js';
import type { ReportSection } from './render-dataset-section.js';

/** The figures of a data set as sections of a page: histograms, the trainers' silent drops, sounds and what to record next. */
export function renderFigures({ histograms, coverage, preflight }: DatasetFigures): readonly ReportSection[] {
  const { s1, s2, problems, drops } = preflight;
  const trainers = `<p>GPT training would use ${s1.items} clips${s1.repeatedTo === s1.items ? '' : `, repeated to ${s1.repeatedTo}`}, in ${s1.batches} batches of ${s1.batchSize} an epoch; SoVITS training ${s2.items}.</p>${problems.map((problem) => `<p class="bad">${escapeHtml(problem)}.</p>`).join('')}${drops.length === 0 ? '<p class="ok">The trainers would leave no clip out.</p>' : htmlTable(['clip', 'trainer', 'why it would be left out, without an error'], drops.map(({ clip, trainer, reason }) => [escapeHtml(clip), { s1: 'GPT', s2: 'SoVITS', both: 'both' }[trainer], escapeHtml(reason)]))}`;
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
  return `${tables.join('')}${next}<p class="muted">Of the words to train on, by ${escapeHtml(by)}; ${unknown} word${unknown === 1 ? '' : 's'} it does not know.</p>`;
}

const PLOT = { width: 320, height: 130, bottom: 30, top: 12 } as const; // pixels; ours

function renderHistogram({ name, unit, from, width, counts, n, median }: Histogram): string {
  const most = Math.max(1, ...counts);
  const bar = PLOT.width / counts.length;
  const tall = PLOT.height - PLOT.bottom - PLOT.top;
  const edge = (at: number) => String(Math.round((from + at * width) * 100) / 100);
  const bars = counts.map((count, at) => {
    const height = (count / most) * tall;
    return count === 0 ? '' : `<rect x="${fix(at * bar + 0.5)}" y="${fix(PLOT.top + tall - height)}" width="${fix(bar - 1)}" height="${fix(height)}" fill="var(--accent)"><title>${edge(at)} to ${edge(at + 1)} ${escapeHtml(unit)}: ${count}</title></rect>`;
  });
  const ticks = [0, Math.floor(counts.length / 2), counts.length].map((at, i) => `<text x="${fix(at * bar)}" y="${PLOT.height - 16}" font-size="11" text-anchor="${['start', 'middle', 'end'][i]}" fill="var(--muted)">${edge(at)}</text>`);
  return `<figure><svg viewBox="0 0 ${PLOT.width} ${PLOT.height}" role="img" aria-label="Histogram of ${escapeHtml(name)}: median ${median} ${escapeHtml(unit)} of ${n} utterances"><line x1="0" y1="${PLOT.top + tall}" x2="${PLOT.width}" y2="${PLOT.top + tall}" stroke="currentColor"/>${bars.join('')}${ticks.join('')}</svg><figcaption>${escapeHtml(name)}, ${escapeHtml(unit)}: median ${median}, of ${n}</figcaption></figure>`;
}

const fix = (value: number) => String(Math.round(value * 10) / 10);

/** Everything that is in no list, with why and a player where its sound is known. `audioOf`: an address for `<audio>`, or null. */
export function renderDropped(drops: readonly Drop[], audioOf: (id: string) => string | null): ReportSection {
  const rows = drops.map(({ id, reason }) => {
    const address = audioOf(id);
    return [escapeHtml(showPath(id)), escapeHtml(reason), address === null ? '<span class="muted">–</span>' : `<audio controls preload="none" src="${escapeHtml(address)}"></audio>`];
  });
  return { id: 'dropped', title: 'Not in a list', html: drops.length === 0 ? '<p class="ok">Everything is in a list.</p>' : htmlTable(['what', 'why', 'sound'], rows) };
}
