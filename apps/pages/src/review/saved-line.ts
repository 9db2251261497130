// The line that says whether what was decided is on disk.
import { part } from './part.js';

export function drawSaved({ waiting, reachable }: { readonly waiting: number; readonly reachable: boolean }): void {
  const saved = part('saved', HTMLElement);
  saved.className = `saved ${reachable ? (waiting === 0 ? '' : 'waiting') : 'lost'}`;
  saved.textContent = !reachable ? `Not saved: ${waiting} wait${waiting === 1 ? 's' : ''} for the server` : waiting === 0 ? 'Saved' : `Saving ${waiting}…`;
}
