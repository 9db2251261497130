// What lies on the desk: the clips, those that are listed, and the one on the screen.
import type { Change, State } from './api.js';
import type { Memory } from './memory.js';
import { filterItems, mergeItems, type Filter, type Item } from './model.js';

export type Desk = {
  readonly state: State;
  readonly listed: readonly Item[];
  readonly current: Item | null;
  /** When the current clip came onto the screen, as `performance.now` tells. */
  readonly sinceMs: number;
  /** How long each decision of this page took, seconds. */
  readonly pacesSec: number[];
  item(id: string): Item | undefined;
  /** The clips as the server has them. */
  load(state: State): void;
  list(filter: Filter): void;
  show(item: Item | null): void;
  /** What a decision changed; the current clip becomes what it is now, and null where it is gone. */
  takeIn(change: Pick<Change, 'removed' | 'items'> & { readonly seq?: number }): void;
  /** The current clip stays as it was, though it has changed: what is typed is about that. */
  holdOn(item: Item): void;
  /** The clip that comes after the current one in the list (or before the last), so that it is there when the current one leaves it. `skips`: those that are about to leave it, too. */
  neighbour(step: 1 | -1, skips?: (id: string) => boolean): Item | null;
};

export function createDesk(memory: Memory): Desk {
  let state: State = { voice: '', language: '', reviewer: '', rateHz: 1, seq: 0, items: [], problems: [] };
  let byId = new Map<string, Item>();
  let listed: readonly Item[] = [];
  let current: Item | null = null;
  let sinceMs = performance.now();
  const setItems = (items: readonly Item[]): void => {
    state = { ...state, items };
    byId = new Map(items.map((item) => [item.id, item]));
  };
  return {
    get state() { return state; },
    get listed() { return listed; },
    get current() { return current; },
    get sinceMs() { return sinceMs; },
    pacesSec: [],
    item: (id) => byId.get(id),
    load: (fetched) => { state = fetched; setItems(fetched.items); },
    list: (filter) => { listed = filterItems(state.items, filter); },
    show: (item) => { current = item; sinceMs = performance.now(); },
    takeIn: ({ seq, removed, items }) => {
      if (seq !== undefined) state = { ...state, seq: Math.max(state.seq, seq) };
      setItems(mergeItems(state.items, removed, items.filter((item) => (byId.get(item.id)?.rev ?? -1) <= item.rev)));
      for (const id of removed) memory.keep(`draft:${id}`, null);
      if (current !== null) current = byId.get(current.id) ?? null;
    },
    holdOn: (item) => { current = item; },
    neighbour: (step, skips = () => false) => {
      const at = listed.findIndex(({ id }) => id === current?.id);
      const stays = ({ id }: Item): boolean => !skips(id);
      const before = listed.slice(0, Math.max(0, at)).reverse().find(stays) ?? null;
      return step === 1 ? (listed.slice(at + 1).find(stays) ?? before) : before;
    },
  };
}
