// The nearest known name, for "did you mean".

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
};

/** The known name nearest to `given`, or null when none is near (more than a third of its letters differ, at least two). */
export function nearest(given: string, known: readonly string[]): string | null {
  const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
  let best: { name: string; cost: number } | null = null;
  for (const name of known) {
    const cost = distance(plain(given), plain(name));
    if (best === null || cost < best.cost) best = { name, cost };
  }
  return best !== null && best.cost <= Math.max(2, Math.floor(given.length / 3)) ? best.name : null;
}

/** `; did you mean X?` or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const name = nearest(given, known);
  return name === null ? '' : `; did you mean ${name}?`;
}
