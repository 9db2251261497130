import { type Audio } from '../evaluate/measure-clip.js';
import { formatThreshold } from '../thresholds.js';
import { overallVerdict } from '../verdict.js';
import { escapeHtml, formatNumber } from './html.js';
import { type EvaluationReport, type Figure, type Metric } from './schema.js';
import { rankSentences } from './rank-sentences.js';
import { renderAlignment } from './render-alignment.js';
import { collectSounds, type Sounds } from './sounds.js';
import { renderSpectrogram } from './spectrogram.js';

export type RenderEvaluationOptions = {
  /** The audio of a sentence, by sentence id: a data URI (it is kept apart from the players, so that the page opens at once) or an address; undefined: no player. */
  readonly audio?: (id: string) => string | undefined;
  /** The same for the real recording of a sentence. */
  readonly realAudio?: (id: string) => string | undefined;
  /** The samples of a sentence, for its spectrogram and pitch; asked for the worst {@link spectrograms}. */
  readonly samples?: (id: string) => Audio | undefined;
  /** The same of the real recording. */
  readonly realSamples?: (id: string) => Audio | undefined;
  /** Sentences with spectrograms, the worst first. @default 8 */
  readonly spectrograms?: number;
};

/**
 * The evaluation as one section of a report: verdict, measures against thresholds with the ceiling beside them, and the
 * sentences, worst first. Needs no other host; all text is escaped. Only embedded sound needs a script, its own, at the end of the section; all else is there without.
 */
export function renderEvaluationSection(report: EvaluationReport, options: RenderEvaluationOptions = {}): { readonly id: string; readonly title: string; readonly html: string } {
  const { accounting, speaker, metrics, figures, timing, judged } = report;
  const parts = [
    renderVerdict(report),
    `<table class="table measures"><caption>Measures against their thresholds</caption><thead><tr><th>Measure</th><th>By</th><th class="num">Value</th><th class="num">95 % interval</th><th class="num">Sentences</th><th class="num">Real recordings</th><th class="num">Threshold</th><th>Verdict</th></tr></thead><tbody>${metrics.map((metric) => renderMetric(metric, false)).join('')}${renderMetric(timing.rtf, true)}${figures.filter(({ value }) => value !== null).map(renderFigure).join('')}</tbody></table>`,
    `<p class="muted">SIG, BAK, OVRL and P.808 are predicted by DNSMOS on a scale of 1 to 5; nobody listened. “Real recordings” is what the same models give the speaker’s own recordings: no voice can be expected to pass it. ${metrics.some(({ id, model }) => id === 'similarity' && model === null) ? '' : speaker.in === 0 ? 'No clip of the speaker was given.' : `The speaker is known by ${speaker.used} of ${speaker.in} clips.`}</p>`,
    timing.p50 === null ? '' : `<p class="muted">Real-time factor: median <span data-timing>${formatNumber(timing.p50, 3)}</span>, 95th percentile <span data-timing>${formatNumber(timing.p95, 3)}</span>${timing.warmUpRtf === null ? '' : `, first sentence (left out) <span data-timing>${formatNumber(timing.warmUpRtf, 3)}</span>`}.</p>`,
    speaker.problems.length === 0 ? '' : `<details><summary>${speaker.problems.length} clips of the speaker could not be used</summary><ul>${speaker.problems.map(({ id, code, message }) => `<li>${escapeHtml(id)}: ${escapeHtml(message)} <span class="muted">${escapeHtml(code)}</span></li>`).join('')}</ul></details>`,
    report.sentences.length === 0 ? '<p class="muted">No sentence was spoken.</p>' : renderSentences(report, options),
    report.models.length === 0 ? '' : `<p class="muted">Models: ${report.models.map(({ id, sha256, note }) => `${escapeHtml(id)}${sha256 === null ? '' : ` <code>${escapeHtml(sha256.slice(0, 12))}</code>`}${note === null ? '' : ` (${escapeHtml(note)})`}`).join(', ')}. Intervals: bootstrap, seed ${report.seed}.</p>`,
  ];
  const failed = accounting.failed === 0 ? '' : `<p class="${judged ? 'bad' : 'muted'}">${accounting.failed} of ${accounting.in} sentences failed; they are listed first.</p>`;
  parts.splice(1, 0, failed);
  return { id: 'evaluation', title: 'Evaluation', html: parts.filter((part) => part !== '').join('\n') };
}

const VERDICT_CLASS = { pass: 'ok', fail: 'bad', 'not measured': 'muted', 'not judged': 'muted', 'stand-in: not judged': 'muted' } as const;

function renderVerdict(report: EvaluationReport): string {
  const measured = report.metrics.filter(({ value, id }) => value !== null && id !== 'delivery').length;
  const possible = report.metrics.filter(({ id }) => id !== 'delivery').length;
  const speed = `<span data-timing>${overallVerdict(report) === report.verdict ? '' : `; with speed: ${escapeHtml(overallVerdict(report))}`}</span>`;
  return `<div class="cards"><div class="card"><b class="${VERDICT_CLASS[report.verdict]}">${escapeHtml(report.verdict)}</b><span>${report.judged ? `verdict on ${measured} of ${possible} measures` : 'a stand-in engine made the audio'}${speed}</span></div><div class="card"><b>${report.accounting.scored} of ${report.accounting.in}</b><span>sentences scored</span></div></div>`;
}

function renderMetric(metric: Metric, isTiming: boolean): string {
  const { title, model, value, interval, n, ceiling, verdict, reason } = metric;
  const clock = (html: string): string => (isTiming && value !== null ? `<span data-timing>${html}</span>` : html);
  const why = reason === null || verdict === 'not judged' ? '' : ` <span class="muted">${escapeHtml(reason)}</span>`; // why nothing is judged is told once, above
  return `<tr><td>${escapeHtml(title)}</td><td data-label="by">${escapeHtml(model ?? '–')}</td><td class="num" data-label="value">${clock(formatNumber(value, 3))}</td><td class="num" data-label="95 % interval">${interval === null ? '–' : clock(`${formatNumber(interval.low, 3)} … ${formatNumber(interval.high, 3)}`)}</td><td class="num" data-label="sentences">${clock(String(n))}</td><td class="num" data-label="real recordings">${formatCeiling(ceiling)}</td><td class="num" data-label="threshold">${escapeHtml(formatThreshold({ value: metric.threshold, direction: metric.direction }))}</td><td>${clock(`<span class="chip ${VERDICT_CLASS[verdict]}">${escapeHtml(verdict)}</span>${why}`)}</td></tr>`;
}

const renderFigure = ({ title, model, value, interval, n, ceiling }: Figure): string =>
  `<tr><td>${escapeHtml(title)}</td><td data-label="by">${escapeHtml(model ?? '–')}</td><td class="num" data-label="value">${formatNumber(value, 3)}</td><td class="num" data-label="95 % interval">${interval === null ? '–' : `${formatNumber(interval.low, 3)} … ${formatNumber(interval.high, 3)}`}</td><td class="num" data-label="sentences">${n}</td><td class="num" data-label="real recordings">${formatCeiling(ceiling)}</td><td class="num none">–</td><td class="muted">no threshold</td></tr>`;

const formatCeiling = (ceiling: Metric['ceiling']): string => (ceiling === null ? '–' : `${formatNumber(ceiling.value, 3)} <span class="muted">(${ceiling.n})</span>`);

/** Rows that are laid out whether in view or not, so that a short report keeps its place whatever is scrolled to. Source: ours; 40 rows take milliseconds. */
const DRAWN_AT_ONCE = 40;
/** Letters that a line of the first column holds, about; ideographs count two. Source: measured in Chromium, 14 px system-ui in 270 px. */
const LINE_LETTERS = 36;
/** Lines that a text will take, about: the height kept free for a row that is not laid out yet. */
const linesOf = (text: string): number => Math.ceil([...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 2 : 1), 0) / LINE_LETTERS);

/**
 * The sentences as a table of grids: a browser lays out only the rows in view (`content-visibility` has no say over rows that are laid out as a table),
 * while all of them are there to be searched, read aloud and printed. Roles say again what tags say: `display` takes a table's meaning away in some browsers.
 */
function renderSentences(report: EvaluationReport, { audio, realAudio, samples, realSamples, spectrograms = 8 }: RenderEvaluationOptions): string {
  const sounds = collectSounds('evaluation');
  const heard = report.sentences.some((sentence) => sentence.heard !== null);
  const natural = report.sentences.some(({ scores }) => scores !== null && scores.naturalness !== null);
  const rows = rankSentences(report).map((sentence, rank) => {
    const { id, text, language, state, error, scores, real, findings, problems, durationSec } = sentence;
    const pair = (of: 'similarity' | 'p808' | 'ovrl' | 'naturalness' | 'intelligibility', decimals: number, label: string): string =>
      `<td role="cell" class="num" data-label="${label}">${formatNumber(scores?.[of] ?? null, decimals)}${real === null || real[of] === null ? '' : ` <span class="muted">(${formatNumber(real[of], decimals)})</span>`}</td>`;
    const notes = [
      error === null ? '' : `<span class="bad">${escapeHtml(error.message)}</span> <span class="muted">${escapeHtml(error.code)}</span>`,
      ...findings.filter(({ level }) => level !== 'reject').map(({ level, message }) => `<span class="${level === 'warning' ? 'warn' : 'muted'}">${escapeHtml(message)}</span>`),
      ...problems.map(({ measure, message }) => `<span class="muted">${escapeHtml(measure)} not measured: ${escapeHtml(message)}</span>`),
    ].filter((note) => note !== '');
    const away = rank < DRAWN_AT_ONCE ? '' : ` class="away" style="--lines:${linesOf(text) + (sentence.heard === null ? 0 : linesOf(sentence.heard) + 1) + notes.length + 1}"`;
    return `<tr role="row"${away}><td role="cell" class="said">${escapeHtml(text)}${sentence.heard === null ? '' : `<br><span class="muted">heard:</span> ${renderAlignment(text, sentence.heard, language)}`}<br><span class="muted">${escapeHtml(id)}</span>${notes.map((note) => `<br>${note}`).join('')}</td><td role="cell" class="listen">${players(sounds, audio?.(id), realAudio?.(id))}${rank < spectrograms ? pictures(samples?.(id), realSamples?.(id)) : ''}</td><td role="cell" class="num" data-label="Seconds">${formatNumber(durationSec, 2)}</td>${pair('similarity', 3, 'Similarity')}${pair('p808', 2, 'P.808')}${pair('ovrl', 2, 'OVRL')}${natural ? pair('naturalness', 2, 'Natural') : ''}${heard ? pair('intelligibility', 2, 'Understood') : ''}<td role="cell">${state === 'failed' ? '<span class="chip bad">failed</span>' : '<span class="chip ok">scored</span>'}</td></tr>`;
  });
  const head = ['Sentence', 'Listen', ...['Seconds', 'Similarity', 'P.808', 'OVRL', ...(natural ? ['Natural'] : []), ...(heard ? ['Understood'] : [])], 'State'];
  const columns = head.map((name, i) => `<th role="columnheader"${i < 2 || name === 'State' ? '' : ' class="num"'}>${name}</th>`).join('');
  return `<table role="table" class="table sentences" style="--figures:${head.length - 3}"><caption>Sentences, worst first; in brackets the real recording of the same sentence${heard ? '; <del>lost</del>, <ins>heard instead</ins>' : ''}</caption><thead role="rowgroup"><tr role="row">${columns}</tr></thead><tbody role="rowgroup">${rows.join('\n')}</tbody></table>${sounds.html()}`;
}

/** Spectrogram and pitch of both on one time scale, where both are there to compare; else of the one. */
function pictures(spoken: Audio | undefined, real: Audio | undefined): string {
  const seconds = ({ samples, sampleRateHz }: Audio): number => samples.length / sampleRateHz;
  const span = Math.max(spoken ? seconds(spoken) : 0, real ? seconds(real) : 0);
  if (span === 0) return '';
  return `<div>${spoken ? renderSpectrogram(spoken, 'spectrogram and pitch, synthetic', span) : ''}${real ? renderSpectrogram(real, 'spectrogram and pitch, real recording', span) : ''}</div>`;
}

function players(sounds: Sounds, spoken: string | undefined, real: string | undefined): string {
  const labelled = (name: string, source: string, label: string): string => `<div class="player"><span class="muted">${name}</span>${sounds.player(source, label)}</div>`;
  const all = [spoken && labelled('voice', spoken, 'synthetic'), real && labelled('real', real, 'real recording')].filter(Boolean);
  return all.length === 0 ? '<span class="muted">–</span>' : all.join('');
}
