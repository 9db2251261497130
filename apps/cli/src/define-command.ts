// What a command is, and how its arguments are read.
import { parseArgs } from 'node:util';
import { CliError, type ExitCode } from './exit.js';
import { type Output } from './output.js';
import { didYouMean } from './suggest.js';

export type FlagSpec = {
  readonly type: 'string' | 'boolean' | 'number';
  readonly help: string;
  /** One-letter form, without the dash. */
  readonly short?: string;
  /** How the value is called in --help, for instance DIR. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
};
export type PositionalSpec = { readonly name: string; readonly help: string; readonly optional?: boolean; readonly many?: boolean };
type FlagValue<F extends FlagSpec> = F['type'] extends 'boolean' ? boolean : F['type'] extends 'number' ? number | undefined : string | undefined;
export type FlagValues<Flags extends Readonly<Record<string, FlagSpec>>> = { readonly [K in keyof Flags]: FlagValue<Flags[K]> };

export type CommandContext<Flags extends Readonly<Record<string, FlagSpec>>> = {
  readonly args: readonly string[];
  readonly flags: FlagValues<Flags>;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};
/** Flags as read, before a command's own types are laid over them. */
export type RawFlags = Readonly<Record<string, string | number | boolean | undefined>>;
/** A command whose flags' types are forgotten: what the table of verbs holds. */
export type AnyCommand = Omit<Command<Readonly<Record<string, FlagSpec>>>, 'run'> & { run(context: Omit<CommandContext<Record<never, FlagSpec>>, 'flags'> & { readonly flags: RawFlags }): Promise<ExitCode> };
export type Command<Flags extends Readonly<Record<string, FlagSpec>>> = {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly PositionalSpec[];
  readonly flags: Flags;
  readonly example: string;
  run(context: CommandContext<Flags>): Promise<ExitCode>;
};

/** Flags that every verb takes. */
export const COMMON_FLAGS = {
  json: { type: 'boolean', help: 'machine-readable output on stdout, nothing else there' },
  quiet: { type: 'boolean', help: 'no words along the way' },
  verbose: { type: 'boolean', help: 'more words along the way' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} as const satisfies Readonly<Record<string, FlagSpec>>;

/** Types a command's flags; adds nothing. */
export function defineCommand<const Flags extends Readonly<Record<string, FlagSpec>>>(command: Command<Flags>): AnyCommand {
  return command as unknown as AnyCommand; // readArguments gives the types that Flags says
}

/**
 * Reads the arguments that follow a verb.
 * @throws {CliError} CLI_USAGE for an unknown flag (with the nearest), a wrong value, a missing or superfluous argument.
 */
export function readArguments(command: AnyCommand, argv: readonly string[]): { args: string[]; flags: Record<string, string | number | boolean | undefined> } {
  const specs: Readonly<Record<string, FlagSpec>> = { ...COMMON_FLAGS, ...command.flags };
  const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { type: spec.type === 'boolean' ? ('boolean' as const) : ('string' as const), ...(spec.short === undefined ? {} : { short: spec.short }) }]));
  const { tokens, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  const flags: Record<string, string | number | boolean | undefined> = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, spec.type === 'boolean' ? false : undefined]),
  );
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = specs[token.name];
    if (spec === undefined) {
      const given = argv[token.index] ?? '';
      const name = /^-[^-]./.test(given) ? `; a file of that name is written ./${given}` : '';
      throw new CliError('CLI_USAGE', `${command.name}: unknown flag ${token.rawName}${name}${didYouMean(token.name, Object.keys(specs)).replace('mean ', 'mean --')}`, { flag: token.rawName });
    }
    flags[token.name] = readFlag(command.name, token.name, spec, token.value);
  }
  if (flags['help'] === true) return { args: positionals, flags };
  const required = command.positionals.filter((p) => p.optional !== true);
  if (positionals.length < required.length) throw new CliError('CLI_USAGE', `${command.name}: missing ${required[positionals.length]!.name}`);
  const last = command.positionals.at(-1);
  if (last?.many !== true && positionals.length > command.positionals.length) {
    throw new CliError('CLI_USAGE', `${command.name}: unexpected argument ${JSON.stringify(positionals[command.positionals.length])}`);
  }
  return { args: positionals, flags };
}

function readFlag(verb: string, name: string, spec: FlagSpec, value: string | undefined): string | number | boolean {
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new CliError('CLI_USAGE', `${verb}: --${name} takes no value, got ${JSON.stringify(value)}`);
    return true;
  }
  if (value === undefined || (value.startsWith('--') && value.length > 2)) throw new CliError('CLI_USAGE', `${verb}: --${name} needs a value (${spec.value ?? spec.type})`);
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    throw new CliError('CLI_USAGE', `${verb}: --${name} is one of ${spec.choices.join(', ')}, got ${JSON.stringify(value)}${didYouMean(value, spec.choices)}`);
  }
  if (spec.type === 'string') return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < (spec.min ?? -Infinity) || number > (spec.max ?? Infinity)) {
    throw new CliError('CLI_USAGE', `${verb}: --${name} needs a number${spec.min === undefined ? '' : ` from ${spec.min}`}${spec.max === undefined ? '' : ` to ${spec.max}`}, got ${JSON.stringify(value)}`);
  }
  return number;
}

/** The text of `voxtune VERB --help`. */
export function helpOf(command: AnyCommand): string {
  const positionals = command.positionals.map((p) => (p.optional === true ? `[${p.name}]` : p.name) + (p.many === true ? '…' : ''));
  const rows: [string, string][] = Object.entries({ ...command.flags, ...COMMON_FLAGS }).map(([name, spec]: [string, FlagSpec]) => {
    const value = spec.type === 'boolean' ? '' : ` ${spec.choices?.join('|') ?? spec.value ?? spec.type.toUpperCase()}`;
    return [`${spec.short === undefined ? '' : `-${spec.short}, `}--${name}${value}`, spec.help];
  });
  for (const p of [...command.positionals].reverse()) rows.unshift([p.name, p.help]);
  const width = Math.min(36, Math.max(...rows.map(([left]) => left.length)));
  return [
    `voxtune ${command.name} — ${command.summary}`, '',
    `Usage: voxtune ${[command.name, ...positionals].join(' ')} [flags]`, '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`), '',
    'Example:', ...command.example.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}
