import { describe, expect, it } from 'vitest';
import { defineCommand, helpOf, readArguments } from './define-command.js';
import { CliError, Exit } from './exit.js';

const command = defineCommand({
  name: 'cut', summary: 'cut things', positionals: [{ name: 'IN', help: 'what' }, { name: 'MORE', help: 'more', optional: true }],
  flags: { rate: { type: 'number', value: 'HZ', min: 1, max: 100, help: 'how fast' }, mode: { type: 'string', choices: ['soft', 'hard'], help: 'how' }, out: { type: 'string', short: 'o', help: 'where' }, dry: { type: 'boolean', help: 'only say' } },
  example: 'voxtune cut a.wav', run: async () => Exit.ok,
});
const messageOf = (argv: string[]) => {
  try { readArguments(command, argv); } catch (error) { expect(error).toBeInstanceOf(CliError); return (error as Error).message; }
  return null;
};

describe('readArguments', () => {
  it('reads positionals, values, switches and short forms in any order', () => {
    const { args, flags } = readArguments(command, ['--rate', '8', 'a.wav', '--dry', '-o', 'x.wav', '--mode=hard']);
    expect(args).toEqual(['a.wav']);
    expect(flags).toMatchObject({ rate: 8, dry: true, out: 'x.wav', mode: 'hard', json: false });
  });
  it('takes everything after -- as it is', () => {
    expect(readArguments(command, ['--', '-strange.wav']).args).toEqual(['-strange.wav']);
  });
  it.each([
    [['a', '--rat', '5'], 'cut: unknown flag --rat; did you mean --rate?'],
    [['-zap.wav'], 'cut: unknown flag -z; a file of that name is written ./-zap.wav'],
    [['a', '--rate', 'fast'], 'cut: --rate needs a number from 1 to 100, got "fast"'],
    [['a', '--rate', '0'], 'cut: --rate needs a number from 1 to 100, got "0"'],
    [['a', '--mode', 'sofd'], 'cut: --mode is one of soft, hard, got "sofd"; did you mean soft?'],
    [['a', '--out'], 'cut: --out needs a value (string)'],
    [[], 'cut: missing IN'],
    [['a', 'b', 'c'], 'cut: unexpected argument "c"'],
    [['a', '--dry=yes'], 'cut: --dry takes no value, got "yes"'],
  ])('refuses %j', (argv, message) => expect(messageOf(argv as string[])).toBe(message));
  it('asks for nothing when help is wanted', () => expect(readArguments(command, ['--help']).flags['help']).toBe(true));
});

it('help shows usage, every flag and an example', () => {
  const help = helpOf(command);
  for (const part of ['Usage: voxtune cut IN [MORE] [flags]', '--mode soft|hard', '-o, --out STRING', '--json', 'voxtune cut a.wav']) expect(help).toContain(part);
});
