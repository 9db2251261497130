import type { IncomingMessage, ServerResponse } from 'node:http';
import { type State } from './state.js';

/** One request, read. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly rawBody: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

export type Router = {
  /** Routes and their methods, for `/openapi.json` and 405. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  handle(state: State, exchange: Exchange): Promise<void>;
};

/** The body as an object; null when it is not JSON or not an object. */
export function jsonBody({ rawBody }: Exchange): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(rawBody);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
