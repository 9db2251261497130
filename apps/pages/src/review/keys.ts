// Every action has a key; the help, the buttons and the page's ears read this one table.

export type Action =
  | 'play' | 'acceptNext' | 'accept' | 'reject' | 'edit' | 'undo' | 'next' | 'previous' | 'loop' | 'halfSpeed' | 'autoplay' | 'trim' | 'trimStart' | 'trimEnd' | 'split' | 'merge'
  | 'zoomIn' | 'zoomOut' | 'back' | 'forward' | 'bulk' | 'filter' | 'search' | 'help' | 'restart';
export type Key = { readonly action: Action; /** As `KeyboardEvent.key` has it, with Ctrl+ before. */ readonly keys: readonly string[]; readonly does: string; readonly group: 'Decide' | 'Listen' | 'Cut' | 'Find' };

export const KEYS: readonly Key[] = [
  { action: 'acceptNext', keys: ['Enter'], does: 'accept with the words as they stand, and go on (also while typing)', group: 'Decide' },
  { action: 'reject', keys: ['x', 'Delete'], does: 'reject and go on', group: 'Decide' },
  { action: 'accept', keys: ['a'], does: 'accept and stay', group: 'Decide' },
  { action: 'edit', keys: ['e'], does: 'edit the words; Esc leaves, the words stay', group: 'Decide' },
  { action: 'undo', keys: ['u', 'Ctrl+z'], does: 'take back your last decision', group: 'Decide' },
  { action: 'play', keys: [' '], does: 'play or pause (while typing: Ctrl+Space)', group: 'Listen' },
  { action: 'restart', keys: ['Home'], does: 'play from the start', group: 'Listen' },
  { action: 'back', keys: ['ArrowLeft'], does: 'half a second back', group: 'Listen' },
  { action: 'forward', keys: ['ArrowRight'], does: 'half a second on', group: 'Listen' },
  { action: 'halfSpeed', keys: ['h'], does: 'half speed', group: 'Listen' },
  { action: 'loop', keys: ['l'], does: 'play over and over', group: 'Listen' },
  { action: 'autoplay', keys: ['p'], does: 'play each clip as it comes', group: 'Listen' },
  { action: 'trimStart', keys: ['['], does: 'the clip begins here', group: 'Cut' },
  { action: 'trimEnd', keys: [']'], does: 'the clip ends here', group: 'Cut' },
  { action: 'trim', keys: ['t'], does: 'trim to what is marked (drag its edges)', group: 'Cut' },
  { action: 'split', keys: ['s'], does: 'split here', group: 'Cut' },
  { action: 'merge', keys: ['m'], does: 'join with the next clip of the recording', group: 'Cut' },
  { action: 'zoomIn', keys: ['+', '='], does: 'zoom in', group: 'Cut' },
  { action: 'zoomOut', keys: ['-'], does: 'zoom out', group: 'Cut' },
  { action: 'next', keys: ['j', 'ArrowDown'], does: 'next clip', group: 'Find' },
  { action: 'previous', keys: ['k', 'ArrowUp'], does: 'clip before', group: 'Find' },
  { action: 'filter', keys: ['f'], does: 'choose which clips are listed', group: 'Find' },
  { action: 'search', keys: ['/'], does: 'find words', group: 'Find' },
  { action: 'bulk', keys: ['b'], does: 'decide on many clips at once', group: 'Find' },
  { action: 'help', keys: ['?'], does: 'this list', group: 'Find' },
];

type Press = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean; readonly isComposing: boolean };

/** What a key press asks for; null where it is not ours. While somebody types, only what does not write counts; while a word is being composed, nothing does. */
export function actionOf({ key, ctrlKey, metaKey, altKey, isComposing }: Press, typing: boolean): Action | null {
  if (isComposing || altKey) return null;
  const command = ctrlKey || metaKey;
  if (typing) return key === 'Enter' ? 'acceptNext' : command && key === ' ' ? 'play' : null;
  const name = command ? `Ctrl+${key.toLowerCase()}` : key.length === 1 ? key.toLowerCase() : key;
  return KEYS.find(({ keys }) => keys.includes(name))?.action ?? null;
}

const SHOWN: Readonly<Record<string, string>> = { ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Delete: 'Del' };
export const showKey = (key: string): string => SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/\+(.)$/, (_, letter: string) => `+${letter.toUpperCase()}`));
