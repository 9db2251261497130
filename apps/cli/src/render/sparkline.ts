// A curve in one line of text.
const LEVELS = '▁▂▃▄▅▆▇█';

/**
 * At most `width` characters, each the mean of a run of neighbouring values, from ▁ (the least) to █ (the most).
 * Values that are no number are left out; nothing is drawn of none.
 */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  const size = Math.max(1, Math.ceil(finite.length / width));
  const means = Array.from({ length: Math.ceil(finite.length / size) }, (_, i) => { const run = finite.slice(i * size, (i + 1) * size); return run.reduce((sum, value) => sum + value, 0) / run.length; });
  const [low, high] = [means.reduce((a, b) => Math.min(a, b), Infinity), means.reduce((a, b) => Math.max(a, b), -Infinity)];
  return means.map((value) => LEVELS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (LEVELS.length - 1))]).join('');
}
