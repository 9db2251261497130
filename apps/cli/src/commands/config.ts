import { join } from 'node:path';
import { stringify } from 'yaml';
import { explainConfig, loadConfig } from '../config/load.js';
import { configJsonSchema } from '../config/schema.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { textTable } from '../render/table.js';
import { didYouMean } from '../suggest.js';
import { CONFIG_NAME, voiceRoot } from '../voice/folder.js';

const ACTIONS = ['show', 'validate', 'schema'] as const;

export default defineCommand({
  name: 'config',
  summary: 'show a configuration with all defaults, validate it, or print its JSON Schema',
  positionals: [{ name: 'ACTION', help: 'show, validate or schema' }, { name: 'NAME', help: "a voice's name or the path of its folder (not for schema)", optional: true }],
  flags: { origin: { type: 'boolean', help: 'with show: every key, its value, and the line that says so or "default"' } },
  example: 'voxtune config show staff001 --origin\nvoxtune config schema > voxtune.schema.json',
  async run({ args, flags, out, cwd }) {
    const [action, name] = args as [string, string | undefined];
    if (!(ACTIONS as readonly string[]).includes(action)) throw new CliError('CLI_USAGE', `config: ${JSON.stringify(action)} is not one of ${ACTIONS.join(', ')}${didYouMean(action, ACTIONS)}`);
    if (action === 'schema') {
      if (out.json) out.data(configJsonSchema());
      else out.print(JSON.stringify(configJsonSchema(), null, 2));
      return Exit.ok;
    }
    if (name === undefined) throw new CliError('CLI_USAGE', `config ${action}: missing NAME`);
    const file = join(voiceRoot(name, cwd), CONFIG_NAME);
    if (action === 'show' && flags.origin) {
      const settings = await explainConfig(file);
      if (out.json) out.data({ path: file, settings });
      else out.print(textTable(['key', 'value', 'from'], settings.map(({ key, value, line }) => [key, JSON.stringify(value), line === null ? 'default' : `line ${line}`])));
      return Exit.ok;
    }
    const config = await loadConfig(file);
    if (action === 'validate') {
      if (out.json) out.data({ path: file, ok: true });
      else out.print(`${file}: valid`);
    } else if (out.json) out.data({ path: file, config });
    else out.print(stringify(config).trimEnd());
    return Exit.ok;
  },
});
