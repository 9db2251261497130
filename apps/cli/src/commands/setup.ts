import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fetchFile } from '@voxtune/models';
import { MODEL_SOURCES, TORCH_BUILDS, formatSetup, packagedPython, planSetup, runSetup, torchBuildFor, type EngineVersion, type ModelSource, type SetupEvent, type TorchBuild } from '@voxtune/training';
import { ENGINE_VERSIONS, LANGUAGES } from '../config/schema.js';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { type Output } from '../output.js';
import { textTable } from '../render/table.js';
import { findProgram, gpuFacts } from '../machine/programs.js';
import { pathDirs } from '../voice/engine.js';

const PLATFORM = process.platform === 'win32' ? 'win32' : 'posix';
/** Pythons that the engine's packages have wheels for (seen with 3.11), best first; then whatever is called Python. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.10', 'python3', 'python'];

export default defineCommand({
  name: 'setup',
  summary: 'make a GPT-SoVITS checkout ready to train: clone, Python environment, packages, pretrained models, smoke test; continues where it stopped',
  positionals: [],
  flags: {
    dir: { type: 'string', value: 'DIR', help: 'where the engine will be; a checkout that is there is completed' },
    device: { type: 'string', choices: ['cuda', 'cpu'], help: 'what torch is built for (default: cuda where nvidia-smi lists a GPU)' },
    torch: { type: 'string', choices: TORCH_BUILDS, help: 'build of torch (default: by the GPU)' },
    source: { type: 'string', choices: MODEL_SOURCES, help: 'models come from huggingface.co, modelscope.cn or a mirror (HF_ENDPOINT, else hf-mirror.com); default hf' },
    version: { type: 'string', choices: ENGINE_VERSIONS, help: 'model version that will be trained (default v2Pro)' },
    language: { type: 'string', value: 'zh,en', help: `languages of the recordings, of ${LANGUAGES.join(', ')} (default zh)` },
    from: { type: 'string', value: 'FOLDER', help: 'take everything from here, without a network: GPT-SoVITS.git, packages/ (pip download), and the archives' },
    packages: { type: 'string', value: 'FOLDER', help: 'Python packages come from here instead of an index' },
    repository: { type: 'string', value: 'URL', help: 'another place to clone from' },
    commit: { type: 'string', value: 'HASH', help: 'another commit, 40 hex digits; voxtune was verified with its default' },
    python: { type: 'string', value: 'PROGRAM', help: 'Python 3.10 to 3.12 for the environment (default: searched on PATH)' },
    installer: { type: 'string', choices: ['uv', 'venv'], help: 'default: uv where it is on PATH' },
    'dry-run': { type: 'boolean', help: 'print every command and download, and do nothing' },
  },
  example: 'voxtune setup --dir ~/GPT-SoVITS\nvoxtune setup --dir ~/GPT-SoVITS --source modelscope --dry-run',
  async run({ flags, out, signal, cwd, env }) {
    if (flags.dir === undefined) throw new CliError('CLI_USAGE', 'setup: --dir is missing: the folder where the engine will be');
    const dir = resolve(cwd, flags.dir);
    const languages = (flags.language ?? 'zh').split(',').map((each) => each.trim());
    for (const language of languages) if (!(LANGUAGES as readonly string[]).includes(language)) throw new CliError('CLI_USAGE', `setup: --language takes ${LANGUAGES.join(', ')}, got ${JSON.stringify(language)}`);
    if (flags.commit !== undefined && !/^[0-9a-f]{40}$/.test(flags.commit)) throw new CliError('CLI_USAGE', `setup: --commit takes 40 hex digits, got ${JSON.stringify(flags.commit)}`);
    const dirs = pathDirs(env);
    const [gpu, uv, python, packaged] = await Promise.all([
      gpuFacts(), flags.installer === 'venv' ? null : findProgram(['uv'], dirs), flags.python ?? findProgram(PYTHONS, dirs),
      stat(packagedPython(dir, PLATFORM)).then((entry) => entry.isFile(), () => false),
    ]);
    if (flags.installer === 'uv' && uv === null) throw new CliError('CLI_USAGE', 'setup: there is no uv on PATH');
    const device = (flags.device ?? (gpu === null ? 'cpu' : 'cuda')) as 'cuda' | 'cpu'; // one of the flag's choices
    const inCwd = (path: string | undefined): string | null => (path === undefined ? null : resolve(cwd, path));
    const plan = planSetup({
      dir, device, languages, uv, packaged, platform: PLATFORM, torch: (flags.torch as TorchBuild | undefined) ?? torchBuildFor(device, gpu?.computeCapability ?? null),
      source: flags.source as ModelSource | undefined, endpoint: env['HF_ENDPOINT'] ?? null, version: flags.version as EngineVersion | undefined, from: inCwd(flags.from),
      packages: inCwd(flags.packages), repository: flags.repository, commit: flags.commit, python: python ?? undefined,
    });
    if (flags['dry-run']) {
      if (out.json) out.data(plan);
      else out.print(formatSetup(plan).trimEnd());
      return Exit.ok;
    }
    for (const note of plan.notes) out.note(out.paint('dim', note));
    const result = await runSetup(plan, { signal, fetchWhole: (urls, path, options) => fetchFile(urls, path, options), onEvent: listener(out) });
    out.redraw('');
    if (out.json) out.data({ event: 'done', path: result.root, python: result.python, commit: result.checkout.commit, versions: result.checkout.versions, steps: result.steps, smoke: result.smoke, pinned: result.pinned });
    else {
      out.print(textTable(['step', 'state'], result.steps.map(({ id, state }) => [id, state === 'there' ? 'was done' : 'done'])));
      if (device === 'cuda' && result.smoke?.cudaAvailable === false) out.note(out.paint('yellow', 'torch sees no GPU on this machine: voxtune doctor says why.'));
      out.note(`Now: voxtune init NAME --recordings DIR --engine ${dir}`);
    }
    return Exit.ok;
  },
});

function listener(out: Output): (event: SetupEvent) => void {
  let tenth = '';
  return (event) => {
    if (out.json) {
      if (event.event === 'download') { // a line for each tenth, not for each block
        const now = `${event.name} ${event.totalBytes === null ? '' : Math.floor((10 * event.doneBytes) / event.totalBytes)}`;
        if (now === tenth) return;
        tenth = now;
      }
      if (event.event !== 'line' || out.verbose) out.data(event);
    } else if (event.event === 'step' && event.state === 'started') out.note(`${event.title} …`);
    else if (event.event === 'note') out.note(out.paint('dim', `  ${event.text}`));
    else if (event.event === 'line') { out.detail(`  ${event.line}`); out.redraw(`  ${event.line}`.slice(0, out.columns - 1)); }
    else if (event.event === 'download') out.redraw(`  ${event.name}: ${(event.doneBytes / 1e6).toFixed(0)}${event.totalBytes === null ? '' : ` of ${(event.totalBytes / 1e6).toFixed(0)}`} MB`.slice(0, out.columns - 1));
  };
}
