// The review page: its parts put together, its keys and buttons, and how it begins.
import { fetchState, listen, Refusal, sendDecision } from './api.js';
import { createDeciding } from './deciding.js';
import { createDesk } from './desk.js';
import { prepareDialogs, showHelp } from './dialogs.js';
import { drawClip, drawTransport, type Listening } from './draw-clip.js';
import { drawCodes, drawQueue } from './draw-queue.js';
import { actionOf, type Action } from './keys.js';
import { createMemory } from './memory.js';
import { createOnOthers } from './others.js';
import { createOutbox } from './outbox.js';
import { button, part, write } from './part.js';
import { showProblem } from './problem.js';
import { createQueueList } from './queue-list.js';
import { drawSaved } from './saved-line.js';
import { createShowClip } from './show-clip.js';
import { createSounds } from './sounds.js';
import { isTyped } from './typed.js';
import { createWave } from './wave.js';

const RETRY_MS = 1500;

const text = part('text', HTMLTextAreaElement);
const by = part('by', HTMLInputElement);
const memory = createMemory(() => desk.state.voice);
const desk = createDesk(memory);
const listening: Listening = { autoplay: memory.read('autoplay') === 'on', loop: false, half: false };
const redrawTransport = (): void => drawTransport(wave, desk.current, listening);
const wave = createWave(part('wave', HTMLElement), { nonce: document.querySelector<HTMLMetaElement>('meta[name=nonce]')?.content ?? '', onChange: redrawTransport });
const queue = createQueueList(part('list', HTMLElement), (id) => { deciding.leaveText(); void show(desk.item(id) ?? null); });
const outbox = createOutbox({
  send: sendDecision, isAnswer: (error) => error instanceof Refusal,
  store: { get: () => memory.read('outbox'), set: (value) => memory.keep('outbox', value === '[]' ? null : value) },
  wait: () => new Promise((resolve) => { setTimeout(resolve, RETRY_MS); }),
  onState: drawSaved,
});
const show = createShowClip({ desk, wave, queue, sounds: createSounds(), memory, listening });
const deciding = createDeciding({ desk, outbox, queue, wave, memory, show });

/** To a neighbour in the list; what was typed goes on its way first. */
function go(step: 1 | -1): void {
  deciding.leaveText();
  void show(desk.neighbour(step) ?? desk.current);
}

const ACTIONS: Readonly<Record<Action, () => void>> = {
  play: () => wave.toggle(), restart: () => wave.restart(), back: () => wave.skip(-0.5), forward: () => wave.skip(0.5),
  acceptNext: () => deciding.judge('accept', true), accept: () => deciding.judge('accept', false), reject: () => deciding.judge('reject', true), undo: () => void deciding.undo(),
  edit: () => { text.focus(); text.setSelectionRange(text.value.length, text.value.length); },
  next: () => go(1), previous: () => go(-1),
  loop: () => { listening.loop = !listening.loop; wave.setLoop(listening.loop); redrawTransport(); },
  halfSpeed: () => { listening.half = !listening.half; wave.setSpeed(listening.half ? 0.5 : 1); redrawTransport(); },
  autoplay: () => { listening.autoplay = !listening.autoplay; memory.keep('autoplay', listening.autoplay ? 'on' : null); redrawTransport(); if (listening.autoplay) wave.play(); else wave.pause(); },
  trimStart: () => wave.mark('start', wave.positionSec), trimEnd: () => wave.mark('end', wave.positionSec), trim: () => void deciding.trim(),
  split: () => void deciding.split(), merge: () => void deciding.merge(), zoomIn: () => void wave.zoom('in'), zoomOut: () => void wave.zoom('out'),
  bulk: () => void deciding.bulk(), filter: () => part('show', HTMLSelectElement).focus(), search: () => part('search', HTMLInputElement).focus(), help: showHelp,
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
  text.addEventListener('input', () => { if (desk.current !== null) memory.keep(`draft:${desk.current.id}`, isTyped(desk.current) ? text.value : null); });
  by.addEventListener('change', () => memory.keep('by', by.value.trim() || null));
  for (const id of ['show', 'code', 'search']) {
    part(id, HTMLElement).addEventListener('input', () => {
      drawQueue(desk, queue);
      if (!desk.listed.some(({ id: there }) => there === desk.current?.id)) { deciding.leaveText(); void show(desk.listed[0] ?? null); }
    });
  }
  addEventListener('pagehide', () => memory.keep('last', desk.current?.id ?? null));
  prepareDialogs();
}

async function load(): Promise<void> {
  desk.load(await fetchState());
  const { voice, reviewer, problems } = desk.state;
  document.title = `${voice} · review · voxtune`;
  write('voice', voice);
  by.value = memory.read('by') ?? reviewer;
  drawCodes(desk);
  if (problems.length > 0) showProblem({ message: problems.join(' '), hint: 'Nothing of what was saved is lost.' });
}

/** Fetches everything anew and stays at the clip, where it is still there. */
async function again(): Promise<void> {
  await load();
  drawQueue(desk, queue);
  await show((desk.current === null ? null : desk.item(desk.current.id)) ?? desk.listed[0] ?? null);
}

async function start(): Promise<void> {
  wire();
  redrawTransport();
  try {
    await load();
  } catch {
    showProblem({ message: 'The clips cannot be fetched.', hint: 'The server may have been stopped: start voxtune review again, then reload this page.' });
    return;
  }
  drawQueue(desk, queue);
  const last = memory.read('last');
  void show(desk.listed.find(({ id }) => id === last) ?? desk.listed[0] ?? null);
  outbox.resume((order, result) => { deciding.settle(order, result); drawClip(desk.state, desk.current); });
  listen({
    onChange: createOnOthers({ desk, outbox, queue, show }), onRenewed: () => void again(),
    onHello: (seq) => { if (seq > desk.state.seq && outbox.waiting === 0) void again(); },
  });
  performance.mark('queue-shown');
}

void start();
