import { expect, it } from 'vitest';
import { mergeSeries } from '../stages/losses.js';
import { renderCurve, thinPoints } from './render-curve.js';
import { renderTrainingSection } from './render-training.js';

const loss = { kind: 'gpt' as const, name: 'total_loss_epoch', steps: [24, 49, 74], values: [14190.066, 2693.272, null] };

it('draws curves and lists checkpoints, escaping what users named', () => {
  const { id, html } = renderTrainingSection({ version: 'v2Pro', steps: [{ id: 'train-gpt', title: 'GPT <training>' }], losses: [loss], checkpoints: [{ v: 1, kind: 'gpt', epoch: 15, step: 90, path: 'work/<b>"&.ckpt', sha256: 'ab'.repeat(32) }] });
  expect(id).toBe('training');
  expect(html).toContain('work/&lt;b&gt;&quot;&amp;.ckpt');
  expect(html).not.toContain('<training>');
  expect(html.match(/<polyline/g)).toHaveLength(1);
  expect(html).toContain('(1 point without a number)');
  expect(html).toContain('<b>15</b><span>GPT epochs</span>');
});

it('says so when there is nothing', () => {
  expect(renderTrainingSection({ steps: [], losses: [], checkpoints: [] }).html).toContain('The engine logged no losses.');
});

it('scales a curve into its frame', () => {
  const points = /points="([^"]+)"/.exec(renderCurve(loss, 't', 'u'))?.[1]?.split(' ').map((point) => point.split(',').map(Number)) ?? [];
  expect(points).toEqual([[56, 12], [628, 188]]);
});

it('thins a long series to means', () => {
  expect(thinPoints([{ x: 1, y: 1 }, { x: 2, y: 3 }, { x: 3, y: 9 }], 2)).toEqual([{ x: 2, y: 2 }, { x: 3, y: 9 }]);
});

it('a repeated step keeps the later value', () => {
  expect(mergeSeries([{ ...loss, steps: [1, 2], values: [5, 4] }], [{ ...loss, steps: [2, 3], values: [3, 2] }])).toEqual([{ ...loss, steps: [1, 2, 3], values: [5, 3, 2] }]);
});
