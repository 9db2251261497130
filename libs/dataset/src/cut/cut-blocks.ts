/** The samples `[start, end)` of each range, one after another, from sound that comes in blocks. @param ranges - In order of `start`; they may overlap. */
export async function* cutBlocks(blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>, ranges: readonly { readonly start: number; readonly end: number }[]): AsyncGenerator<Float32Array, void, undefined> {
  const open: { readonly start: number; readonly end: number; readonly samples: Float32Array }[] = [];
  let next = 0;
  let at = 0;
  for await (const block of blocks) {
    const end = at + block.length;
    for (let range = ranges[next]; range !== undefined && range.start < end; range = ranges[++next]) open.push({ ...range, samples: new Float32Array(range.end - range.start) });
    for (const range of open) {
      const [from, to] = [Math.max(range.start, at), Math.min(range.end, end)];
      if (from < to) range.samples.set(block.subarray(from - at, to - at), from - range.start);
    }
    while (open[0] !== undefined && open[0].end <= end) yield open.shift()!.samples;
    at = end;
    if (next === ranges.length && open.length === 0) return;
  }
}
