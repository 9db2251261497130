import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { diffDatasets } from '@voxtune/dataset';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';
import { readDataset, type DatasetFile } from '../voice/dataset-file.js';
import { openVoice } from '../voice/folder.js';

/** Lines of a difference that are printed of each kind; --json has them all. */
const SHOWN = 20;

export default defineCommand({
  name: 'dataset',
  summary: 'what a voice learns from, in figures; or what changed between two',
  positionals: [{ name: 'NAME', help: 'a voice, its folder, or a dataset.json; or the word diff and two of these', many: true }],
  flags: {},
  example: 'voxtune dataset staff001\nvoxtune dataset diff staff001 backup/dataset.json',
  async run({ args, out, cwd }) {
    if (args[0] === 'diff' && args.length !== 2) {
      if (args.length !== 3) throw new CliError('CLI_USAGE', 'dataset diff: give two voices, or two dataset.json');
      const [before, after] = [await open(args[1]!, cwd), await open(args[2]!, cwd)];
      const diff = diffDatasets(before.utterances, after.utterances);
      if (out.json) out.data({ before: before.sha256, after: after.sha256, same: before.sha256 === after.sha256, ...diff });
      else {
        const { added, removed, changed, unchanged, seconds, recordings } = diff;
        out.print(before.sha256 === after.sha256 ? `The same: ${unchanged} utterances, ${before.sha256.slice(0, 12)}` : `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} as before; ${(seconds.before / 60).toFixed(1)} → ${(seconds.after / 60).toFixed(1)} minutes`);
        for (const [word, names] of [['new', recordings.added], ['gone', recordings.removed]] as const) if (names.length > 0) out.print(`recordings ${word}: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`);
        const rows = [...added.map((row) => ['+', row.clip, row.text]), ...removed.map((row) => ['-', row.clip, row.text]), ...changed.map(({ clip, what, before: was, after: is }) => ['~', clip, what.map((field) => (field === 'audio' ? 'audio' : `${field}: ${was[field]} → ${is[field]}`)).join('; ')])];
        if (rows.length > 0) out.print(textTable(['', 'clip', 'what'], rows.slice(0, SHOWN)));
        if (rows.length > SHOWN) out.note(`${rows.length - SHOWN} more; --json has them all.`);
      }
      return Exit.ok;
    }
    if (args.length !== 1) throw new CliError('CLI_USAGE', `dataset: unexpected argument ${JSON.stringify(args[1])}`);
    const data = await open(args[0]!, cwd);
    if (out.json) out.data({ ...data });
    else {
      const { lists, recordings, clips, figures: { histograms, coverage, preflight } } = data;
      out.print(textTable(['list', 'utterances', 'minutes'], (['train', 'valid', 'test'] as const).map((name) => [name, String(lists?.[name].count ?? 0), ((lists?.[name].durationSec ?? 0) / 60).toFixed(1)]), [1, 2]));
      out.print(`recordings ${recordings.kept.count} of ${recordings.in}, clips ${clips?.kept.count ?? 0}, contents ${data.sha256.slice(0, 12)}`);
      for (const { name, unit, median, n } of histograms) out.print(`${name}: median ${median} ${unit} (${n})`);
      for (const { kind, missing, rare } of coverage?.kinds ?? []) out.print(`${kind}s missing: ${missing.join(' ') || 'none'}; rare: ${rare.join(' ') || 'none'}`);
      for (const { text } of (coverage?.toRecord ?? []).slice(0, 3)) out.print(`record next: ${text}`);
      out.print(`the trainers would leave out ${preflight.drops.length}${preflight.problems.map((problem) => `\n${problem}`).join('')}`);
      for (const { clip, reason } of preflight.drops.slice(0, SHOWN)) out.print(`  ${clip}: ${reason}`);
    }
    return Exit.ok;
  },
});

/** A voice's, or a file's. */
async function open(nameOrPath: string, cwd: string): Promise<DatasetFile> {
  const given = resolve(cwd, nameOrPath);
  const isFile = await stat(given).then((found) => found.isFile(), () => false);
  const path = isFile && given.endsWith('.json') ? given : (await openVoice(nameOrPath, cwd)).at('dataset');
  const file = await readDataset(path).catch((cause: unknown) => { throw new CliError('CLI_NO_WORDS', `${nameOrPath} has no data set yet, or one that cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { path }, { cause, hint: `Run: voxtune list ${nameOrPath}` }); });
  if (!Array.isArray(file.utterances)) throw new CliError('CLI_NO_WORDS', `${path} was written by an older voxtune and lists no utterances`, { path }, { hint: `Run: voxtune list ${nameOrPath}` });
  return file;
}
