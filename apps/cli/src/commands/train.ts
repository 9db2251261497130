import { resolve } from 'node:path';
import { formatPlan } from '@voxtune/training';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { openEngine, trainingPlan } from '../voice/engine.js';
import { openVoice } from '../voice/folder.js';
import { namePreset, presetFacts, PRESET_NAMES, withPreset, writePreset } from '../voice/preset.js';

export default defineCommand({
  name: 'train',
  summary: 'prepare features and train; --dry-run prints every command, variable and file',
  positionals: [{ name: 'NAME', help: "a voice's name or the path of its folder" }],
  flags: {
    preset: { type: 'string', choices: PRESET_NAMES, help: 'write epochs and batches that fit the data and the GPU into voxtune.yaml first (see voxtune config presets); with --dry-run nothing is written' },
    engine: { type: 'string', value: 'DIR', help: 'with --dry-run: plan for this checkout, present or not' },
    force: { type: 'boolean', help: 'from the features on, do it again' },
    extend: { type: 'boolean', help: 'train the epochs that voxtune.yaml asks for beyond those that a training was begun with' },
    models: { type: 'string', value: 'DIR', help: 'folder of ONNX models' },
    strict: { type: 'boolean', help: 'as for run' },
    'dry-run': { type: 'boolean', help: 'print the plan, copy-pastable, and do nothing' },
  },
  example: 'voxtune train staff001 --dry-run',
  async run(context) {
    const { args, flags, out, cwd } = context;
    if (!flags['dry-run']) {
      if (flags.engine !== undefined) throw new CliError('CLI_USAGE', 'train: --engine goes with --dry-run; otherwise set engine.path in voxtune.yaml');
      if (flags.preset !== undefined) {
        const opened = await openVoice(args[0]!, cwd);
        const choice = namePreset(flags.preset, await presetFacts(opened));
        await writePreset(opened, choice);
        out.note(`preset ${choice.name} (${choice.chosenBecause}) was written into voxtune.yaml: ${choice.reasons.join('; ')}`);
      }
      const { partialRun } = await import('./partial-run.js'); // brings evaluation and serving, which a dry run never needs
      return partialRun({ name: 'train', summary: '', from: 'features-text', until: 'train-sovits', example: '' }).run(context);
    }
    const opened = await openVoice(args[0]!, cwd);
    const voice = flags.preset === undefined ? opened : withPreset(opened, namePreset(flags.preset, await presetFacts(opened)));
    const engineRoot = flags.engine === undefined ? voice.engineDir : resolve(cwd, flags.engine);
    if (engineRoot === null) throw new CliError('CLI_ENGINE_UNKNOWN', 'no engine is configured');
    const engine = flags.engine === undefined ? await openEngine(voice).catch(() => null) : null;
    const plan = await trainingPlan(voice, engine, engineRoot);
    if (out.json) out.data(plan);
    else out.print(formatPlan(plan));
    return Exit.ok;
  },
});
