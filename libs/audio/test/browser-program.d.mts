import type * as Browser from '../src/browser.js';

export function figuresOf(audio: typeof Browser): Record<string, unknown>;
