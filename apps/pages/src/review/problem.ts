// What went wrong, with what can be done about it.
import { quote, type Item } from './model.js';
import { button, part, write } from './part.js';

export type Problem = {
  readonly message: string;
  readonly hint?: string;
  /** Goes to the clip it is about, where that is not on the screen. */
  readonly show?: (() => void) | null;
  /** Saves one's own decision over what has changed. */
  readonly again?: (() => void) | null;
};

export function showProblem({ message, hint = '', show = null, again = null }: Problem): void {
  write('problem-message', message);
  write('problem-hint', hint);
  part('problem', HTMLElement).hidden = false;
  const close = (): void => { part('problem', HTMLElement).hidden = true; };
  button('problem-show').hidden = show === null;
  button('problem-show').onclick = () => { close(); show?.(); };
  button('problem-mine').hidden = again === null;
  button('problem-mine').onclick = () => { close(); again?.(); };
  button('problem-close').onclick = close;
}

/** How a clip is told of in a problem. */
export const isNow = ({ verdict, text }: Item, mark: (words: string) => string): string => `${verdict ?? 'open'}${text === null ? '' : mark(`“${quote(text)}”`)}`;
