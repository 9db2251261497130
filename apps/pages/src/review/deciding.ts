// What a person does with a clip becomes a decision; what the server answers comes back onto the desk.
import { Refusal, type Change, type Intent, type SeenUnit } from './api.js';
import type { Desk } from './desk.js';
import { askBulk, askSplit } from './dialogs.js';
import { drawClip } from './draw-clip.js';
import { drawCodes, drawQueue } from './draw-queue.js';
import type { Memory } from './memory.js';
import { countCodes, describeRule, filterItems, findByRule, nextInRecording, splitText, type Item } from './model.js';
import type { Order, Outbox } from './outbox.js';
import { part } from './part.js';
import { isNow, showProblem } from './problem.js';
import type { QueueList } from './queue-list.js';
import type { ShowClip } from './show-clip.js';
import { isTyped, typed } from './typed.js';
import type { Wave } from './wave.js';

const LONGEST_PAUSE_SEC = 120; // who thinks longer about one clip has left; it says nothing about their pace

export type Deciding = {
  /** A decision on the current clip, and the next clip at once: the disk is waited for in the background, and the page says so. */
  judge(action: 'accept' | 'reject', goOn: boolean): void;
  /** Words that were typed and not decided on go with the person's name when the clip is left. */
  leaveText(): void;
  trim(): Promise<void>;
  split(): Promise<void>;
  merge(): Promise<void>;
  undo(): Promise<void>;
  bulk(): Promise<void>;
  /** The answer to a decision; of a refused one the clip it is about is shown as it is now. */
  settle(order: Order, result: PromiseSettledResult<Change>): Change | null;
};

const seen = ({ id, rev }: Item): SeenUnit => ({ id, rev });

export function createDeciding({ desk, outbox, queue, wave, memory, show }: { readonly desk: Desk; readonly outbox: Outbox; readonly queue: QueueList; readonly wave: Wave; readonly memory: Memory; readonly show: ShowClip }): Deciding {
  const text = part('text', HTMLTextAreaElement);
  const by = part('by', HTMLInputElement);
  const showById = (id: string): Promise<void> => show(desk.item(id) ?? null);

  const decide = async (intent: Intent): Promise<Change | null> => {
    const order: Order = { request: crypto.randomUUID(), by: by.value.trim() || desk.state.reviewer, intent };
    return settle(order, await outbox.post(order).then((value) => ({ status: 'fulfilled', value }) as const, (reason: unknown) => ({ status: 'rejected', reason }) as const));
  };

  const settle = (order: Order, result: PromiseSettledResult<Change>): Change | null => {
    if (result.status === 'fulfilled') {
      desk.takeIn(result.value);
      drawQueue(desk, queue);
      drawCodes(desk);
      if (desk.current === null) drawClip(desk.state, null); // what is next may have changed
      return result.value;
    }
    const refusal = result.reason instanceof Refusal ? result.reason : null;
    const edits = text.value;
    if (refusal !== null) desk.takeIn(refusal);
    drawQueue(desk, queue);
    drawClip(desk.state, desk.current);
    tellRefusal(order, refusal, result.reason, edits);
    return null;
  };

  const tellRefusal = ({ intent }: Order, refusal: Refusal | null, reason: unknown, edits: string): void => {
    const id = 'units' in intent && intent.units.length === 1 ? intent.units[0]!.id : null;
    const there = id === null ? undefined : desk.item(id);
    if (id !== null && 'text' in intent && intent.text !== undefined && there !== undefined && intent.text !== there.text) memory.keep(`draft:${id}`, intent.text); // the words are not lost
    if (there !== undefined && there.id === desk.current?.id) text.value = edits;
    const overtaken = refusal?.status === 409;
    const now = there === undefined ? '' : ` It is now ${isNow(there, (words) => `: ${words}`)}.`;
    showProblem({
      message: `Not saved: ${refusal?.message ?? String(reason)}.${overtaken ? now : ''}`, hint: refusal?.hint ?? '',
      show: there === undefined || there.id === desk.current?.id ? null : () => void showById(there.id),
      again: overtaken && there !== undefined && 'units' in intent ? () => void decide({ ...intent, units: [seen(there)] } as Intent) : null,
    });
  };

  const judge: Deciding['judge'] = (action, goOn) => {
    const item = desk.current;
    if (item === null || outbox.holds(item.id)) return;
    const pressedMs = performance.now();
    const words = isTyped(item) ? { text: typed() } : {};
    const next = goOn ? desk.neighbour(1, outbox.holds) : null;
    memory.keep(`draft:${item.id}`, null);
    const sec = (pressedMs - desk.sinceMs) / 1000;
    if (sec < LONGEST_PAUSE_SEC) desk.pacesSec.push(sec);
    void decide({ action, units: [seen(item)], ...words }).then((change) => { if (change !== null && desk.current?.id === item.id) drawClip(desk.state, desk.current); });
    if (goOn) void show(next?.id === item.id ? null : next, pressedMs);
  };

  /** Decisions that change which clips there are wait for the answer, then show the first of the new ones. */
  const recut = async (intent: Intent): Promise<void> => {
    if (desk.current === null || outbox.holds(desk.current.id)) return;
    if (isTyped(desk.current) && intent.action === 'trim') { // the words first: a trim keeps those that are saved
      const change = await decide({ action: 'text', units: [seen(desk.current)], text: typed() });
      if (change === null) return;
      intent = { ...intent, units: [seen(desk.item(intent.units[0].id)!)] };
    }
    const change = await decide(intent);
    const first = change?.items[0];
    if (first !== undefined) await showById(first.id);
  };

  return {
    judge, settle,
    leaveText: () => {
      const item = desk.current;
      if (item === null || !isTyped(item) || outbox.holds(item.id)) return;
      memory.keep(`draft:${item.id}`, null);
      void decide({ action: 'text', units: [seen(item)], text: typed() });
    },
    trim: async () => {
      const item = desk.current;
      if (item === null || part('trim', HTMLButtonElement).disabled) return;
      const at = (sec: number): number => Math.round(sec * desk.state.rateHz);
      const { fromSec, toSec } = wave.marked;
      await recut({ action: 'trim', units: [seen(item)], start: item.start + at(fromSec), end: Math.min(item.end, item.start + at(toSec)) });
    },
    split: async () => {
      const item = desk.current;
      if (item === null) return;
      const sec = wave.positionSec;
      wave.pause();
      const texts = await askSplit(splitText(typed(), sec / Math.max(0.01, wave.durationSec)), sec);
      if (texts !== null && desk.current?.id === item.id) await recut({ action: 'split', units: [seen(item)], at: item.start + Math.round(sec * desk.state.rateHz), texts });
    },
    merge: async () => {
      const { current, state } = desk;
      const next = current === null ? null : nextInRecording(state.items, current);
      if (current === null || next === null) return;
      const joiner = ['zh', 'ja', 'yue'].includes(state.language) ? '' : ' ';
      await recut({ action: 'merge', units: [seen(current), seen(next)], text: [typed(), next.text ?? ''].filter((words) => words !== '').join(joiner) });
    },
    undo: async () => {
      const change = await decide({ action: 'undo' });
      const back = change?.items[0];
      if (back === undefined) return;
      for (const { id } of change?.items ?? []) memory.keep(`draft:${id}`, null);
      await showById(back.id);
    },
    bulk: async () => {
      const { items } = desk.state;
      const order = await askBulk(items, countCodes(items.filter((item) => item.verdict === null)).filter(([code]) => items.some(({ findings }) => findings.some((f) => f.code === code))));
      if (order === null) return;
      const found = findByRule(desk.state.items, order.rule);
      if (found.length === 0) return;
      const change = await decide({ action: order.verdict, units: found.map(seen), why: describeRule(order.rule) });
      if (change !== null && desk.current !== null && change.items.some(({ id }) => id === desk.current?.id)) await show(filterItems(desk.state.items, { show: 'open', code: '', search: '' })[0] ?? null);
    },
  };
}
