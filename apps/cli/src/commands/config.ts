import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { checkGuideConfig, listPresets, mapGuideConfig } from '@voxtune/training';
import { SCHEMA_NAMES, allKeys, explainKey, jsonSchemaOf } from '../config/explain-key.js';
import { explainConfig, loadConfig, type Origin } from '../config/load.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, type ExitCode } from '../exit.js';
import { type Output } from '../output.js';
import { textTable } from '../render/table.js';
import { didYouMean } from '../suggest.js';
import { CONFIG_NAME, openVoice, voiceRoot, type Voice } from '../voice/folder.js';
import { namePreset, presetFacts } from '../voice/preset.js';

const ACTIONS = ['show', 'validate', 'schema', 'explain', 'map', 'presets'] as const;

export default defineCommand({
  name: 'config',
  summary: 'show a configuration with all defaults, validate it, print a JSON Schema, explain a key, or map a file of the guide',
  positionals: [{ name: 'ACTION', help: 'show, validate, schema, explain, map or presets' }, { name: 'NAME', help: "a voice's name or folder; schema: voice, guide-s1 or guide-s2; explain: a key or a section; map: the guide's s1longer.yaml or s2.json", optional: true }],
  flags: { origin: { type: 'boolean', help: 'with show: every key, its value, and the line that says so or "default"' }, voice: { type: 'string', value: 'NAME', help: 'with explain: also the value in this voice, and where it comes from' } },
  example: 'voxtune config show staff001 --origin\nvoxtune config schema > voxtune.schema.json\nvoxtune config explain epochs --voice staff001\nvoxtune config presets staff001\nvoxtune config map configs/s2.json',
  async run({ args, flags, out, cwd }) {
    const [action, name] = args as [string, string | undefined];
    if (!(ACTIONS as readonly string[]).includes(action)) throw new CliError('CLI_USAGE', `config: ${JSON.stringify(action)} is not one of ${ACTIONS.join(', ')}${didYouMean(action, ACTIONS)}`);
    if (action === 'schema') {
      const schema = SCHEMA_NAMES.find((each) => each === (name ?? 'voice'));
      if (schema === undefined) throw new CliError('CLI_USAGE', `config schema: ${JSON.stringify(name)} is not one of ${SCHEMA_NAMES.join(', ')}${didYouMean(name ?? '', SCHEMA_NAMES)}`);
      if (out.json) out.data(jsonSchemaOf(schema));
      else out.print(JSON.stringify(jsonSchemaOf(schema), null, 2));
      return Exit.ok;
    }
    if (name === undefined) throw new CliError('CLI_USAGE', `config ${action}: missing ${action === 'explain' ? 'KEY' : action === 'map' ? 'FILE' : 'NAME'}`);
    if (action === 'explain') return explain(name, out, flags.voice === undefined ? [] : await explainConfig(join(voiceRoot(flags.voice, cwd), CONFIG_NAME)));
    if (action === 'presets') return presets(await openVoice(name, cwd), out);
    if (action === 'map') return map(resolve(cwd, name), out, cwd);
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

function explain(key: string, out: Output, settings: readonly Origin[]): ExitCode {
  const keys = explainKey(key);
  if (keys.length === 0) throw new CliError('CLI_USAGE', `config explain: there is no key ${JSON.stringify(key)}${didYouMean(key, allKeys().flatMap((each) => [each.key, each.key.split('.').at(-1) ?? each.key]))}`);
  const inVoice = (schema: string, whole: string): Origin | undefined => (schema === 'voice' ? settings.find((each) => each.key === whole) : undefined);
  if (out.json) out.data({ keys: keys.map((each) => { const found = inVoice(each.schema, each.key); return found === undefined ? each : { ...each, value: found.value, line: found.line }; }) });
  else for (const { schema, key: whole, does, takes, default: value } of keys) {
    out.print(`${whole} (${schema}): ${does ?? 'see voxtune config schema'}\n  takes ${takes}${value === undefined ? '' : `; default ${JSON.stringify(value)}`}`);
    const found = inVoice(schema, whole);
    if (found !== undefined) out.print(`  here ${JSON.stringify(found.value)}, ${found.line === null ? 'the default' : `from line ${found.line} of ${CONFIG_NAME}`}`);
  }
  return Exit.ok;
}

/** The presets for a voice, and which of them fits. */
async function presets(voice: Voice, out: Output): Promise<ExitCode> {
  const facts = await presetFacts(voice);
  const fitting = namePreset('auto', facts);
  const all = listPresets(facts);
  if (out.json) out.data({ voice: voice.name, facts, fitting: fitting.name, because: fitting.chosenBecause, presets: all });
  else {
    out.print(textTable(['preset', 'for', 'GPT', 'SoVITS'], all.map(({ name, forWhat, gpt, sovits }) => [name === fitting.name ? `${name} *` : name, forWhat, ...[gpt, sovits].map((part) => `${part.epochs} epochs, batch ${part.batchSize}`)])));
    out.print(`* fits: ${fitting.chosenBecause}; ${fitting.reasons.join('; ')}`);
  }
  return Exit.ok;
}

/** What becomes of a file of the guide on the engine. */
async function map(file: string, out: Output, cwd: string): Promise<ExitCode> {
  const checked = checkGuideConfig(await readFile(file, 'utf8'), { isThere: (path) => existsSync(resolve(cwd, path)) });
  if (!checked.ok) {
    const text = checked.problems.map(({ line, column, key, message, known }) => `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}${didYouMean(key.split('.').at(-1) ?? key, known)}`);
    throw new CliError('CLI_CONFIG_INVALID', text.join('\n'), { path: file, line: checked.problems[0]?.line ?? 1, column: checked.problems[0]?.column ?? 1, problems: checked.problems.length });
  }
  const mappings = mapGuideConfig(checked);
  if (out.json) out.data({ path: file, kind: checked.kind, mappings });
  else out.print(textTable(['key', 'value', 'becomes', 'note'], mappings.map(({ key, value, state, to, note }) => [key, JSON.stringify(value), to ?? (state === 'fixed' ? 'the engine decides' : 'nothing'), note])));
  return Exit.ok;
}
