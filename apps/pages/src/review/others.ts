// What others decide, and oneself in another window, while a clip is on the screen.
import type { Change } from './api.js';
import type { Desk } from './desk.js';
import { drawClip } from './draw-clip.js';
import { drawQueue } from './draw-queue.js';
import type { Outbox } from './outbox.js';
import { part } from './part.js';
import { isNow, showProblem } from './problem.js';
import type { QueueList } from './queue-list.js';
import type { ShowClip } from './show-clip.js';
import { isTyped } from './typed.js';

export function createOnOthers({ desk, outbox, queue, show }: { readonly desk: Desk; readonly outbox: Outbox; readonly queue: QueueList; readonly show: ShowClip }): (change: Change) => void {
  const text = part('text', HTMLTextAreaElement);
  return (change) => {
    if (change.seq <= desk.state.seq || outbox.sends(change.request)) return; // one's own comes with its answer, too
    const before = desk.current;
    const dirty = isTyped(before);
    const edits = text.value;
    desk.takeIn(change);
    drawQueue(desk, queue);
    if (before === null) return;
    const now = desk.item(before.id);
    if (outbox.holds(before.id) || (now !== undefined && now.rev === before.rev)) return;
    if (now === undefined) { showProblem({ message: `${change.by} has cut this clip anew.` }); void show(desk.listed[0] ?? null); return; }
    if (dirty) desk.holdOn(before); // what is typed was about the clip as it was: sending it will say so
    text.value = dirty ? edits : (now.text ?? '');
    drawClip(desk.state, desk.current);
    if (change.by !== part('by', HTMLInputElement).value.trim()) showProblem({ message: `${change.by} has decided on this clip just now: ${isNow(now, (words) => `, ${words}`)}.`, hint: dirty ? 'What you typed is still here, and is not saved.' : '' });
  };
}
