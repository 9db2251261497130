// The queue as a listbox of any length: only the rows in sight are in the document.
import { isOpen, type Item } from './model.js';

export type QueueList = { render(items: readonly Item[], selected: string | null): void; /** Brings a row into sight. */ reveal(index: number): void };

const ROW_PX = 56; // as in review.css
const SPARE_ROWS = 8;

export function createQueueList(box: HTMLElement, onPick: (id: string) => void): QueueList {
  const rows = document.createElement('div');
  rows.className = 'rows';
  box.append(rows);
  let items: readonly Item[] = [];
  let selected: string | null = null;
  const draw = (): void => {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_PX) + SPARE_ROWS);
    rows.style.height = `${items.length * ROW_PX}px`;
    rows.replaceChildren(...items.slice(first, last).map((item, i) => row(item, first + i)));
    const active = items.some(({ id }) => id === selected) ? `row-${selected ?? ''}` : '';
    if (active === '') box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', active);
  };
  const row = (item: Item, index: number): HTMLElement => {
    const element = document.createElement('div');
    element.id = `row-${item.id}`;
    element.role = 'option';
    element.ariaSelected = String(item.id === selected);
    element.ariaSetSize = String(items.length);
    element.ariaPosInSet = String(index + 1);
    element.className = `row ${item.verdict ?? (item.leftOut === null ? 'open' : 'left-out')}`;
    element.style.top = `${index * ROW_PX}px`;
    element.dataset['id'] = item.id;
    const [points, words, why] = ['points', 'words', 'why'].map((name) => {
      const part = document.createElement('span');
      part.className = name;
      return part;
    }) as [HTMLElement, HTMLElement, HTMLElement];
    points.textContent = item.verdict === 'accepted' ? '✓' : item.verdict === 'rejected' ? '✗' : item.priority === 0 ? '·' : String(Math.round(item.priority));
    points.title = item.verdict ?? `${item.priority} points`;
    words.textContent = item.text ?? 'no words';
    if (item.text === null) words.classList.add('none');
    why.textContent = isOpen(item) ? (item.reasons[0]?.message ?? 'nothing speaks against it') : item.verdict === null ? `left out: ${item.leftOut ?? ''}` : `${item.verdict}${item.by === null ? '' : ` by ${item.by}`}`;
    element.append(points, words, why);
    return element;
  };
  box.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(box);
  rows.addEventListener('click', (event) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('.row')?.dataset['id'];
    if (id !== undefined) onPick(id);
  });
  return {
    render: (next, id) => { items = next; selected = id; draw(); },
    reveal: (index) => {
      if (index < 0) return;
      const top = index * ROW_PX;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight;
      draw();
    },
  };
}
