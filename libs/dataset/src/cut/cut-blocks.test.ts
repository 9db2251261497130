import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutBlocks } from './cut-blocks.js';

const LENGTH = 200;
const whole = Float32Array.from({ length: LENGTH }, (_, i) => i + 1);
const ranges = fc.array(fc.tuple(fc.nat(LENGTH), fc.nat(LENGTH)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })).filter(({ start, end }) => end > start), { maxLength: 6 }).map((all) => all.sort((a, b) => a.start - b.start));

async function gather<T>(all: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of all) found.push(one);
  return found;
}

it('gives each range as slice does, in their order, however the sound is cut into blocks, also where ranges overlap', async () => {
  await fc.assert(fc.asyncProperty(ranges, fc.array(fc.nat(LENGTH), { maxLength: 8 }), async (all, edges) => {
    const at = [0, ...edges.sort((a, b) => a - b), LENGTH];
    const cut = await gather(cutBlocks(at.slice(1).map((end, i) => whole.subarray(at[i], end)), all));
    expect(cut).toEqual(all.map(({ start, end }) => whole.slice(start, end)));
  }));
});

it('gives nothing for a range that the sound does not reach', async () => {
  expect(await gather(cutBlocks([whole], [{ start: 0, end: 10 }, { start: 190, end: LENGTH + 1 }]))).toEqual([whole.slice(0, 10)]);
});
