import { type Dialect, type WireField } from '../request.js';

/** How one dialect is spoken: names on the wire, routes, and what it cannot do. */
export type WireTable = {
  readonly dialect: Dialect;
  /** POST route of synthesis. */
  readonly route: string;
  /** Our name → the field sent; null: this dialect has no such field, and the caller is warned. A name without a row does not compile. */
  readonly fields: Readonly<Record<WireField, string | null>>;
  /** Fields always sent unless the request says otherwise. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Media types the server can be asked for; the first is what it answers unasked. */
  readonly mediaTypes: readonly string[];
  /** Whether the server refuses prompts outside 3–10 s. */
  readonly limitsPromptLength: boolean;
};
