/** The measures a verdict can rest on. `rtf` is kept apart in reports because a clock makes it. */
export const METRIC_IDS = ['similarity', 'mos', 'naturalness', 'intelligibility', 'delivery', 'rtf'] as const;
export type MetricId = (typeof METRIC_IDS)[number];

/** On which side of its threshold a value passes: strictly above, strictly below, or at it and above. */
export type Direction = 'above' | 'below' | 'at-least';

/** Where a verdict turns. */
export type Threshold = { readonly value: number; readonly direction: Direction };
export type Thresholds = Readonly<Record<MetricId, Threshold>>;

/** The thresholds of the fine-tuning guide; `delivery` is ours: a voice that loses a sentence does not pass. */
export const GUIDE_THRESHOLDS: Thresholds = {
  similarity: { value: 0.75, direction: 'above' },
  mos: { value: 3.5, direction: 'above' },
  naturalness: { value: 0.7, direction: 'above' },
  intelligibility: { value: 0.8, direction: 'above' },
  delivery: { value: 1, direction: 'at-least' },
  rtf: { value: 2, direction: 'below' },
};

/** Whether a finite value passes. */
export function passes(value: number, { value: limit, direction }: Threshold): boolean {
  if (direction === 'below') return value < limit;
  return direction === 'above' ? value > limit : value >= limit;
}

/** A threshold in words, e.g. `> 0.75`. */
export function formatThreshold({ value, direction }: Threshold): string {
  return `${direction === 'below' ? '<' : direction === 'above' ? '>' : '≥'} ${value}`;
}

/**
 * Completes thresholds someone wrote down with the guide's.
 * @throws {RangeError} when a value is not finite or an id is unknown.
 */
export function completeThresholds(given: Partial<Record<MetricId, Threshold | number>> = {}): Thresholds {
  const complete: Record<MetricId, Threshold> = { ...GUIDE_THRESHOLDS };
  for (const [id, threshold] of Object.entries(given)) {
    if (threshold === undefined) continue;
    if (!isMetricId(id)) throw new RangeError(`unknown threshold ${id}; known are ${METRIC_IDS.join(', ')}`);
    const wanted = typeof threshold === 'number' ? { ...GUIDE_THRESHOLDS[id], value: threshold } : threshold;
    if (!Number.isFinite(wanted.value)) throw new RangeError(`the threshold of ${id} must be finite, got ${wanted.value}`);
    complete[id] = wanted;
  }
  return complete;
}

const isMetricId = (id: string): id is MetricId => (METRIC_IDS as readonly string[]).includes(id);
