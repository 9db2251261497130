/** One thing that did not come through, and why; the form the pipeline's accounting takes. */
export type Drop = { readonly id: string; readonly reason: string };

/** What came in, what was kept, what was not and why. Law: `in === kept + dropped.length`. */
export type Accounting = {
  readonly in: number;
  readonly kept: number;
  readonly dropped: readonly Drop[];
  readonly notes: readonly string[];
};

/**
 * Counts a batch whose items each say whether they were kept.
 * @param items - Every item that came in.
 * @param verdict - `null` where the item is kept, else the reason.
 */
export function accountFor<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  verdict: (item: T) => string | null,
  notes: readonly string[] = [],
): Accounting {
  const dropped: Drop[] = [];
  for (const item of items) {
    const reason = verdict(item);
    if (reason !== null) dropped.push({ id: idOf(item), reason });
  }
  return { in: items.length, kept: items.length - dropped.length, dropped, notes };
}
