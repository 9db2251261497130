import { type Checkpoint } from '../stages/checkpoints.js';
import { type LossSeries } from '../stages/losses.js';
import { renderCurve } from './render-curve.js';
import { escapeHtml } from './escape-html.js';

export type RenderTrainingInput = {
  readonly profile?: string | undefined;
  readonly version?: string | undefined;
  readonly steps: readonly { readonly id: string; readonly title: string; readonly command?: string | undefined }[];
  readonly losses: readonly LossSeries[];
  readonly checkpoints: readonly Checkpoint[];
};

/** Curves worth a reader's time; the engine reports more. */
const SHOWN: readonly { readonly kind: LossSeries['kind']; readonly names: readonly string[]; readonly title: string; readonly unit: string }[] = [
  { kind: 'gpt', names: ['total_loss_epoch'], title: 'GPT: loss per epoch', unit: 'batches' },
  { kind: 'gpt', names: ['top_3_acc_epoch'], title: 'GPT: right token among the first three', unit: 'batches' },
  { kind: 'sovits', names: ['mel', 'cfm'], title: 'SoVITS: mel loss', unit: 'steps' },
  { kind: 'sovits', names: ['gen'], title: 'SoVITS: generator loss', unit: 'steps' },
];

const figures = (losses: readonly LossSeries[]): string =>
  SHOWN.flatMap(({ kind, names, title, unit }) => {
    const series = losses.find((each) => each.kind === kind && names.includes(each.name));
    return series === undefined || series.steps.length === 0 ? [] : [renderCurve(series, title, unit)];
  }).join('\n');

const checkpointRow = ({ kind, epoch, step, path, sha256 }: Checkpoint): string =>
  `<tr role="row"><td role="cell">${kind === 'gpt' ? 'GPT' : 'SoVITS'}</td><td role="cell" class="num" data-label="Epoch">${epoch}</td><td role="cell" class="num" data-label="Step">${step}</td><td role="cell" data-label="File">${escapeHtml(path)}</td><td role="cell" class="muted" data-label="SHA-256"><code>${escapeHtml(sha256.slice(0, 12))}</code></td></tr>`;

/** The report's section about training: curves and checkpoints. Losses say whether training ran sanely, not how good the voice is. */
export function renderTrainingSection({ profile, version, steps, losses, checkpoints }: RenderTrainingInput): { readonly id: 'training'; readonly title: string; readonly html: string } {
  const cards = [
    ...(version === undefined ? [] : [`<div class="card"><b>${escapeHtml(version)}</b><span>engine version${profile === 'guide' ? ' (guide’s commands)' : ''}</span></div>`]),
    ...(['gpt', 'sovits'] as const).map((kind) => {
      const last = checkpoints.filter((each) => each.kind === kind).reduce((epoch, each) => Math.max(epoch, each.epoch), 0);
      return `<div class="card"><b>${last === 0 ? '–' : last}</b><span>${kind === 'gpt' ? 'GPT' : 'SoVITS'} epochs</span></div>`;
    }),
    `<div class="card"><b>${checkpoints.length}</b><span>checkpoints</span></div>`,
  ].join('');
  const curves = figures(losses);
  const html = [
    `<div class="cards">${cards}</div>`,
    curves === '' ? '<p class="muted">The engine logged no losses.</p>' : `${curves}\n<p class="muted">Losses show that training ran sanely; they do not tell which checkpoint sounds best.</p>`,
    checkpoints.length === 0
      ? '<p class="muted">There are no checkpoints yet.</p>'
      : `<table role="table" class="table stacks"><thead role="rowgroup"><tr role="row"><th role="columnheader">Kind</th><th role="columnheader" class="num">Epoch</th><th role="columnheader" class="num">Step</th><th role="columnheader">File</th><th role="columnheader">SHA-256</th></tr></thead><tbody role="rowgroup">\n${checkpoints.map(checkpointRow).join('\n')}\n</tbody></table>`,
    ...(steps.length === 0 ? [] : [`<details><summary>Engine programs</summary><ol>${steps.map(({ title, command }) => `<li>${escapeHtml(title)}${command === undefined || command === '' ? '' : ` <code>${escapeHtml(command)}</code>`}</li>`).join('')}</ol></details>`]),
  ].join('\n');
  return { id: 'training', title: 'Training', html };
}
