import { createReadStream } from 'node:fs';
import { parseS2Line, type S2Loss } from './parse-s2-log.js';

/** Losses kept of a log, at most twice this; a longer one is thinned to every second, fourth, … step. Ours: a curve is drawn from 400. */
const KEPT_LOSSES = 20_000;
/** Characters of an unfinished line that are held; the engine's own longest, the configuration, has some 3000. Ours. */
const MAX_HELD_CHARS = 65_536;

/** The step of a loss line `…[a, b, …, step, lr]` without reading the rest; -1 for a line that is none. */
function stepOf(line: string): number {
  if (!line.endsWith(']') && !line.endsWith(']\r')) return -1;
  const rate = line.lastIndexOf(', ');
  const before = line.lastIndexOf(', ', rate - 1);
  if (rate <= 0 || before < 0) return -1;
  const step = Number(line.slice(before + 2, rate));
  return Number.isInteger(step) ? step : -1;
}

/**
 * The losses in a `train.log`, read as a stream in constant memory; of a step that was repeated after a resume, the last. Ascending by step.
 * Of a log with very many, every 2ⁿth step is kept, and the last one. A log that is not there has none.
 */
export async function readTrainLog(path: string): Promise<readonly S2Loss[]> {
  const losses = new Map<number, S2Loss>(); // not the lines: a piece of a string keeps all of its chunk in memory
  let stride = 1;
  let held = '';
  let last = '';
  const keep = (line: string): void => {
    const parsed = parseS2Line(line);
    if (parsed?.kind === 'loss') losses.set(parsed.loss.step, parsed.loss);
  };
  const take = (line: string): void => {
    const step = stepOf(line);
    if (step < 0) return;
    last = line;
    if (step % stride !== 0) return;
    keep(line);
    if (losses.size <= 2 * KEPT_LOSSES) return;
    stride *= 2;
    for (const key of losses.keys()) if (key % stride !== 0) losses.delete(key);
  };
  try {
    for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 }) as AsyncIterable<string>) { // a loss line is ASCII; others are passed over
      const text = held + chunk;
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        take(text.slice(from, end));
        from = end + 1;
      }
      held = text.length - from > MAX_HELD_CHARS ? '' : text.slice(from);
    }
    take(held);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  keep(last);
  return [...losses.values()].sort((a, b) => a.step - b.step);
}
