// Talks to `voxtune review`. Every address is relative, so that a tunnel or another port changes nothing.
import type { Item } from './model.js';

export type SeenUnit = { readonly id: string; readonly rev: number };
export type Intent =
  | { readonly action: 'accept' | 'reject'; readonly units: readonly SeenUnit[]; readonly text?: string; readonly why?: string }
  | { readonly action: 'text'; readonly units: readonly [SeenUnit]; readonly text: string }
  | { readonly action: 'trim'; readonly units: readonly [SeenUnit]; readonly start: number; readonly end: number }
  | { readonly action: 'split'; readonly units: readonly [SeenUnit]; readonly at: number; readonly texts: readonly [string, string] }
  | { readonly action: 'merge'; readonly units: readonly [SeenUnit, SeenUnit]; readonly text: string }
  | { readonly action: 'undo' };
export type Change = { readonly seq: number; readonly request: string; readonly by: string; readonly action: string; readonly removed: readonly string[]; readonly items: readonly Item[] };
export type State = { readonly voice: string; readonly language: string; readonly reviewer: string; readonly rateHz: number; readonly seq: number; readonly items: readonly Item[]; readonly problems: readonly string[] };

/** A decision that the server did not take: why, and the clips as they are now. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly hint: string;
  readonly removed: readonly string[];
  readonly items: readonly Item[];
  constructor(status: number, body: { readonly error?: { readonly message?: string; readonly hint?: string }; readonly removed?: readonly string[]; readonly items?: readonly Item[] }) {
    super(body.error?.message ?? `The server answered with status ${status}.`);
    this.status = status;
    this.hint = body.error?.hint ?? '';
    this.removed = body.removed ?? [];
    this.items = body.items ?? [];
  }
}

/** @throws {Refusal} where it answers otherwise than 200; a TypeError where it cannot be reached. */
async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  const body: unknown = await response.json();
  if (!response.ok) throw new Refusal(response.status, body as ConstructorParameters<typeof Refusal>[1]);
  return body as T;
}

export const fetchState = (): Promise<State> => ask<State>('api/state');
export const sendDecision = (order: { readonly request: string; readonly by: string; readonly intent: Intent }): Promise<Change> =>
  ask<Change>('api/decisions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });

/** Sound of a clip, whole. @throws {Refusal} */
export async function fetchSound(id: string): Promise<ArrayBuffer> {
  const response = await fetch(`api/audio/${encodeURIComponent(id)}`);
  if (!response.ok) throw new Refusal(response.status, (await response.json().catch(() => ({}))) as object);
  return response.arrayBuffer();
}

/** Hears of others' decisions; `onHello` with the number of the last one whenever the line is (again) there. */
export function listen({ onChange, onHello, onRenewed }: { readonly onChange: (change: Change) => void; readonly onHello: (seq: number) => void; /** The clips were cut or heard anew. */ readonly onRenewed: () => void }): void {
  const events = new EventSource('api/events');
  events.addEventListener('hello', (event) => onHello((JSON.parse((event as MessageEvent<string>).data) as { seq: number }).seq));
  events.addEventListener('message', (event) => onChange(JSON.parse((event as MessageEvent<string>).data) as Change));
  events.addEventListener('renewed', onRenewed);
}
