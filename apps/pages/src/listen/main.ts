// The listening page: one trial after the other; every answer is kept in the browser, and sent where there is a collector.
import type { ListeningTest } from '@voxtune/eval/listening';
import { part } from '../review/part.js';
import { answerOfKey, keyOfAnswer, readKept, resume, type Kept, type Rating, type Session } from './session.js';
import { wordsFor, type Words } from './words.js';

const RETRY_MS = 2000;
const show = (id: string, shown: boolean): void => { part(id, HTMLElement).hidden = !shown; };
const write = (id: string, words: string): void => { part(id, HTMLElement).textContent = words; };

let test: ListeningTest;
let words: Words;
let kept: Kept = { listener: '', ratings: [], sent: 0 };
let session: Session = { trials: [], at: 0 };
let players: { readonly button: HTMLButtonElement; readonly audio: HTMLAudioElement; heard: boolean }[] = [];
let startedMs = 0;
let sending = false;
/** null: not known yet. false: there is no collector, and the answers are downloaded. */
let collector: boolean | null = null;

const storageKey = (): string => `voxtune-listen:${test.id}`;
const keep = (): void => localStorage.setItem(storageKey(), JSON.stringify(kept));

/** Sends what is not sent; tries again where nobody answers, and gives up where nobody collects. */
async function send(): Promise<void> {
  if (sending || collector === false) return;
  sending = true;
  for (let next = kept.ratings[kept.sent]; next !== undefined; next = kept.ratings[kept.sent]) {
    const status = await fetch('api/ratings', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(next) }).then((response) => response.status, () => 0);
    if (status === 200 || status === 422) {
      collector = true;
      kept = { ...kept, sent: kept.sent + 1 };
      keep();
    } else if ([404, 405, 501].includes(status) && collector === null) {
      collector = false; // a plain web server
      break;
    } else await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    drawDone();
  }
  sending = false;
  drawDone();
}

function drawDone(): void {
  if (session.at < session.trials.length || session.trials.length === 0) return;
  const waiting = kept.ratings.length - kept.sent;
  write('sent', collector === false ? words.notSent : waiting === 0 ? words.saved : words.unsent(waiting));
  const link = part('download', HTMLAnchorElement);
  link.hidden = collector !== false;
  link.textContent = words.download;
  if (collector === false) link.href = `data:application/jsonl;charset=utf-8,${encodeURIComponent(kept.ratings.map((rating) => `${JSON.stringify(rating)}\n`).join(''))}`;
}

function draw(): void {
  const trial = session.trials[session.at];
  show('intro', false);
  show('trial', trial !== undefined);
  show('done', trial === undefined);
  if (trial === undefined) {
    write('place', '');
    write('thanks', words.thanks);
    drawDone();
    return;
  }
  const { question, scale } = words[test.kind];
  write('place', words.place(session.at + 1, session.trials.length));
  write('question', question);
  write('legend', words.listenFirst);
  const progress = part('progress', HTMLProgressElement);
  [progress.max, progress.value] = [session.trials.length, session.at];
  progress.ariaLabel = words.place(session.at + 1, session.trials.length);
  for (const { audio } of players) audio.pause();
  const names = test.kind === 'abx' ? ['A', 'B', 'X'] : test.kind === 'cmos' ? [words.first, words.second] : [words.play];
  players = trial.order.map((clip, i) => {
    const button = Object.assign(document.createElement('button'), { type: 'button' });
    const state = Object.assign(document.createElement('small'), { textContent: test.kind === 'mos' ? '' : words.play });
    button.append(names[i]!, state);
    const audio = new Audio(`audio/${clip}.wav`);
    audio.preload = 'auto';
    const player = { button, audio, heard: false };
    button.addEventListener('click', () => { if (audio.paused) play(player); else audio.pause(); });
    audio.addEventListener('play', () => { button.classList.add('playing'); state.textContent = words.playing; });
    audio.addEventListener('pause', () => { button.classList.remove('playing'); state.textContent = player.heard ? words.heard : words.play; });
    audio.addEventListener('ended', () => {
      player.heard = true;
      button.classList.remove('playing');
      state.textContent = words.heard;
      unlock();
      const following = players[players.indexOf(player) + 1];
      if (following !== undefined && !following.heard) play(following);
    });
    return player;
  });
  part('players', HTMLElement).replaceChildren(...players.map(({ button }) => button));
  const set = part('scale', HTMLFieldSetElement);
  set.disabled = true;
  set.replaceChildren(part('legend', HTMLElement), ...scale.map(([value, label]) => {
    const choice = Object.assign(document.createElement('label'), { className: 'choice' });
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'answer', value: String(value) });
    choice.append(input, Object.assign(document.createElement('kbd'), { textContent: String(keyOfAnswer(value, scale)) }), label);
    return choice;
  }));
  part('next', HTMLButtonElement).disabled = true;
  startedMs = performance.now();
  setTimeout(() => players[0]?.button.focus()); // the key that brought the listener here is not this button's
}

function play(player: (typeof players)[number]): void {
  for (const { audio } of players) if (audio !== player.audio) { audio.pause(); audio.currentTime = 0; }
  void player.audio.play().catch(() => undefined); // a browser may want a press first
}

/** An answer counts once everything has been heard to its end (ITU-T P.808 asks for the same). */
function unlock(): void {
  if (!players.every(({ heard }) => heard)) return;
  part('scale', HTMLFieldSetElement).disabled = false;
  write('legend', words[test.kind].question);
}

function answer(): void {
  const trial = session.trials[session.at];
  const chosen = document.querySelector<HTMLInputElement>('input[name=answer]:checked');
  if (trial === undefined || chosen === null || !players.every(({ heard }) => heard)) return;
  const rating: Rating = { v: 1, test: test.id, listener: kept.listener, trial: trial.id, order: trial.order, answer: Number(chosen.value), at: new Date().toISOString(), tookMs: Math.round(performance.now() - startedMs) };
  kept = { ...kept, ratings: [...kept.ratings, rating] };
  keep();
  session = resume(test, kept);
  draw();
  void send();
}

function onKey(event: KeyboardEvent): void {
  if (part('trial', HTMLElement).hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === ' ' && !(event.target instanceof HTMLButtonElement)) {
    event.preventDefault();
    const playing = players.find(({ audio }) => !audio.paused);
    if (playing !== undefined) playing.audio.pause();
    else play(players.find(({ heard }) => !heard) ?? players[0]!);
  }
  const value = answerOfKey(event.key, words[test.kind].scale);
  if (value !== null && !part('scale', HTMLFieldSetElement).disabled) {
    document.querySelector<HTMLInputElement>(`input[name=answer][value="${value}"]`)!.checked = true; // the scale was drawn from the same table
    part('next', HTMLButtonElement).disabled = false;
  }
  if (event.key === 'Enter' && !part('next', HTMLButtonElement).disabled) { event.preventDefault(); answer(); }
}

async function start(): Promise<void> {
  try {
    const response = await fetch('test.json');
    if (!response.ok) throw new Error(`status ${response.status}`);
    test = (await response.json()) as ListeningTest;
  } catch {
    write('title', wordsFor('en').title);
    write('problem-message', wordsFor('en').gone);
    show('problem', true);
    return;
  }
  words = wordsFor(test.language);
  document.documentElement.lang = test.language === 'zh' ? 'zh-Hant' : 'en';
  const title = test.title === '' ? words.title : test.title;
  document.title = title;
  write('title', title);
  write('how', words[test.kind].how);
  write('quiet', words.quiet);
  write('listener-label', words.name);
  write('begin', words.begin);
  write('next', words.next);
  write('hint', words.keys);
  const before = readKept(localStorage.getItem(storageKey()), test.id);
  if (before !== null) {
    part('listener', HTMLInputElement).value = before.listener;
    write('again', words.goOn(before.ratings.length, test.perListener));
    show('again', before.ratings.length > 0);
  }
  show('intro', true);
  part('listener', HTMLInputElement).focus();
  part('intro', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const listener = part('listener', HTMLInputElement).value.trim();
    if (listener === '') return;
    kept = before?.listener === listener ? before : { listener, ratings: [], sent: 0 };
    session = resume(test, kept);
    draw();
    void send();
  });
  part('trial', HTMLFormElement).addEventListener('submit', (event) => { event.preventDefault(); answer(); });
  part('scale', HTMLFieldSetElement).addEventListener('change', () => { part('next', HTMLButtonElement).disabled = false; });
  document.addEventListener('keydown', onKey);
}

void start();
