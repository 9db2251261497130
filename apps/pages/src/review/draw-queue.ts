// The queue with its filters, and how far the review is.
import type { Desk } from './desk.js';
import { countCodes, countItems, formatDuration, timeLeftSec, type Show } from './model.js';
import { part, write } from './part.js';
import type { QueueList } from './queue-list.js';

export function drawQueue(desk: Desk, queue: QueueList): void {
  desk.list({ show: part('show', HTMLSelectElement).value as Show, code: part('code', HTMLSelectElement).value, search: part('search', HTMLInputElement).value });
  queue.render(desk.listed, desk.current?.id ?? null);
  write('listed', `${desk.listed.length} listed, worst first`);
  const counts = countItems(desk.state.items, desk.state.rateHz);
  const progress = part('progress', HTMLProgressElement);
  progress.max = Math.max(1, counts.clips);
  progress.value = counts.decided;
  write('counts', counts.clips === 0 ? 'No clips' : counts.open === 0 ? `All ${counts.clips} decided: ${counts.accepted} accepted, ${counts.rejected} rejected` : `${counts.decided} of ${counts.clips} decided, ${counts.rejected} rejected · ${formatDuration(counts.openSec)} of speech left, about ${formatDuration(timeLeftSec(counts, desk.pacesSec))}`);
}

/** The findings that can be filtered by; the chosen one stays while a clip has it. */
export function drawCodes({ state }: Desk): void {
  const select = part('code', HTMLSelectElement);
  const chosen = select.value;
  select.replaceChildren(new Option('Any finding', ''), ...countCodes(state.items).map(([code, count]) => new Option(`${code} (${count})`, code)));
  select.value = [...select.options].some(({ value }) => value === chosen) ? chosen : '';
}
