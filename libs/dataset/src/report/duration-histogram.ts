/** How many of the values fall in each bin `[i·width, (i+1)·width)`; the last bin holds everything above. */
export function countBins(values: readonly number[], width: number, bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const at = Math.min(bins - 1, Math.max(0, Math.floor(value / width)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

const PLOT = { width: 640, height: 208, left: 36, bottom: 54, top: 28 } as const; // pixels, with room for the larger letters of a narrow page; ours
/** With more bins every other one is named, and a narrow page leaves the counts to the bars' titles. Ours. */
const WIDE_BINS = 16;

/**
 * A histogram of clip lengths as inline SVG: bins of one second, those outside the lengths asked for in another colour.
 * @param durationsSec - Lengths of clips, seconds.
 */
export function renderDurationHistogram(durationsSec: readonly number[], { minSec = 3, maxSec = 10 }: { readonly minSec?: number; readonly maxSec?: number } = {}): string {
  const longest = durationsSec.reduce((most, sec) => Math.max(most, sec), maxSec);
  const bins = Math.min(30, Math.max(Math.ceil(maxSec) + 1, Math.floor(longest) + 1));
  const counts = countBins(durationsSec, 1, bins);
  const most = Math.max(1, ...counts);
  const plotWidth = PLOT.width - PLOT.left;
  const plotHeight = PLOT.height - PLOT.bottom - PLOT.top;
  const barWidth = plotWidth / bins;
  const bars = counts.map((count, at) => {
    const height = (count / most) * plotHeight;
    const x = PLOT.left + at * barWidth;
    const y = PLOT.top + plotHeight - height;
    const inside = at >= Math.floor(minSec) && at + 1 <= Math.ceil(maxSec);
    const upTo = at === bins - 1 ? ' and more' : `–${at + 1}`;
    const bar = count === 0 ? '' : `<rect x="${fix(x + 1)}" y="${fix(y)}" width="${fix(barWidth - 2)}" height="${fix(height)}" fill="var(--${inside ? 'accent' : 'warn'})"><title>${at}${upTo} s: ${count}</title></rect><text class="count" x="${fix(x + barWidth / 2)}" y="${fix(y - 3)}" font-size="10" text-anchor="middle" fill="currentColor">${count}</text>`;
    return at % (bins > WIDE_BINS ? 2 : 1) > 0 ? bar : `${bar}<text x="${fix(x)}" y="${PLOT.height - 33}" font-size="10" text-anchor="middle" fill="var(--muted)">${at}</text>`;
  });
  const base = PLOT.top + plotHeight;
  return [
    `<figure><svg${bins > WIDE_BINS ? ' class="crowded"' : ''} viewBox="0 0 ${PLOT.width} ${PLOT.height}" role="img" aria-label="Histogram of clip lengths in seconds">`,
    `<line x1="${PLOT.left}" y1="${base}" x2="${PLOT.width}" y2="${base}" stroke="currentColor" stroke-width="1"/>`,
    ...bars,
    `<text x="${PLOT.left + plotWidth / 2}" y="${PLOT.height - 4}" font-size="11" text-anchor="middle" fill="currentColor">length, seconds</text>`,
    `</svg><figcaption>Lengths of ${durationsSec.length} clips; ${minSec} to ${maxSec} s asked for.</figcaption></figure>`,
  ].join('');
}

const fix = (value: number) => String(Math.round(value * 10) / 10);
