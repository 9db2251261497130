import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MIN_GPT_BATCHES, exportedEpochs, gptBatchesPerEpoch, epochItems, planGptBatch, planLogInterval, planSaveInterval } from './schedule.js';

const clips = fc.integer({ min: 1, max: 5000 });
const wanted = fc.integer({ min: 1, max: 64 });

it('every epoch has enough batches for the optimizer to step', () => {
  fc.assert(fc.property(clips, wanted, (count, batch) => {
    const planned = planGptBatch(batch, count);
    return planned >= 1 && planned <= batch && gptBatchesPerEpoch(planned, count) >= MIN_GPT_BATCHES;
  }));
});

it('the wish stands where it trains', () => {
  fc.assert(fc.property(clips, wanted, (count, batch) => planGptBatch(batch, count) === batch || gptBatchesPerEpoch(batch, count) < MIN_GPT_BATCHES || Math.ceil(epochItems(count) / batch) <= MIN_GPT_BATCHES));
});

it('the defect itself: 25 of 100 makes four batches, and is lowered', () => {
  expect(gptBatchesPerEpoch(25, 10)).toBe(4); // seen on GPT-SoVITS 48b1a01: trained nothing
  expect(planGptBatch(25, 10)).toBe(24);
});

it('the last epoch is exported, and weights are never rarer than asked', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), (epochs, every) => {
    const interval = planSaveInterval(epochs, every);
    return epochs % interval === 0 && interval <= Math.min(epochs, every) && exportedEpochs(epochs, interval).at(-1) === epochs;
  }));
});

it('small sets log often enough for a curve', () => {
  expect(planLogInterval(100, 32, 10)).toBe(1);
  expect(planLogInterval(100, 8, 10_000)).toBe(100);
  expect(planLogInterval(100, 8, null)).toBe(100);
});
