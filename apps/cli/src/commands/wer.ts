import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { corpusErrorRate } from '@voxtune/text';
import { LANGUAGES } from '../config/schema.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';

const NORMALIZERS = ['none', 'seed', 'default'] as const;
const percent = (rate: number): string => `${(rate * 100).toFixed(2)} %`;

export default defineCommand({
  name: 'wer',
  summary: 'word and character error rates of two text files, one utterance a line',
  positionals: [{ name: 'REF', help: 'the true words' }, { name: 'HYP', help: 'the recognised words' }],
  flags: {
    language: { type: 'string', choices: LANGUAGES, help: 'of the texts (default zh)' },
    normalizer: { type: 'string', choices: NORMALIZERS, help: 'what is made alike before comparing (default default)' },
  },
  example: 'voxtune wer words.txt recognised.txt --language en',
  async run({ args, flags, out, cwd }) {
    const [reference, hypothesis] = await Promise.all(args.map(async (path) => (await readText(resolve(cwd, path))).replace(/^\ufeff/, '').replace(/\r?\n$/, '').split(/\r?\n/))) as [string[], string[]];
    if (reference.length !== hypothesis.length) throw new CliError('CLI_UNPAIRED', `${args[0]} has ${reference.length} lines, ${args[1]} has ${hypothesis.length}`, { reference: reference.length, hypothesis: hypothesis.length });
    if (reference.every((line) => line.trim() === '')) throw new CliError('CLI_UNPAIRED', `${args[0]} holds no words, so there is nothing to count errors of`, { reference: reference.length });
    const rates = corpusErrorRate(reference.map((line, i) => ({ reference: line, hypothesis: hypothesis[i]! })), {
      language: (flags.language ?? 'zh') as (typeof LANGUAGES)[number], normalizer: (flags.normalizer ?? 'default') as (typeof NORMALIZERS)[number], // choices of the flags
    });
    if (out.json) out.data(rates);
    else out.print(textTable([`${rates.pairs} pair${rates.pairs === 1 ? '' : 's'}`, 'WER', 'CER'], [['all edits over all words', percent(rates.micro.wer), percent(rates.micro.cer)], ['mean of the lines', percent(rates.macro.wer), percent(rates.macro.cer)]], [1, 2]));
    return Exit.ok;
  },
});

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch((cause: unknown) => {
  const isFolder = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
  throw new CliError('CLI_PATH_MISSING', isFolder ? `${path} is a folder; a text file with one utterance a line is needed` : `${path} cannot be read`, { path }, { cause });
});
