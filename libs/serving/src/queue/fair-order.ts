/** Who asks; requests of one caller share one turn. */
export type Asked = { readonly caller: string };

/**
 * The order in which waiting requests have their turn: each caller's first, then each caller's second, and so on, so that a caller with a hundred requests
 * does not hold up one with a single one. Within a round, who was served longest ago goes first, then who came first.
 * @param waiting - In order of arrival.
 * @param servedAt - When each caller was last served, by any growing count; missing: never.
 * @returns A permutation of the indices.
 */
export function fairOrder(waiting: readonly Asked[], servedAt: ReadonlyMap<string, number>): readonly number[] {
  const before = new Map<string, number>();
  const rounds = waiting.map(({ caller }) => {
    const round = before.get(caller) ?? 0;
    before.set(caller, round + 1);
    return round;
  });
  const last = (index: number): number => servedAt.get((waiting[index] as Asked).caller) ?? -1;
  return waiting.map((_, index) => index).sort((a, b) => (rounds[a] as number) - (rounds[b] as number) || last(a) - last(b) || a - b);
}
