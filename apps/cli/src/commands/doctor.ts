import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { recognizeModels } from '@voxtune/models';
import { probeCheckout, type EngineVersion, type ProbeCheckoutOptions } from '@voxtune/training';
import { configSchema, ENGINE_VERSIONS } from '../config/schema.js';
import { defineCommand } from '../define-command.js';
import { Exit, failureOf } from '../exit.js';
import { pathDirs } from '../voice/engine.js';
import { openVoice } from '../voice/folder.js';

type Level = 'ok' | 'note' | 'warning' | 'error';
type DoctorFinding = { readonly code: string; readonly level: Level; readonly message: string; readonly hint: string | null };

const GB = 1e9;
/** Advised by the guide that voxtune follows: 32 GB of memory, 100 GB of disk. */
const ADVISED = { memoryGb: 32, diskGb: 100 } as const;

async function programVersion(program: string, args: readonly string[]): Promise<string | null> {
  const { failed, stdout, stderr } = await execa(program, args, { reject: false, timeout: 3000, stdin: 'ignore' });
  return failed ? null : ((stdout || stderr).split('\n')[0] ?? '');
}

export default defineCommand({
  name: 'doctor',
  summary: 'say what this machine lacks for a voice, and how to get it; exit 4 when a wanted part cannot work',
  positionals: [{ name: 'NAME', help: 'a voice whose needs are checked', optional: true }],
  flags: {
    engine: { type: 'string', value: 'DIR', help: 'a GPT-SoVITS checkout to check' },
    version: { type: 'string', choices: ENGINE_VERSIONS, help: "model version wanted (default: the voice's, else v2Pro)" },
    models: { type: 'string', value: 'DIR', help: 'a folder of ONNX models to check' },
  },
  example: 'voxtune doctor --engine ~/GPT-SoVITS',
  async run({ args, flags, out, cwd, env }) {
    const voice = args[0] === undefined ? null : await openVoice(args[0], cwd, { models: flags.models });
    const version = (flags.version ?? voice?.config.engine.version ?? configSchema.parse({ voice: 'any' }).engine.version) as EngineVersion; // one of the flag's choices
    const findings: DoctorFinding[] = [];
    const add = (code: string, level: Level, message: string, hint: string | null = null) => findings.push({ code, level, message, hint });
    add('NODE', 'ok', `Node ${process.versions.node}`);
    const [ffmpeg, nvidia] = await Promise.all([
      programVersion(voice?.config.ingest.ffmpeg ?? 'ffmpeg', ['-version']),
      programVersion('nvidia-smi', ['--query-gpu=name,memory.free,driver_version', '--format=csv,noheader']),
    ]);
    if (ffmpeg === null) add('FFMPEG_MISSING', 'warning', 'ffmpeg was not found: M4A cannot be read, and GPT-SoVITS needs it too', 'Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg');
    else add('FFMPEG', 'ok', ffmpeg);
    if (nvidia === null) add('GPU_MISSING', 'note', 'no NVIDIA GPU was found (nvidia-smi): training on a CPU takes hours per epoch', 'Train on a machine with an NVIDIA GPU of 10 GB or more.');
    else add('GPU', 'ok', `GPU ${nvidia}`);
    const memoryGb = totalmem() / GB;
    add('MEMORY', memoryGb < ADVISED.memoryGb * 0.9 ? 'note' : 'ok', `memory ${memoryGb.toFixed(0)} GB, ${(freemem() / GB).toFixed(0)} GB free (${ADVISED.memoryGb} GB advised for training)`);
    const place = voice?.root ?? cwd;
    const disk = await statfs(place);
    const freeGb = (disk.bavail * disk.bsize) / GB;
    add('DISK', freeGb < 2 ? 'error' : freeGb < ADVISED.diskGb ? 'note' : 'ok', `disk ${freeGb.toFixed(0)} GB free at ${place} (${ADVISED.diskGb} GB advised for training)`, freeGb < 2 ? 'Free some space.' : null);
    await access(place, constants.W_OK).then(() => add('WRITABLE', 'ok', `${place} is writable`), () => add('NOT_WRITABLE', voice === null ? 'note' : 'error', `${place} is not writable`, 'Make the folder writable.'));
    const engineDir = flags.engine === undefined ? voice?.engineDir ?? null : resolve(cwd, flags.engine);
    if (engineDir === null) add('ENGINE_NONE', 'note', 'no GPT-SoVITS checkout was named: recordings become lists, nothing is trained', 'Give one: voxtune doctor --engine DIR');
    else await checkEngine(engineDir, { python: voice?.config.engine.python ?? null, version, pathDirs: pathDirs(env), ...(voice === null ? {} : { languages: [voice.config.language] }) }, add);
    const modelsDir = flags.models === undefined ? voice?.modelsDir ?? null : resolve(cwd, flags.models);
    if (modelsDir === null) add('MODELS_NONE', 'note', 'no folder of measuring models was named: similarity and MOS are "not measured"', 'Give one: --models DIR');
    else await recognizeModels(modelsDir).then(
      (models) => add('MODELS', models.length === 0 ? 'warning' : 'ok', models.length === 0 ? `no known model in ${modelsDir}` : `models ${models.map((m) => m.id).join(', ')}`),
      (error: unknown) => { const f = failureOf(error); add(f.code, 'error', f.message, f.hint); },
    );
    const ok = findings.every((f) => f.level !== 'error');
    if (out.json) out.data({ ok, findings });
    else for (const f of findings) {
      const mark = { ok: out.paint('green', '✔'), note: out.paint('dim', '·'), warning: out.paint('yellow', '!'), error: out.paint('red', '✘') }[f.level];
      out.print(`${mark} ${f.message}${f.hint === null ? '' : `\n    ${f.hint}`}`);
    }
    return ok ? Exit.ok : Exit.environment;
  },
});

async function checkEngine(dir: string, options: ProbeCheckoutOptions, add: (code: string, level: Level, message: string, hint?: string | null) => void): Promise<void> {
  try {
    const checkout = await probeCheckout(dir, options);
    add('ENGINE', 'ok', `${checkout.kind === 'stand-in' ? 'the stand-in engine (learns nothing)' : 'GPT-SoVITS'} at ${checkout.root}${checkout.commit === null ? '' : `, commit ${checkout.commit.slice(0, 10)}`}`);
    const python = await programVersion(checkout.interpreter.command, [...(checkout.kind === 'stand-in' ? [] : checkout.interpreter.args), '--version']);
    if (python === null) add('ENGINE_PYTHON_MISSING', 'error', `${checkout.interpreter.command} does not run`, 'Create the engine\'s environment, or set engine.python in voxtune.yaml.');
    else add('ENGINE_PYTHON', 'ok', `${python} (${checkout.interpreter.command})`);
    for (const f of checkout.findings) add(f.code, f.level, f.message, f.hint);
  } catch (error) {
    const f = failureOf(error);
    add(f.code, 'error', f.message, f.hint);
  }
}
