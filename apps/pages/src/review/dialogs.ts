// The three dialogs of the review page: split, many at once, keys.
import { describeRule, findByRule, type BulkRule, type Item } from './model.js';
import { KEYS, showKey } from './keys.js';
import { part } from './part.js';

const closed = (dialog: HTMLDialogElement): Promise<string> => new Promise((resolve) => {
  dialog.returnValue = 'cancel';
  dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
});

/** Enter in a text of a dialog presses its main button; a word that is being composed keeps its Enter. */
function enterPresses(dialog: HTMLDialogElement, button: HTMLButtonElement): void {
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    button.click();
  });
}

/** Asks how the words are shared; null where the person thinks better of it. */
export async function askSplit(texts: readonly [string, string], atSec: number): Promise<readonly [string, string] | null> {
  const dialog = part('split-dialog', HTMLDialogElement);
  const [first, second] = [part('split-first', HTMLTextAreaElement), part('split-second', HTMLTextAreaElement)];
  [first.value, second.value] = texts;
  part('split-at', HTMLElement).textContent = `${atSec.toFixed(2)} s`;
  dialog.showModal();
  first.focus();
  return (await closed(dialog)) === 'ok' ? [first.value, second.value] : null;
}

/** Asks for a rule and what becomes of the clips it finds, shown by their number first. */
export async function askBulk(items: readonly Item[], codes: readonly (readonly [string, number])[]): Promise<{ readonly rule: BulkRule; readonly verdict: 'accept' | 'reject' } | null> {
  const dialog = part('bulk-dialog', HTMLDialogElement);
  part('bulk-code', HTMLSelectElement).replaceChildren(...codes.map(([code, count]) => new Option(`${code} (${count})`, code)));
  const rule = (): BulkRule => {
    const kind = dialog.querySelector<HTMLInputElement>('input[name=rule]:checked')?.value;
    if (kind === 'similarity') return { kind, below: part('bulk-similarity', HTMLInputElement).valueAsNumber };
    if (kind === 'snr') return { kind, belowDb: part('bulk-snr', HTMLInputElement).valueAsNumber };
    if (kind === 'finding') return { kind, code: part('bulk-code', HTMLSelectElement).value };
    return { kind: kind === 'clean' ? 'clean' : 'empty' };
  };
  const count = (): void => {
    const found = findByRule(items, rule()).length;
    part('bulk-count', HTMLElement).textContent = `${found} open clip${found === 1 ? '' : 's'}: ${describeRule(rule())}`;
    for (const id of ['bulk-accept', 'bulk-reject']) part(id, HTMLButtonElement).disabled = found === 0;
  };
  dialog.oninput = (event) => {
    const choice = (event.target as HTMLElement).closest('.choice')?.querySelector<HTMLInputElement>('input[type=radio]');
    if (choice instanceof HTMLInputElement) choice.checked = true; // a figure that is typed belongs to its rule
    count();
  };
  count();
  dialog.showModal();
  const verdict = await closed(dialog);
  return verdict === 'accept' || verdict === 'reject' ? { rule: rule(), verdict } : null;
}

export function showHelp(): void {
  const dialog = part('help', HTMLDialogElement);
  const groups = [...new Set(KEYS.map(({ group }) => group))];
  part('keys', HTMLElement).replaceChildren(...groups.map((group) => {
    const section = document.createElement('section');
    const title = document.createElement('h3');
    title.textContent = group;
    const list = document.createElement('dl');
    for (const { keys, does } of KEYS.filter((key) => key.group === group)) {
      const [term, meaning] = [document.createElement('dt'), document.createElement('dd')];
      for (const key of keys) term.append(Object.assign(document.createElement('kbd'), { textContent: showKey(key) }));
      meaning.textContent = does;
      list.append(term, meaning);
    }
    section.append(title, list);
    return section;
  }));
  dialog.showModal();
}

export function prepareDialogs(): void {
  enterPresses(part('split-dialog', HTMLDialogElement), part('split-ok', HTMLButtonElement));
  enterPresses(part('bulk-dialog', HTMLDialogElement), part('bulk-reject', HTMLButtonElement));
}
