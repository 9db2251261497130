import { type LossSeries } from '../stages/losses.js';
import { escapeHtml } from './escape-html.js';

// Size of the drawing in its own units, with room for the axes' numbers. Ours.
const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 32;

/** Points drawn at most; a longer series is thinned to the mean of neighbours. Ours. */
const MAX_POINTS = 400;

type Point = { readonly x: number; readonly y: number };

/** At most `limit` points: means of equal runs. */
export function thinPoints(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const size = Math.ceil(points.length / limit);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const run = points.slice(index * size, (index + 1) * size);
    return { x: run.at(-1)?.x ?? 0, y: run.reduce((sum, { y }) => sum + y, 0) / run.length };
  });
}

const short = (value: number): string => (Math.abs(value) >= 1000 ? value.toFixed(0) : Number(value.toPrecision(3)).toString());

/** A line chart of one series as a figure with inline SVG. Points that are no number are left out and counted in the caption. */
export function renderCurve({ steps, values }: Pick<LossSeries, 'steps' | 'values'>, title: string, unit: string): string {
  const all = steps.map((x, index) => ({ x, y: values[index] ?? null }));
  const points = all.filter((point): point is Point => point.y !== null && Number.isFinite(point.y));
  const gone = all.length - points.length;
  const caption = `${title}${gone === 0 ? '' : ` (${gone} point${gone === 1 ? '' : 's'} without a number)`}`;
  if (points.length === 0) return `<figure><figcaption>${escapeHtml(caption)}: <span class="bad">no numbers</span></figcaption></figure>`;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [minX, maxX, minY, maxY] = [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b)), ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))];
  const scaleX = (x: number): number => LEFT + (maxX === minX ? 0.5 : (x - minX) / (maxX - minX)) * (WIDTH - LEFT - RIGHT);
  const scaleY = (y: number): number => TOP + (maxY === minY ? 0.5 : (maxY - y) / (maxY - minY)) * (HEIGHT - TOP - BOTTOM);
  const drawn = thinPoints(points, MAX_POINTS).map(({ x, y }) => `${scaleX(x).toFixed(1)},${scaleY(y).toFixed(1)}`);
  const line = drawn.length === 1 ? `<circle cx="${drawn[0]?.split(',')[0]}" cy="${drawn[0]?.split(',')[1]}" r="3" fill="var(--accent)"/>` : `<polyline fill="none" stroke="var(--accent)" stroke-width="2" points="${drawn.join(' ')}"/>`;
  const text = (x: number, y: number, anchor: string, label: string): string => `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="12" fill="currentColor">${escapeHtml(label)}</text>`;
  return [
    '<figure>',
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`${title}: from ${short(ys[0] ?? 0)} to ${short(ys.at(-1) ?? 0)}`)}">`,
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="var(--muted)"/>`,
    line,
    text(LEFT - 6, TOP + 10, 'end', short(maxY)), text(LEFT - 6, HEIGHT - BOTTOM, 'end', short(minY)),
    text(LEFT, HEIGHT - 10, 'start', `${minX}`), text(WIDTH - RIGHT, HEIGHT - 10, 'end', `${maxX} ${unit}`),
    `</svg>`,
    `<figcaption>${escapeHtml(caption)}</figcaption>`,
    '</figure>',
  ].join('\n');
}
