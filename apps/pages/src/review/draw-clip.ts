// The clip on the screen: where it lies, why it is here, what is around it, and what can be done with it.
import type { State } from './api.js';
import { nextInRecording, nextStep, previousInRecording, quote, type Item } from './model.js';
import { button, part, write } from './part.js';
import type { Wave } from './wave.js';

export type Listening = { autoplay: boolean; loop: boolean; half: boolean };

export function drawClip(state: State, item: Item | null): void {
  write('clip-name', item === null ? 'Nothing left in this list' : `${item.recording} · ${(item.start / state.rateHz).toFixed(1)}–${(item.end / state.rateHz).toFixed(1)} s`);
  drawBadge(item);
  part('reasons', HTMLElement).replaceChildren(...(item === null ? [quietLine(nextStep(state.items, state.voice))] : reasonsOf(item)));
  for (const id of ['acceptNext', 'reject', 'split', 'play']) button(id).disabled = item === null;
  const [before, after] = item === null ? [null, null] : [previousInRecording(state.items, item), nextInRecording(state.items, item)];
  button('merge').disabled = after === null;
  const say = (one: Item | null, gap: number): string => (one === null ? '–' : `${one.text === null ? 'no words' : quote(one.text)} · ${one.verdict ?? (one.leftOut === null ? 'open' : 'left out')}, ${(gap / state.rateHz).toFixed(2)} s apart`);
  write('before', say(before, before === null || item === null ? 0 : item.start - before.end));
  write('after', say(after, after === null || item === null ? 0 : after.start - item.end));
  const text = part('text', HTMLTextAreaElement);
  text.disabled = item === null;
  text.placeholder = item === null ? '' : 'No words yet: type what is said';
}

function drawBadge(item: Item | null): void {
  const badge = part('clip-state', HTMLElement);
  badge.hidden = item === null || (item.verdict === null && item.leftOut === null && !item.edited);
  const whose = item?.by === null || item === null ? '' : ` by ${item.by}`;
  badge.className = `badge ${item?.verdict ?? ((item?.leftOut ?? null) === null ? '' : 'left-out')}`;
  badge.textContent = item === null ? '' : item.verdict !== null ? `${item.verdict}${whose}` : item.leftOut !== null ? `left out: ${item.leftOut}` : `words${whose}`;
}

const quietLine = (words: string): HTMLElement => Object.assign(document.createElement('li'), { className: 'none', textContent: words });

function reasonsOf({ reasons }: Item): readonly HTMLElement[] {
  if (reasons.length === 0) return [quietLine('Nothing speaks against this clip.')];
  return reasons.map(({ points, message, code }) => {
    const entry = Object.assign(document.createElement('li'), { title: code });
    entry.append(Object.assign(document.createElement('b'), { textContent: `+${Math.round(points)}` }), message);
    return entry;
  });
}

export function drawTransport(wave: Wave, item: Item | null, { half, loop, autoplay }: Listening): void {
  const { fromSec, toSec } = wave.marked;
  const trimmed = item !== null && (fromSec > 0.005 || toSec < wave.durationSec - 0.005);
  button('play').textContent = wave.isPlaying ? 'Pause' : 'Play';
  button('trim').disabled = !trimmed;
  write('position', item === null ? '' : `${wave.positionSec.toFixed(2)} of ${wave.durationSec.toFixed(2)} s${trimmed ? ` · marked ${fromSec.toFixed(2)} to ${toSec.toFixed(2)} s` : ''}`);
  for (const [id, on] of [['halfSpeed', half], ['loop', loop], ['autoplay', autoplay]] as const) button(id).ariaPressed = String(on);
}
