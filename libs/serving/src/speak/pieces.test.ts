import { describe, expect, it } from 'vitest';
import { createPieces } from './pieces.js';

const piece = (value: number, length = 100) => ({ samples: new Float32Array(length).fill(value), pcm16: null, length, sampleRateHz: 100 });
const settle = (): Promise<void> => new Promise((next) => setImmediate(next));
const read = async (pieces: ReturnType<typeof createPieces>): Promise<number[]> => {
  const out: number[] = [];
  for await (const { samples } of pieces.take()) out.push(samples[0] as number);
  return out;
};

describe('createPieces', () => {
  it('gives what came, in order, to a reader who comes before or after', async () => {
    for (const early of [true, false]) {
      const pieces = createPieces(10);
      const reading = early ? read(pieces) : null;
      for (const value of [1, 2, 3]) expect(await pieces.push(piece(value))).toBe(true);
      pieces.end();
      expect(await (reading ?? read(pieces))).toEqual([1, 2, 3]);
    }
  });

  it('tells of a failure after the pieces before it; before the first, at once', async () => {
    const late = createPieces(10);
    await late.push(piece(1));
    late.fail(new Error('planted'));
    const reader = late.take();
    expect((await reader.next()).value?.samples[0]).toBe(1);
    await expect(reader.next()).rejects.toThrow('planted');
    const none = createPieces(10);
    none.fail(new Error('at once'));
    await expect(none.first).rejects.toThrow('at once');
    const empty = createPieces(10);
    empty.end();
    expect(await empty.first).toBeNull();
  });

  it('holds the maker up while a slow reader has enough, and lets it go when the reader leaves', async () => {
    const pieces = createPieces(2);
    const pushed: boolean[] = [];
    const making = (async () => { for (let n = 0; n < 6; n += 1) pushed.push(await pieces.push(piece(n))); })();
    await settle();
    expect(pushed).toEqual([true, true, true]); // three seconds are more than two
    const reader = pieces.take();
    await reader.next();
    await settle();
    expect(pushed).toHaveLength(4);
    await reader.return();
    await making;
    expect(pushed).toEqual([true, true, true, true, false, false]);
  });
});
