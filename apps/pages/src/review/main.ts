// The review page: what the person does becomes decisions; what the server answers becomes the page.
import { fetchState, listen, Refusal, sendDecision, type Change, type Intent, type SeenUnit, type State } from './api.js';
import { askBulk, askSplit, prepareDialogs, showHelp } from './dialogs.js';
import { actionOf, type Action } from './keys.js';
import { countCodes, countItems, describeRule, filterItems, findByRule, formatDuration, mergeItems, nextInRecording, previousInRecording, splitText, timeLeftSec, type Item, type Show } from './model.js';
import { createOutbox, type Order } from './outbox.js';
import { part } from './part.js';
import { createQueueList } from './queue-list.js';
import { createSounds } from './sounds.js';
import { createWave } from './wave.js';

const RETRY_MS = 1500;
const LONGEST_PAUSE_SEC = 120; // who thinks longer about one clip has left; it says nothing about their pace

const text = part('text', HTMLTextAreaElement);
const by = part('by', HTMLInputElement);
const write = (id: string, words: string): void => { part(id, HTMLElement).textContent = words; };
const button = (id: string): HTMLButtonElement => part(id, HTMLButtonElement);

let state: State = { voice: '', language: '', reviewer: '', rateHz: 1, seq: 0, items: [], problems: [] };
let byId = new Map<string, Item>();
let listed: readonly Item[] = [];
let current: Item | null = null;
let startedMs = performance.now();
const pacesSec: number[] = [];
const options = { autoplay: read('autoplay') === 'on', loop: false, half: false };

const wave = createWave(part('wave', HTMLElement), { nonce: document.querySelector<HTMLMetaElement>('meta[name=nonce]')?.content ?? '', onChange: drawTransport });
const sounds = createSounds();
const queue = createQueueList(part('list', HTMLElement), (id) => { leaveText(); void select(byId.get(id) ?? null); });
const outbox = createOutbox({
  send: sendDecision, isAnswer: (error) => error instanceof Refusal,
  store: { get: () => read('outbox'), set: (value) => keep('outbox', value === '[]' ? null : value) },
  wait: () => new Promise((resolve) => { setTimeout(resolve, RETRY_MS); }),
  onState: ({ waiting, reachable }) => {
    const saved = part('saved', HTMLElement);
    saved.className = `saved ${reachable ? (waiting === 0 ? '' : 'waiting') : 'lost'}`;
    saved.textContent = !reachable ? `Not saved: ${waiting} wait${waiting === 1 ? 's' : ''} for the server` : waiting === 0 ? 'Saved' : `Saving ${waiting}…`;
  },
});

/** What the page remembers in this browser, apart for each voice. */
function storageKey(name: string): string { return `voxtune-review:${location.host}:${state.voice}:${name}`; }
function read(name: string): string | null { return localStorage.getItem(name === 'autoplay' || name === 'by' ? `voxtune-review:${name}` : storageKey(name)); }
function keep(name: string, value: string | null): void {
  const key = name === 'autoplay' || name === 'by' ? `voxtune-review:${name}` : storageKey(name);
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
}

function setItems(items: readonly Item[]): void {
  state = { ...state, items };
  byId = new Map(items.map((item) => [item.id, item]));
}

function drawQueue(): void {
  listed = filterItems(state.items, { show: part('show', HTMLSelectElement).value as Show, code: part('code', HTMLSelectElement).value, search: part('search', HTMLInputElement).value });
  queue.render(listed, current?.id ?? null);
  write('listed', `${listed.length} listed, worst first`);
  const counts = countItems(state.items, state.rateHz);
  const progress = part('progress', HTMLProgressElement);
  progress.max = Math.max(1, counts.clips);
  progress.value = counts.decided;
  write('counts', counts.open === 0 ? `All ${counts.clips} decided: ${counts.accepted} accepted, ${counts.rejected} rejected` : `${counts.decided} of ${counts.clips} decided, ${counts.rejected} rejected · ${formatDuration(counts.openSec)} of speech left, about ${formatDuration(timeLeftSec(counts, pacesSec))}`);
}

function drawCodes(): void {
  const select = part('code', HTMLSelectElement);
  const chosen = select.value;
  select.replaceChildren(new Option('Any finding', ''), ...countCodes(state.items).map(([code, count]) => new Option(`${code} (${count})`, code)));
  select.value = [...select.options].some(({ value }) => value === chosen) ? chosen : '';
}

function drawTransport(): void {
  const { fromSec, toSec } = wave.marked;
  const trimmed = current !== null && (fromSec > 0.005 || toSec < wave.durationSec - 0.005);
  button('play').textContent = wave.isPlaying ? 'Pause' : 'Play';
  button('trim').disabled = !trimmed;
  write('position', current === null ? '' : `${wave.positionSec.toFixed(2)} of ${wave.durationSec.toFixed(2)} s${trimmed ? ` · marked ${fromSec.toFixed(2)} to ${toSec.toFixed(2)} s` : ''}`);
  for (const [id, on] of [['halfSpeed', options.half], ['loop', options.loop], ['autoplay', options.autoplay]] as const) button(id).ariaPressed = String(on);
}

function drawClip(): void {
  const item = current;
  write('clip-name', item === null ? 'Nothing left in this list' : `${item.recording} · ${(item.start / state.rateHz).toFixed(1)}–${(item.end / state.rateHz).toFixed(1)} s`);
  const badge = part('clip-state', HTMLElement);
  badge.hidden = item === null || (item.verdict === null && item.leftOut === null && !item.edited);
  const whose = item?.by === null || item === null ? '' : ` by ${item.by}`;
  badge.className = `badge ${item?.verdict ?? ((item?.leftOut ?? null) === null ? '' : 'left-out')}`;
  badge.textContent = item === null ? '' : item.verdict !== null ? `${item.verdict}${whose}` : item.leftOut !== null ? `left out: ${item.leftOut}` : `words${whose}`;
  part('reasons', HTMLElement).replaceChildren(...(item === null ? [] : item.reasons.length === 0 ? [Object.assign(document.createElement('li'), { className: 'none', textContent: 'Nothing speaks against this clip.' })] : item.reasons.map(({ points, message, code }) => {
    const entry = Object.assign(document.createElement('li'), { title: code });
    entry.append(Object.assign(document.createElement('b'), { textContent: `+${Math.round(points)}` }), message);
    return entry;
  })));
  for (const id of ['acceptNext', 'reject', 'split', 'merge', 'play']) button(id).disabled = item === null;
  const [before, after] = item === null ? [null, null] : [previousInRecording(state.items, item), nextInRecording(state.items, item)];
  button('merge').disabled = after === null;
  const say = (one: Item | null, gap: number): string => (one === null ? '–' : `${one.text ?? 'no words'} · ${one.verdict ?? (one.leftOut === null ? 'open' : 'left out')}, ${(gap / state.rateHz).toFixed(2)} s apart`);
  write('before', say(before, before === null || item === null ? 0 : item.start - before.end));
  write('after', say(after, after === null || item === null ? 0 : after.start - item.end));
  text.disabled = item === null;
}

/** Shows a clip; what was typed for it before and not sent is there again. */
async function select(item: Item | null, pressedMs = performance.now()): Promise<void> {
  wave.pause();
  current = item;
  document.body.dataset['current'] = item?.id ?? '';
  startedMs = performance.now();
  text.value = item === null ? '' : (read(`draft:${item.id}`) ?? item.text ?? '');
  if (item !== null) text.lang = state.language;
  drawClip();
  drawQueue();
  queue.reveal(listed.findIndex(({ id }) => id === item?.id));
  if (item === null) { wave.clear(); drawTransport(); return; }
  const at = listed.findIndex(({ id }) => id === item.id);
  try {
    const { shape, blob } = await sounds.get(item.id);
    if (current?.id !== item.id) return; // another was chosen meanwhile
    await wave.show(shape, blob);
    if (current.id !== item.id) return;
    if (options.autoplay) wave.play();
    performance.measure('clip-shown', { start: pressedMs, end: performance.now() });
  } catch (error) {
    if (current?.id === item.id) showProblem(error instanceof Refusal ? error.message : 'The sound of this clip cannot be fetched.', error instanceof Refusal ? error.hint : 'The server may have been stopped: start voxtune review again.');
  }
  document.body.dataset['shown'] = item.id;
  sounds.ahead(listed.slice(at + 1, at + 4).map(({ id }) => id));
}

const seen = ({ id, rev }: Item): SeenUnit => ({ id, rev });
const typed = (): string => text.value.replace(/\s+/gu, ' ').trim();
const isTextChanged = (): boolean => current !== null && typed() !== (current.text ?? '');

/** The clip that comes after the current one in the list, so that it is there when the current one leaves it. */
function neighbour(step: 1 | -1): Item | null {
  const at = listed.findIndex(({ id }) => id === current?.id);
  return listed[at + step] ?? (step === 1 && at > 0 ? listed[at - 1] : undefined) ?? null;
}

function takeIn({ seq, removed, items }: Pick<Change, 'removed' | 'items'> & { readonly seq?: number }): void {
  if (seq !== undefined) state = { ...state, seq: Math.max(state.seq, seq) };
  const newer = items.filter((item) => (byId.get(item.id)?.rev ?? -1) <= item.rev);
  setItems(mergeItems(state.items, removed, newer));
  for (const id of removed) keep(`draft:${id}`, null);
  if (current !== null) current = byId.get(current.id) ?? null;
}

/** Sends a decision; a refusal is shown with the clip it is about. */
async function decide(intent: Intent): Promise<Change | null> {
  const order: Order = { request: crypto.randomUUID(), by: by.value.trim() || state.reviewer, intent };
  return settle(order, await outbox.post(order).then((value) => ({ status: 'fulfilled', value }) as const, (reason: unknown) => ({ status: 'rejected', reason }) as const));
}

function settle(order: Order, result: PromiseSettledResult<Change>): Change | null {
  if (result.status === 'fulfilled') {
    takeIn(result.value);
    drawQueue();
    drawCodes();
    return result.value;
  }
  const refusal = result.reason instanceof Refusal ? result.reason : null;
  const edits = text.value;
  if (refusal !== null) takeIn(refusal);
  drawQueue();
  drawClip();
  const { intent } = order;
  const id = 'units' in intent && intent.units.length === 1 ? intent.units[0]!.id : null;
  const there = id === null ? undefined : byId.get(id);
  if (id !== null && 'text' in intent && intent.text !== undefined && there !== undefined && intent.text !== there.text) keep(`draft:${id}`, intent.text); // the words are not lost
  if (there !== undefined && there.id === current?.id) text.value = edits;
  const now = there === undefined ? '' : ` It is now ${there.verdict ?? 'open'}${there.text === null ? '' : `: “${there.text}”`}.`;
  showProblem(`Not saved: ${refusal?.message ?? String(result.reason)}.${refusal?.status === 409 ? now : ''}`, refusal?.hint ?? '', there ?? null, refusal?.status === 409 && there !== undefined && 'units' in intent ? () => void decide({ ...intent, units: [seen(there)] } as Intent) : null);
  return null;
}

function showProblem(message: string, hint: string, item: Item | null = null, again: (() => void) | null = null): void {
  write('problem-message', message);
  write('problem-hint', hint);
  part('problem', HTMLElement).hidden = false;
  const close = (): void => { part('problem', HTMLElement).hidden = true; };
  button('problem-show').hidden = item === null || item.id === current?.id;
  button('problem-show').onclick = () => { close(); void select(item === null ? null : (byId.get(item.id) ?? null)); };
  button('problem-mine').hidden = again === null;
  button('problem-mine').onclick = () => { close(); again?.(); };
  button('problem-close').onclick = close;
}

/** Words that were typed and not decided on go with the person's name when the clip is left. */
function leaveText(): void {
  if (current === null || !isTextChanged() || outbox.holds(current.id)) return;
  const item = current;
  keep(`draft:${item.id}`, null);
  void decide({ action: 'text', units: [seen(item)], text: typed() });
}

/** A decision on the current clip, and the next clip at once: the disk is waited for in the background, and the page says so. */
function judge(action: 'accept' | 'reject', goOn: boolean): void {
  const item = current;
  if (item === null || outbox.holds(item.id)) return;
  const pressedMs = performance.now();
  const words = isTextChanged() ? { text: typed() } : {};
  const next = goOn ? neighbour(1) : null;
  keep(`draft:${item.id}`, null);
  const sec = (pressedMs - startedMs) / 1000;
  if (sec < LONGEST_PAUSE_SEC) pacesSec.push(sec);
  void decide({ action, units: [seen(item)], ...words }).then((change) => { if (change !== null && current?.id === item.id) drawClip(); });
  if (!goOn) return;
  const to = next?.id === item.id ? null : next;
  void select(to, pressedMs);
}

/** Decisions that change which clips there are wait for the answer, then show the first of the new ones. */
async function recut(intent: Intent): Promise<void> {
  if (current === null || outbox.holds(current.id)) return;
  if (isTextChanged() && intent.action === 'trim') { // the words first: a trim keeps those that are saved
    const change = await decide({ action: 'text', units: [seen(current)], text: typed() });
    if (change === null) return;
    intent = { ...intent, units: [seen(byId.get(intent.units[0].id)!)] };
  }
  const change = await decide(intent);
  const first = change?.items[0];
  if (first !== undefined) await select(byId.get(first.id) ?? null);
}

async function split(): Promise<void> {
  const item = current;
  if (item === null) return;
  const sec = wave.positionSec;
  wave.pause();
  const texts = await askSplit(splitText(typed(), sec / Math.max(0.01, wave.durationSec)), sec);
  if (texts !== null && current?.id === item.id) await recut({ action: 'split', units: [seen(item)], at: item.start + Math.round(sec * state.rateHz), texts });
}

async function merge(): Promise<void> {
  const next = current === null ? null : nextInRecording(state.items, current);
  if (current === null || next === null) return;
  const joiner = ['zh', 'ja', 'yue'].includes(state.language) ? '' : ' ';
  await recut({ action: 'merge', units: [seen(current), seen(next)], text: [typed(), next.text ?? ''].filter((words) => words !== '').join(joiner) });
}

async function undo(): Promise<void> {
  const change = await decide({ action: 'undo' });
  const back = change?.items[0];
  if (back === undefined) return;
  for (const { id } of change?.items ?? []) keep(`draft:${id}`, null);
  await select(byId.get(back.id) ?? null);
}

async function bulk(): Promise<void> {
  const order = await askBulk(state.items, countCodes(state.items.filter((item) => item.verdict === null)).filter(([code]) => state.items.some(({ findings }) => findings.some((f) => f.code === code))));
  if (order === null) return;
  const found = findByRule(state.items, order.rule);
  if (found.length === 0) return;
  const change = await decide({ action: order.verdict, units: found.map(seen), why: describeRule(order.rule) });
  if (change !== null && current !== null && change.items.some(({ id }) => id === current?.id)) await select(filterItems(state.items, { show: 'open', code: '', search: '' })[0] ?? null);
}

const ACTIONS: Readonly<Record<Action, () => void>> = {
  play: () => wave.toggle(), restart: () => wave.restart(), back: () => wave.skip(-0.5), forward: () => wave.skip(0.5),
  acceptNext: () => judge('accept', true), accept: () => judge('accept', false), reject: () => judge('reject', true), undo: () => void undo(),
  edit: () => { text.focus(); text.setSelectionRange(text.value.length, text.value.length); },
  next: () => { leaveText(); void select(neighbour(1) ?? current); }, previous: () => { leaveText(); void select(neighbour(-1) ?? current); },
  loop: () => { options.loop = !options.loop; wave.setLoop(options.loop); drawTransport(); },
  halfSpeed: () => { options.half = !options.half; wave.setSpeed(options.half ? 0.5 : 1); drawTransport(); },
  autoplay: () => { options.autoplay = !options.autoplay; keep('autoplay', options.autoplay ? 'on' : null); drawTransport(); if (options.autoplay) wave.play(); else wave.pause(); },
  trimStart: () => wave.mark('start', wave.positionSec), trimEnd: () => wave.mark('end', wave.positionSec),
  trim: () => {
    if (current === null || button('trim').disabled) return;
    const at = (sec: number): number => Math.round(sec * state.rateHz);
    const { fromSec, toSec } = wave.marked;
    void recut({ action: 'trim', units: [seen(current)], start: current.start + at(fromSec), end: Math.min(current.end, current.start + at(toSec)) });
  },
  split: () => void split(), merge: () => void merge(), zoomIn: () => void wave.zoom('in'), zoomOut: () => void wave.zoom('out'),
  bulk: () => void bulk(), filter: () => part('show', HTMLSelectElement).focus(), search: () => part('search', HTMLInputElement).focus(), help: showHelp,
};

function onKey(event: KeyboardEvent): void {
  if (document.querySelector('dialog[open]') !== null) return;
  const { target } = event;
  const field = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || (target instanceof HTMLTextAreaElement && target !== text);
  if (event.key === 'Escape' && target instanceof HTMLElement) { target.blur(); return; }
  if (field || (target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter'))) return;
  const action = actionOf(event, target === text);
  if (action === null) return;
  event.preventDefault();
  ACTIONS[action]();
}

function wire(): void {
  document.addEventListener('keydown', onKey);
  for (const id of ['play', 'acceptNext', 'reject', 'undo', 'trim', 'split', 'merge', 'zoomIn', 'zoomOut', 'loop', 'halfSpeed', 'autoplay', 'bulk'] as const) button(id).addEventListener('click', () => ACTIONS[id]());
  button('help-button').addEventListener('click', showHelp);
  text.addEventListener('input', () => { if (current !== null) keep(`draft:${current.id}`, isTextChanged() ? text.value : null); });
  by.addEventListener('change', () => keep('by', by.value.trim() || null));
  for (const id of ['show', 'code', 'search']) {
    part(id, HTMLElement).addEventListener('input', () => {
      drawQueue();
      if (!listed.some(({ id: there }) => there === current?.id)) { leaveText(); void select(listed[0] ?? null); }
    });
  }
  prepareDialogs();
}

/** Others' decisions, and one's own in another window. */
function onOthers(change: Change): void {
  if (change.seq <= state.seq || outbox.sends(change.request)) return; // one's own comes with its answer, too
  const before = current;
  const dirty = isTextChanged();
  const edits = text.value;
  takeIn(change);
  drawQueue();
  if (before === null) return;
  const now = byId.get(before.id);
  if (outbox.holds(before.id) || (now !== undefined && now.rev === before.rev)) return;
  if (now === undefined) { showProblem(`${change.by} has cut this clip anew.`, ''); void select(listed[0] ?? null); return; }
  if (dirty) current = before; // what is typed was about the clip as it was: sending it will say so
  text.value = dirty ? edits : (now.text ?? '');
  drawClip();
  if (change.by !== by.value.trim()) showProblem(`${change.by} has decided on this clip just now: ${now.verdict ?? 'open'}${now.text === null ? '' : `, “${now.text}”`}.`, dirty ? 'What you typed is still here, and is not saved.' : '');
}

async function load(): Promise<void> {
  state = await fetchState();
  setItems(state.items);
  document.title = `${state.voice} · review · voxtune`;
  write('voice', state.voice);
  by.value = read('by') ?? state.reviewer;
  drawCodes();
  if (state.problems.length > 0) showProblem(state.problems.join(' '), 'Nothing of what was saved is lost.');
}

/** Fetches everything anew and stays at the clip, where it is still there. */
async function again(): Promise<void> {
  await load();
  drawQueue();
  await select((current === null ? null : byId.get(current.id)) ?? listed[0] ?? null);
}

async function start(): Promise<void> {
  wire();
  drawTransport();
  try {
    await load();
  } catch {
    showProblem('The clips cannot be fetched.', 'The server may have been stopped: start voxtune review again, then reload this page.');
    return;
  }
  drawQueue();
  const last = read('last');
  void select(listed.find(({ id }) => id === last) ?? listed[0] ?? null);
  outbox.resume((order, result) => { settle(order, result); drawClip(); });
  listen({
    onChange: onOthers, onRenewed: () => void again(),
    onHello: (seq) => { if (seq > state.seq && outbox.waiting === 0) void again(); },
  });
  performance.mark('queue-shown');
}

addEventListener('pagehide', () => keep('last', current?.id ?? null));
void start();
