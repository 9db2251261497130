import { expect, it } from 'vitest';
import { actionOf, KEYS } from './keys.js';

const press = (key: string, more: Partial<Parameters<typeof actionOf>[0]> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...more });

it('has one action a key', () => {
  const keys = KEYS.flatMap((k) => k.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { action, keys: own } of KEYS) for (const key of own) expect(actionOf(press(key.replace('Ctrl+', ''), { ctrlKey: key.startsWith('Ctrl+') }), false)).toBe(action);
});
it.each([
  ['Enter accepts while typing', press('Enter'), true, 'acceptNext'], ['a letter writes while typing', press('x'), true, null], ['a space writes while typing', press(' '), true, null], ['Ctrl+Space plays while typing', press(' ', { ctrlKey: true }), true, 'play'],
  ['Enter belongs to the word being composed', press('Enter', { isComposing: true }), true, null], ['Alt is the browser’s', press('a', { altKey: true }), false, null], ['Ctrl+R reloads', press('r', { ctrlKey: true }), false, null], ['caps lock changes nothing', press('X'), false, 'reject'],
  ['Cmd+Z undoes', press('z', { metaKey: true }), false, 'undo'], ['Ctrl+Z is the text’s own while typing', press('z', { ctrlKey: true }), true, null],
] as const)('%s', (_, key, typing, action) => expect(actionOf(key, typing)).toBe(action));
