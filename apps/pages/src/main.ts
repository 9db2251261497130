import { GatewayProblem, listVoices, speak, type ListedVoice } from './gateway.js';

const MAX_CHARACTERS = 4096; // the gateway's own default, OpenAI's limit

function part<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page lacks #${id}`);
  return element;
}

const form = part('form', HTMLFormElement);
const voice = part('voice', HTMLSelectElement);
const text = part('text', HTMLTextAreaElement);
const speed = part('speed', HTMLInputElement);
const key = part('key', HTMLInputElement);
const speakButton = part('speak', HTMLButtonElement);
const cancelButton = part('cancel', HTMLButtonElement);
const player = part('player', HTMLAudioElement);
const download = part('download', HTMLAnchorElement);
const show = (id: string, shown: boolean): void => { part(id, HTMLElement).hidden = !shown; };
const write = (id: string, words: string): void => { part(id, HTMLElement).textContent = words; };

let voices: readonly ListedVoice[] = [];
let running: AbortController | null = null;
let url: string | null = null;

function showProblem(error: unknown): void {
  const problem = error instanceof GatewayProblem ? error : new GatewayProblem('Something went wrong on this page.', error instanceof Error ? error.message : '', null);
  write('problem-message', problem.message);
  write('problem-hint', problem.status === 401 ? 'Enter a key of this gateway in the field above.' : problem.hint);
  show('problem', true);
  if (problem.status === 401) {
    show('key-field', true);
    key.focus();
  }
}

function setRunning(controller: AbortController | null): void {
  running = controller;
  form.ariaBusy = String(controller !== null);
  speakButton.textContent = controller === null ? 'Speak' : 'Speaking…';
  speakButton.disabled = controller !== null || voices.length === 0;
  cancelButton.hidden = controller === null;
}

function describeVoice(): void {
  const chosen = voices.find(({ id }) => id === voice.value);
  const standIn = chosen?.engine === 'stand-in';
  write('voice-note', standIn ? 'Spoken by the stand-in engine: it has learned nothing, and only shows that everything is connected.' : '');
  show('voice-note', standIn);
}

async function loadVoices(): Promise<void> {
  try {
    voices = await listVoices(key.value);
    voice.replaceChildren(...voices.map(({ id, language }) => new Option(language === '' ? id : `${id} (${language})`, id)));
    write('gateway', voices.length === 0 ? 'This gateway has no voices.' : `${voices.length} ${voices.length === 1 ? 'voice' : 'voices'} at ${location.host}`);
    show('problem', false);
  } catch (error) {
    write('gateway', `No voices from ${location.host}`);
    showProblem(error);
  }
  voice.disabled = voices.length === 0;
  describeVoice();
  setRunning(null);
}

function showFigures(figures: readonly (readonly [string, string])[]): void {
  part('figures', HTMLElement).replaceChildren(...figures.flatMap(([name, value]) => {
    const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
    [term.textContent, detail.textContent] = [name, value];
    return [term, detail];
  }));
}

async function onSpeak(): Promise<void> {
  if (running !== null || !form.reportValidity()) return;
  const controller = new AbortController();
  setRunning(controller);
  show('problem', false);
  show('result', false); // speech from before would pass for this text's
  player.pause();
  write('status', 'Speaking');
  try {
    const spoken = await speak({ voice: voice.value, text: text.value, speed: speed.valueAsNumber }, key.value, controller.signal);
    if (url !== null) URL.revokeObjectURL(url);
    url = URL.createObjectURL(spoken.blob);
    player.src = url;
    download.href = url;
    download.download = `${voice.value}.wav`;
    const { durationSec, elapsedSec, warnings } = spoken;
    showFigures([
      ['Speech', durationSec === null ? 'unknown' : `${durationSec.toFixed(1)} s`], ['Waited', `${elapsedSec.toFixed(2)} s`],
      ['Waited ÷ speech', durationSec === null || durationSec === 0 ? 'unknown' : (elapsedSec / durationSec).toFixed(2)], ...(warnings === null ? [] : [['Note', warnings] as const]),
    ]);
    show('result', true);
    write('status', 'Speech is ready');
    await player.play().catch(() => write('status', 'Speech is ready: press play')); // a browser may want a press first
  } catch (error) {
    write('status', controller.signal.aborted ? 'Cancelled' : '');
    if (!controller.signal.aborted) showProblem(error);
  } finally {
    setRunning(null);
  }
}

function countCharacters(): void {
  const count = [...text.value].length;
  write('count', `${count} of ${MAX_CHARACTERS}`);
  text.setCustomValidity(count > MAX_CHARACTERS ? `At most ${MAX_CHARACTERS} characters are spoken at once.` : '');
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void onSpeak();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void onSpeak();
  if (event.key === 'Escape') running?.abort();
});
cancelButton.addEventListener('click', () => running?.abort());
voice.addEventListener('change', describeVoice);
text.addEventListener('input', countCharacters);
speed.addEventListener('input', () => write('speed-value', `${speed.valueAsNumber.toFixed(2)} ×`));
key.addEventListener('change', () => void loadVoices());

countCharacters();
void loadVoices();
