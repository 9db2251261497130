// Where a command's words go: data to stdout, words for people to stderr when stdout carries data.

export type OutputOptions = { readonly json: boolean; readonly quiet: boolean; readonly verbose: boolean };
export type Streams = {
  readonly stdout: { write(text: string): unknown; isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type Output = {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** True when stderr may be redrawn: a terminal, not quiet, not JSON. */
  readonly live: boolean;
  readonly columns: number;
  /** One JSON document (or one NDJSON event) on stdout. */
  data(value: unknown): void;
  /** The command's answer for people: stdout, unless stdout carries JSON. */
  print(text: string): void;
  /** Words along the way: stderr; silent with --quiet. */
  note(text: string): void;
  /** Only with --verbose. */
  detail(text: string): void;
  /** Replaces the live line; an empty text clears it. */
  redraw(text: string): void;
  paint(colour: Colour, text: string): string;
};

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** Makes the output of one command; honours NO_COLOR, FORCE_COLOR and non-terminals. */
export function createOutput({ json, quiet, verbose }: OutputOptions, { stdout, stderr, env }: Streams): Output {
  const colour = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' ? true : (env['NO_COLOR'] ?? '') === '' && stderr.isTTY === true && env['TERM'] !== 'dumb';
  const live = stderr.isTTY === true && !quiet && !json && env['TERM'] !== 'dumb';
  let drawn = false;
  const clear = () => {
    if (drawn) stderr.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    json, quiet, verbose, live,
    columns: stderr.columns ?? 80,
    data: (value) => { clear(); stdout.write(`${JSON.stringify(value)}\n`); },
    print: (text) => { if (!json) { clear(); stdout.write(`${text}\n`); } },
    note: (text) => { if (!quiet) { clear(); stderr.write(`${text}\n`); } },
    detail: (text) => { if (verbose) { clear(); stderr.write(`${text}\n`); } },
    redraw: (text) => {
      if (!live) return;
      clear();
      if (text !== '') { stderr.write(text); drawn = true; }
    },
    paint: (name, text) => (colour ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text),
  };
}
