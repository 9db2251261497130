import { expect, it } from 'vitest';
import { createOutput } from '../output.js';
import { bar, progressListener, spoken } from './progress.js';
import { sparkline } from './sparkline.js';
import { cellWidth, textTable } from './table.js';

it('aligns columns by what a terminal shows', () => {
  expect(textTable(['name', 'n'], [['客服', '1'], ['ab', '10']], [1])).toBe('name   n\n客服   1\nab    10');
  expect(cellWidth('客a')).toBe(3);
});
it('shows control characters of a file name as escapes', () => expect(textTable(['f'], [['a\nb\u001b[2J']])).toBe('f\na\\nb\\x1b[2J'));
it.each([[4, '4 s'], [185, '3 min 05 s'], [7800, '2 h 10 min']])('speaks %d seconds as %s', (seconds, text) => expect(spoken(seconds)).toBe(text));
it('draws a bar of constant width', () => { for (const share of [0, 0.3, 1, 2]) expect([...bar(share, 10)]).toHaveLength(10); });

const streams = (isTTY: boolean, env: Record<string, string> = {}) => {
  const written = { out: '', err: '' };
  return { written, streams: { stdout: { write: (t: string) => { written.out += t; } }, stderr: { write: (t: string) => { written.err += t; }, isTTY }, env } };
};
it('keeps stdout for data with --json', () => {
  const { written, streams: s } = streams(false);
  const out = createOutput({ json: true, quiet: false, verbose: false }, s);
  out.print('words'); out.note('along'); out.data({ a: 1 });
  expect(written).toEqual({ out: '{"a":1}\n', err: 'along\n' });
});
it('says nothing along the way when quiet and redraws nothing off a terminal', () => {
  const { written, streams: s } = streams(false);
  const out = createOutput({ json: false, quiet: true, verbose: false }, s);
  out.note('along'); out.redraw('50 %');
  expect(written).toEqual({ out: '', err: '' });
});
it.each([[{}, true], [{ NO_COLOR: '1' }, false], [{ TERM: 'dumb' }, false]])('honours %j', (env, colours) => {
  const out = createOutput({ json: false, quiet: false, verbose: false }, streams(true, env as Record<string, string>).streams);
  expect(out.paint('red', 'x') !== 'x').toBe(colours);
});
it('says how many notes and drops it leaves out', () => {
  const { written, streams: s } = streams(false);
  const many = ['a', 'b', 'c', 'd', 'e'];
  progressListener(createOutput({ json: false, quiet: false, verbose: false }, s), () => 0)({ event: 'stage-done', stage: 'slice', in: 9, kept: 4, dropped: many.map((id) => ({ id, reason: 'r' })), notes: many, elapsedSec: 1 });
  expect(written.err).toContain('and 2 more: voxtune status');
  expect(written.err).toContain('and 2 more notes: voxtune status');
});

it.each<[readonly number[], number, string]>([[[], 8, ''], [[3], 8, '▁'], [[0, 7, NaN, 3.5], 8, '▁█▅'], [[8, 7, 6, 5, 4, 3, 2, 1], 4, '█▆▃▁'], [[2, 2], 8, '▁▁']])('draws %j in %d cells as %s', (values, width, curve) => expect(sparkline(values, width)).toBe(curve));

const loss = (step: number, value: number, done: number) => ({ event: 'progress' as const, stage: 'train-sovits', done, total: 2, unit: 'epochs', etaSec: 5, values: { epoch: 1, step, loss: value, learningRate: 0.0001, stepsPerSec: 1.25 } });
it('shows the loss as a curve on a terminal, and as a line an epoch elsewhere', () => {
  for (const isTTY of [true, false]) {
    const { written, streams: s } = streams(isTTY, { NO_COLOR: '1' });
    let now = 0;
    const listen = progressListener(createOutput({ json: false, quiet: false, verbose: false }, { ...s, stderr: { ...s.stderr, columns: 200 } }), () => (now += 1000));
    [[0, 80, 0], [1, 40, 0.5], [2, 10, 1], [2, 10, 1], [3, 5, 1.5]].forEach(([step, value, done]) => listen(loss(step!, value!, done!)));
    const line = isTTY ? 'loss 5 █▄▁▁ lr 0.0001 1.25 it/s' : 'train-sovits       1/2 epochs: loss 10 █▄▁ lr 0.0001 1.25 it/s, ETA 5 s\n';
    expect(written.err).toContain(line);
    expect(written.err.match(/1\/2 epochs: /g) ?? []).toHaveLength(isTTY ? 0 : 1);
  }
});
