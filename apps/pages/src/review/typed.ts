// The words as they stand in the text field.
import type { Item } from './model.js';
import { part } from './part.js';

const field = (): HTMLTextAreaElement => part('text', HTMLTextAreaElement);

/** One line, whatever white space was typed. */
export const typed = (): string => field().value.replace(/\s+/gu, ' ').trim();
/** Whether they are other words than the clip has. */
export const isTyped = (item: Item | null): boolean => item !== null && typed() !== (item.text ?? '');
