// Draws pipeline events: a live line on a terminal, plain lines otherwise, NDJSON with --json.
import type { PipelineEvent } from '@voxtune/pipeline';
import { type Output } from '../output.js';
import { sparkline } from './sparkline.js';
import { visible } from './table.js';

/** Seconds as a person says them: 8 s, 3 min 05 s, 2 h 10 min. */
export function spoken(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

/** A bar of `width` cells for a share of 0 to 1. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Cells of a curve on the live line, and values kept to draw it from. */
const CURVE_CELLS = 16;
const MOST_VALUES = 4096;

const short = (value: number): string => (Math.abs(value) >= 1000 ? value.toFixed(0) : Number(value.toPrecision(3)).toString());

/** What training measures, in words: `loss 78.1 ▇▅▂▁ lr 0.0001 1.2 it/s`. */
export function trainingWords(values: Readonly<Record<string, number>>, losses: readonly number[]): string {
  const { loss, learningRate, stepsPerSec } = values;
  const curve = sparkline(losses, CURVE_CELLS);
  return [...(loss === undefined ? [] : [`loss ${short(loss)}${curve.length > 1 ? ` ${curve}` : ''}`]), ...(learningRate === undefined ? [] : [`lr ${short(learningRate)}`]), ...(stepsPerSec === undefined ? [] : [`${short(stepsPerSec)} it/s`])].join(' ');
}

/** Listens to a run and shows it. `now` is milliseconds of any clock. */
export function progressListener(out: Output, now: () => number): (event: PipelineEvent) => void {
  let startedAt = now();
  let lastDrawn = 0;
  let losses: number[] = [];
  let lastStep = -1;
  let lastEpoch = 0;
  return (event) => {
    if (out.json) { out.data(event); return; }
    const id = ('stage' in event ? event.stage : '').padEnd(18);
    switch (event.event) {
      case 'stage-start':
        startedAt = now();
        lastDrawn = 0;
        losses = [];
        lastStep = -1;
        lastEpoch = 0;
        if (out.live) out.redraw(`${id} …`); else out.note(`${id} started`);
        break;
      case 'progress': {
        const { done, total, unit, etaSec, values } = event;
        if (values?.['loss'] !== undefined && values['step'] !== lastStep) {
          lastStep = values['step'] ?? -1;
          losses.push(values['loss']);
          if (losses.length > MOST_VALUES) losses = losses.filter((_, i) => i % 2 === 1);
        }
        const words = values === undefined ? '' : trainingWords(values, losses);
        if (!out.live && words !== '' && Math.floor(done) > lastEpoch) { // no terminal: a line an epoch
          lastEpoch = Math.floor(done);
          out.note(`${id} ${lastEpoch}/${total ?? '?'} ${unit}: ${words}${etaSec === null || etaSec === 0 ? '' : `, ETA ${spoken(etaSec)}`}`);
        }
        if (!out.live || now() - lastDrawn < 80) break;
        lastDrawn = now();
        const elapsedSec = (now() - startedAt) / 1000;
        const rate = elapsedSec > 0.5 && done > 0 ? ` ${(done / elapsedSec).toPrecision(3)} ${unit}/s` : '';
        const eta = etaSec === null ? '' : ` ETA ${spoken(etaSec)}`;
        const line = total === null || total === 0 ? `${id} ${done} ${unit}${rate}` : `${id} ${bar(done / total, 20)} ${done}/${total} ${unit}${words === '' ? rate : ''}${eta}${words === '' ? '' : `  ${words}`}`;
        out.redraw(line.slice(0, Math.max(20, out.columns - 1)));
        break;
      }
      case 'stage-done': {
        const { in: count, kept, dropped, notes } = event;
        const lost = dropped.length === 0 ? '' : `, ${out.paint('yellow', `${dropped.length} dropped`)}`;
        out.note(`${out.paint('green', '✔')} ${id} ${count === 0 ? 'done' : `${kept} of ${count} kept${lost}`}`);
        for (const drop of dropped.slice(0, 3)) out.note(out.paint('dim', `    ${visible(drop.id)}: ${visible(drop.reason)}`));
        if (dropped.length > 3) out.note(out.paint('dim', `    … and ${dropped.length - 3} more: voxtune status`));
        for (const note of notes.slice(0, 3)) out.note(out.paint('dim', `    ${visible(note)}`));
        if (notes.length > 3) out.note(out.paint('dim', `    … and ${notes.length - 3} more notes: voxtune status`));
        break;
      }
      case 'stage-skipped':
        out.note(event.why === 'off' ? out.paint('dim', `· ${id} ${visible(event.reason)}`) : event.why === 'unchanged' ? out.paint('dim', `· ${id} unchanged`) : `${out.paint('yellow', '–')} ${id} skipped: ${visible(event.reason)}`);
        break;
      case 'stage-failed':
        out.note(`${out.paint('red', '✘')} ${id} ${event.interrupted ? 'interrupted' : 'failed'}`);
        break;
      default:
        break;
    }
  };
}
