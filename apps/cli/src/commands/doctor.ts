import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { recognizeModels } from '@voxtune/models';
import { ENGINE_COMMIT, probeCheckout, probeToolModels, type EngineVersion, type ProbeCheckoutOptions } from '@voxtune/training';
import { configSchema, ENGINE_VERSIONS } from '../config/schema.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, failureOf } from '../exit.js';
import { busyPorts, gpuFacts, programVersion, type GpuFacts } from '../machine/programs.js';
import { hashPretrained } from '../machine/hash-pretrained.js';
import { userCache } from '../machine/user-cache.js';
import { estimateDisk } from '../machine/voice-disk.js';
import { inspectPython, type PythonFacts } from '../machine/inspect-python.js';
import { pathDirs } from '../voice/engine.js';
import { openVoice, type Voice } from '../voice/folder.js';

type Level = 'ok' | 'note' | 'warning' | 'error';
type DoctorFinding = { readonly code: string; readonly level: Level; readonly message: string; readonly hint: string | null; /** Why it matters. */ readonly cause: string | null };

const GB = 1e9;
/** Advised by the guide that voxtune follows: 32 GB of memory, 100 GB of disk. */
const ADVISED = { memoryGb: 32, diskGb: 100 } as const;

/** Advised by the guide: GPU memory, and the oldest CUDA. */
const GPU_ADVISED = { freeGiB: 10, cuda: 11.8 } as const;

export default defineCommand({
  name: 'doctor',
  summary: 'say what this machine lacks for a voice, and how to get it; exit 4 when a wanted part cannot work',
  positionals: [{ name: 'NAME', help: 'a voice whose needs are checked', optional: true }],
  flags: {
    engine: { type: 'string', value: 'DIR', help: 'a GPT-SoVITS checkout to check' },
    version: { type: 'string', choices: ENGINE_VERSIONS, help: "model version wanted (default: the voice's, else v2Pro)" },
    models: { type: 'string', value: 'DIR', help: 'a folder of ONNX models to check' },
    hash: { type: 'boolean', help: 'also give the SHA-256 of each pretrained file; reads gigabytes the first time' },
  },
  example: 'voxtune doctor --engine ~/GPT-SoVITS',
  async run({ args, flags, out, signal, cwd, env }) {
    const voice = args[0] === undefined ? null : await openVoice(args[0], cwd, { models: flags.models });
    const version = (flags.version ?? voice?.config.engine.version ?? configSchema.parse({ voice: 'any' }).engine.version) as EngineVersion; // one of the flag's choices
    const findings: DoctorFinding[] = [];
    const add = (code: string, level: Level, message: string, hint: string | null = null, cause: string | null = null) => findings.push({ code, level, message, hint, cause });
    add('NODE', 'ok', `Node ${process.versions.node}`);
    const wantsGpu = voice === null ? false : voice.config.engine.device === 'cuda';
    const [ffmpeg, gpu, busy] = await Promise.all([programVersion(voice?.config.ingest.ffmpeg ?? 'ffmpeg', ['-version']), gpuFacts(), busyPorts([voice?.config.serve.port ?? 9977, ENGINE_PORT])]);
    if (ffmpeg === null) add('FFMPEG_MISSING', 'warning', 'ffmpeg was not found: M4A cannot be read, and GPT-SoVITS needs it too', 'Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg');
    else add('FFMPEG', 'ok', ffmpeg);
    checkGpu(gpu, wantsGpu, add);
    for (const port of busy) add('PORT_BUSY', 'note', `port ${port} of 127.0.0.1 is taken`, 'voxtune serve --port 0 takes a free one.', 'another program listens there, perhaps an engine that was left running');
    const memoryGb = totalmem() / GB;
    add('MEMORY', memoryGb < ADVISED.memoryGb * 0.9 ? 'note' : 'ok', `memory ${memoryGb.toFixed(0)} GB, ${(freemem() / GB).toFixed(0)} GB free (${ADVISED.memoryGb} GB advised for training)`);
    const place = voice?.root ?? cwd;
    const disk = await statfs(place);
    const freeGb = (disk.bavail * disk.bsize) / GB;
    add('DISK', freeGb < 2 ? 'error' : freeGb < ADVISED.diskGb ? 'note' : 'ok', `disk ${freeGb.toFixed(0)} GB free at ${place} (${ADVISED.diskGb} GB advised for training)`, freeGb < 2 ? 'Free some space.' : null);
    await access(place, constants.W_OK).then(() => add('WRITABLE', 'ok', `${place} is writable`), () => add('NOT_WRITABLE', voice === null ? 'note' : 'error', `${place} is not writable`, 'Make the folder writable.'));
    const engineDir = flags.engine === undefined ? voice?.engineDir ?? null : resolve(cwd, flags.engine);
    if (engineDir === null) add('ENGINE_NONE', 'note', 'no GPT-SoVITS checkout was named: recordings become lists, nothing is trained', 'Give one: voxtune doctor --engine DIR');
    else {
      await checkEngine(engineDir, { python: voice?.config.engine.python ?? null, version, pathDirs: pathDirs(env), ...(voice === null ? {} : { languages: [voice.config.language] }) }, { gpu, wantsGpu, add });
      await checkRoom(voice, engineDir, version, freeGb, add);
      await checkTools(engineDir, voice, add);
    }
    if (flags.hash) {
      if (engineDir === null) throw new CliError('CLI_USAGE', 'doctor: --hash needs --engine DIR, or a voice with an engine');
      const files = await hashPretrained(engineDir, { version, languages: [voice?.config.language ?? 'zh'], cachePath: join(userCache(env), 'hashes.json'), signal });
      for (const { path, sizeBytes, sha256, published } of files) add(published === 'other' ? 'PRETRAINED_CHANGED' : 'PRETRAINED_HASH', published === 'other' ? 'error' : 'ok', `${path}: ${(sizeBytes / 1e6).toFixed(1)} MB, SHA-256 ${sha256} (${{ same: 'as published', other: 'not the published file', none: 'unpinned: no sum is published' }[published]})`, published === 'other' ? `Remove it, then: voxtune setup --dir ${engineDir}` : null);
    }
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
      out.print(`${mark} ${f.message}${f.cause === null ? '' : `\n    because ${f.cause}`}${f.hint === null ? '' : `\n    ${f.hint}`}`);
    }
    return ok ? Exit.ok : Exit.environment;
  },
});

type Add = (code: string, level: Level, message: string, hint?: string | null, cause?: string | null) => void;

/** Why findings of a checkout matter, and whether `voxtune setup` mends them. */
const CAUSES: Readonly<Record<string, { readonly why: string; readonly bySetup: boolean }>> = {
  ENGINE_FILE_MISSING: { why: 'a clone brings programs only; without it training would start from noise, or not at all', bySetup: true },
  ENGINE_G2PW_MISSING: { why: 'the engine would download it at its first Chinese text; without a network it ends with exit code 0 and no output', bySetup: true },
  ENGINE_LANGUAGE_DETECTOR_MISSING: { why: 'the engine’s server would download it at its first request; its folder must exist, too', bySetup: true },
  ENGINE_PYTHON_MISSING: { why: 'a clone brings no Python environment', bySetup: true },
  ENGINE_NLTK_DATA: { why: 'without a network every line of English text fails, with exit code 0', bySetup: true },
  ENGINE_FFMPEG_MISSING: { why: 'the engine decodes every clip with it', bySetup: false },
  ENGINE_STRAY_FILES: { why: 'the engine was killed while it saved', bySetup: false },
};

/** The engine's own server, api_v2.py of 48b1a01. */
const ENGINE_PORT = 9880;

function checkGpu(gpu: GpuFacts | null, wanted: boolean, add: Add): void {
  if (gpu === null) { add('GPU_MISSING', wanted ? 'error' : 'note', 'no NVIDIA GPU was found (nvidia-smi): training on a CPU takes hours per epoch', 'Train on a machine with an NVIDIA GPU of 10 GB or more; nvidia-smi must list it.', 'there is none, or its driver is not installed'); return; }
  const { name, driver, freeMiB, cuda } = gpu;
  add('GPU', 'ok', `GPU ${name}, driver ${driver}${cuda === null ? '' : ` (CUDA up to ${cuda})`}`);
  if (freeMiB !== null) {
    const few = freeMiB / 1024 < GPU_ADVISED.freeGiB;
    add(few ? 'GPU_MEMORY' : 'GPU_FREE', few ? 'warning' : 'ok', `${(freeMiB / 1024).toFixed(1)} GiB of GPU memory free (${GPU_ADVISED.freeGiB} GB advised)`, few ? 'End what nvidia-smi lists, or: voxtune train NAME --preset auto (smaller batches).' : null, few ? 'other programs use it, or the GPU is small; training may run out of memory and go on with smaller batches' : null);
  }
  if (cuda !== null && cuda < GPU_ADVISED.cuda) add('CUDA_OLD', wanted ? 'error' : 'warning', `the driver runs CUDA up to ${cuda}; ${GPU_ADVISED.cuda} or newer is needed`, 'Update the NVIDIA driver.', 'the driver is older than the torch that the engine needs');
}

/** Whether what training will write fits on the voice's disk. */
async function checkRoom(voice: Voice | null, engineDir: string, version: EngineVersion, freeGb: number, add: Add): Promise<void> {
  const { features, checkpoints, weights, logs, total, clips, seconds, assumed } = await estimateDisk(voice, engineDir, version);
  const size = (bytes: number): string => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
  const speech = `${clips} clips, ${(seconds / 60).toFixed(0)} min of speech${assumed ? ', assumed: no lists are made yet' : ''}`;
  const parts = `features ${size(features)}, checkpoints ${checkpoints === null ? 'unknown' : size(checkpoints)}, weights ${weights === null ? 'unknown' : size(weights)}, logs ${size(logs)}`;
  const short = total > freeGb * GB;
  add(short ? 'DISK_SHORT' : 'DISK_NEED', short ? (assumed ? 'warning' : 'error') : 'ok', `${version} will take at most ${size(total)} of disk (${speech}): ${parts}`,
    short ? 'Free some space, save fewer epochs (train.gpt.saveEvery, train.sovits.saveEvery), or keep fewer checkpoints (train.keepCheckpoints).' : null,
    checkpoints === null ? 'a pretrained file is missing, and the size of checkpoints follows from it' : short ? `${freeGb.toFixed(1)} GB are free` : null);
}

/** The engine's own recognisers and separators; voxtune needs none of them to train. */
async function checkTools(engineDir: string, voice: Voice | null, add: Add): Promise<void> {
  const wanted = voice?.config.separate.enabled ?? false;
  for (const { tool, present, path, from } of await probeToolModels(engineDir)) {
    const what = tool === 'asr' ? 'recognition model' : 'separation model (UVR5)';
    if (present) add('TOOL_MODEL', 'ok', `${what} ${path}`);
    else add('TOOL_MODEL_MISSING', tool === 'uvr5' && wanted ? 'error' : 'note', `no ${what} ${path}${tool === 'uvr5' && wanted ? '' : ': only the engine’s own tools need it'}`, from);
  }
}

async function checkEngine(dir: string, options: ProbeCheckoutOptions, { gpu, wantsGpu, add }: { readonly gpu: GpuFacts | null; readonly wantsGpu: boolean; readonly add: Add }): Promise<void> {
  try {
    const checkout = await probeCheckout(dir, options);
    const standIn = checkout.kind === 'stand-in';
    add('ENGINE', 'ok', `${standIn ? 'the stand-in engine (learns nothing)' : 'GPT-SoVITS'} at ${checkout.root}${checkout.commit === null ? '' : `, commit ${checkout.commit.slice(0, 10)}`}; ready for ${checkout.versions.join(', ') || 'no version'}`);
    if (!standIn && checkout.commit !== null && checkout.commit !== ENGINE_COMMIT) add('ENGINE_COMMIT', 'note', `voxtune was verified with commit ${ENGINE_COMMIT.slice(0, 10)}`, null, 'another commit may read and write otherwise');
    await access(checkout.root, constants.W_OK).catch(() => add('ENGINE_NOT_WRITABLE', 'warning', `${checkout.root} is not writable`, 'Give this user the right to write there.', 'the engine itself writes caches and half-saved weights into its folder'));
    for (const f of checkout.findings) {
      const { why, bySetup } = CAUSES[f.code] ?? { why: null, bySetup: false };
      add(f.code, f.level, f.message, bySetup ? `voxtune setup --dir ${checkout.root}${options.version === undefined ? '' : ` --version ${options.version}`}` : f.hint, why);
    }
    if (standIn) { add('ENGINE_PYTHON', 'ok', `Node stands in for Python (${checkout.interpreter.command})`); return; }
    if (!checkout.interpreterFound) return; // said among the findings
    const python = await inspectPython(checkout.interpreter, options.languages ?? ['zh']);
    if (python === null) add('ENGINE_PYTHON_MISSING', 'error', `${checkout.interpreter.command} does not run`, `voxtune setup --dir ${checkout.root}, or set engine.python in voxtune.yaml.`, 'its environment was moved or is not whole');
    else checkPython(python, checkout.root, { gpu, wantsGpu, add });
  } catch (error) {
    const f = failureOf(error);
    add(f.code, 'error', f.message, f.hint);
  }
}

function checkPython({ version, command, torch, torchCuda, missing }: PythonFacts, root: string, { gpu, wantsGpu, add }: { readonly gpu: GpuFacts | null; readonly wantsGpu: boolean; readonly add: Add }): void {
  const mend = `voxtune setup --dir ${root}`;
  add('ENGINE_PYTHON', 'ok', `Python ${version} (${command})`);
  if (torch === null) add('TORCH_MISSING', 'error', 'torch is not installed in the engine’s Python', mend, 'the engine can do nothing without it');
  else add('TORCH', 'ok', `torch ${torch}, ${torchCuda === null ? 'built without CUDA' : `built for CUDA ${torchCuda}`}`);
  if (torch !== null && torchCuda === null && (wantsGpu || gpu !== null)) add('TORCH_CPU_ONLY', wantsGpu ? 'error' : 'warning', 'torch was built without CUDA, so the GPU will not be used', `${mend} --device cuda`, 'requirements were installed from an index of CPU builds');
  if (torchCuda !== null && gpu !== null && gpu.cuda !== null && Math.floor(Number(torchCuda)) > Math.floor(gpu.cuda)) add('DRIVER_OLD', 'error', `torch was built for CUDA ${torchCuda}, and the driver runs up to ${gpu.cuda}`, 'Update the NVIDIA driver, or install the torch of an older CUDA.', 'a driver runs programs of its own CUDA generation and older ones');
  if (missing.length > 0) add('ENGINE_PACKAGES_MISSING', 'error', `Python packages are missing: ${missing.join(', ')}`, mend, 'the stages that import them end with an error, some of them with exit code 0');
}
