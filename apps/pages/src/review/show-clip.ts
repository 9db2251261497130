// Brings a clip onto the screen and into the ears.
import { Refusal } from './api.js';
import type { Desk } from './desk.js';
import { drawClip, drawTransport, type Listening } from './draw-clip.js';
import { drawQueue } from './draw-queue.js';
import type { Memory } from './memory.js';
import type { Item } from './model.js';
import { part } from './part.js';
import { showProblem } from './problem.js';
import type { QueueList } from './queue-list.js';
import type { createSounds } from './sounds.js';
import type { Wave } from './wave.js';

const FETCHED_AHEAD = 3;

export type ShowClip = (item: Item | null, pressedMs?: number) => Promise<void>;

/** What was typed for a clip before and not sent is there again. */
export function createShowClip({ desk, wave, queue, sounds, memory, listening }: { readonly desk: Desk; readonly wave: Wave; readonly queue: QueueList; readonly sounds: ReturnType<typeof createSounds>; readonly memory: Memory; readonly listening: Listening }): ShowClip {
  const text = part('text', HTMLTextAreaElement);
  return async (item, pressedMs = performance.now()) => {
    wave.pause();
    desk.show(item);
    document.body.dataset['current'] = item?.id ?? '';
    text.value = item === null ? '' : (memory.read(`draft:${item.id}`) ?? item.text ?? '');
    if (item !== null) text.lang = desk.state.language;
    drawClip(desk.state, item);
    drawQueue(desk, queue);
    const at = desk.listed.findIndex(({ id }) => id === item?.id);
    queue.reveal(at);
    if (item === null) { wave.clear(); drawTransport(wave, item, listening); return; }
    try {
      const { shape, blob } = await sounds.get(item.id);
      if (desk.current?.id !== item.id) return; // another was chosen meanwhile
      await wave.show(shape, blob);
      if (desk.current.id !== item.id) return;
      if (listening.autoplay) wave.play();
      performance.measure('clip-shown', { start: pressedMs, end: performance.now() });
    } catch (error) {
      if (desk.current?.id === item.id) showProblem(error instanceof Refusal ? { message: error.message, hint: error.hint } : { message: 'The sound of this clip cannot be fetched.', hint: 'The server may have been stopped: start voxtune review again.' });
    }
    document.body.dataset['shown'] = item.id;
    sounds.ahead(desk.listed.slice(at + 1, at + 1 + FETCHED_AHEAD).map(({ id }) => id));
  };
}
