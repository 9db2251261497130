import { posix, win32 } from 'node:path';
import { engineModules } from '../profile/modules.js';
import { pretrainedFiles, SHARED_MODELS, type EngineVersion } from '../profile/versions.js';
import { archiveUrls, ENGINE_COMMIT, ENGINE_REPOSITORY, LANGUAGE_DETECTOR, torchIndexUrl, type ModelSource, type TorchBuild } from './sources.js';

export type SetupPlatform = 'posix' | 'win32';

export type SetupOptions = {
  /** Where the engine will be, absolute. */
  readonly dir: string;
  /** @default 'cuda' */
  readonly device?: 'cuda' | 'cpu' | undefined;
  /** Build of torch. @default 'cu126' on cuda, else 'cpu' */
  readonly torch?: TorchBuild | undefined;
  /** @default 'hf' */
  readonly source?: ModelSource | undefined;
  /** Host of the models when `source` is mirror. @default the public mirror */
  readonly endpoint?: string | null | undefined;
  /** @default 'v2Pro' */
  readonly version?: EngineVersion | undefined;
  /** Languages that will be trained or spoken. @default ['zh'] */
  readonly languages?: readonly string[] | undefined;
  /** A folder to take everything from, without a network: `GPT-SoVITS.git`, `packages/`, and the archives. @default none */
  readonly from?: string | null | undefined;
  /** A folder of Python packages, asked instead of an index. @default `packages` of `from` */
  readonly packages?: string | null | undefined;
  /** @default the engine's own, or `GPT-SoVITS.git` of `from` */
  readonly repository?: string | undefined;
  /** 40 hex digits. @default the commit that voxtune was verified with */
  readonly commit?: string | undefined;
  /** Python that the environment is made with. @default 'python3' (Windows: 'python') */
  readonly python?: string | undefined;
  /** The `uv` program, where there is one: it installs faster. @default null */
  readonly uv?: string | null | undefined;
  /** The packaged build's own Python, where the folder has one: nothing is installed into another. @default false */
  readonly packaged?: boolean | undefined;
  /** @default 'posix' */
  readonly platform?: SetupPlatform | undefined;
};

export type SetupAction =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[]; readonly cwd: string }
  /** Downloads, or copies from a folder; contents are held against `md5` where one is published, and against the lock. */
  | { readonly kind: 'fetch'; readonly name: string; readonly urls: readonly string[]; readonly from: string | null; readonly path: string; readonly md5: string | null }
  | { readonly kind: 'requirements'; readonly from: string; readonly into: string; readonly device: 'cuda' | 'cpu' }
  /** Lines for `.git/info/exclude`, so that `git status` of the checkout stays empty. */
  | { readonly kind: 'exclude'; readonly path: string; readonly lines: readonly string[] }
  | { readonly kind: 'remove'; readonly paths: readonly string[] }
  | { readonly kind: 'smoke'; readonly python: string; readonly modules: readonly string[]; readonly version: EngineVersion; readonly cuda: boolean };

export type SetupStepId = 'checkout' | 'environment' | 'torch' | 'requirements' | 'pretrained' | 'g2pw' | 'nltk' | 'open-jtalk' | 'language-detector' | 'smoke-test';

export type SetupStep = {
  readonly id: SetupStepId;
  readonly title: string;
  readonly why: string;
  readonly actions: readonly SetupAction[];
  /** What its outcome depends on: another value, and it is done again. Mirrors and installers do not count. */
  readonly inputs: readonly string[];
  /** The step is done when these are there, not empty (a folder, or a file). */
  readonly doneWhen: readonly string[];
  /** Files that were there before voxtune came count as done, too. */
  readonly adopts: boolean;
};

/** Everything that makes an engine ready, as data. */
export type SetupPlan = {
  readonly root: string; readonly python: string; readonly commit: string; readonly version: EngineVersion; readonly languages: readonly string[];
  /** Journal, lock and downloads of the setup. */
  readonly stateDir: string;
  readonly steps: readonly SetupStep[];
  readonly notes: readonly string[];
};

const pathsOf = (platform: SetupPlatform) => (platform === 'win32' ? win32 : posix);

/** Python of a virtual environment: `venv\Scripts\python.exe` on Windows, `venv/bin/python` elsewhere. */
export const environmentPython = (environment: string, platform: SetupPlatform): string =>
  platform === 'win32' ? win32.join(environment, 'Scripts', 'python.exe') : posix.join(environment, 'bin', 'python');

/** Python of the packaged build for Windows: `runtime\python.exe`. */
export const packagedPython = (root: string, platform: SetupPlatform): string =>
  platform === 'win32' ? win32.join(root, 'runtime', 'python.exe') : posix.join(root, 'runtime', 'python');

/** Whether a path begins at a drive, a share (`\\server\share`) or the root. */
export const isWholePath = (path: string, platform: SetupPlatform): boolean =>
  platform === 'win32' ? /^[A-Za-z]:[\\/]/.test(path) || /^[\\/]{2}[^\\/]+[\\/]+[^\\/]+/.test(path) : path.startsWith('/');

/** Where Windows cuts paths that programs did not opt out for, characters (MAX_PATH), less the longest path inside an environment with torch, about. */
const LONGEST_WINDOWS_ROOT = 260 - 180;

// Unpacks beside the module; install.sh 48b1a01 does so. The filter (PEP 706) refuses names that lead outside.
const UNPACK_BESIDE_MODULE = 'import importlib.util,os,sys,tarfile; spec=importlib.util.find_spec(sys.argv[2]); archive=tarfile.open(sys.argv[1]); archive.extractall(os.path.dirname(spec.origin), filter="data")';

/**
 * Every step from an empty folder to an engine that trains: what is run, what is downloaded, and by what it is known to be done. Touches nothing.
 * @throws {RangeError} when a path is not absolute, or the commit is not 40 hex digits.
 */
export function planSetup(options: SetupOptions): SetupPlan {
  const { device = 'cuda', source = 'hf', endpoint = null, version = 'v2Pro', languages = ['zh'], from = null, commit = ENGINE_COMMIT, uv = null, packaged = false, platform = 'posix' } = options;
  const torch = options.torch ?? (device === 'cpu' ? 'cpu' : 'cu126');
  for (const [name, path] of Object.entries({ dir: options.dir, from })) if (path !== null && !isWholePath(path, platform)) throw new RangeError(`${name} must be an absolute path, got ${JSON.stringify(path)}`);
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new RangeError(`commit must be 40 hex digits, got ${JSON.stringify(commit)}`);
  const { join, normalize } = pathsOf(platform);
  const root = normalize(options.dir).replace(/(?<=[^:\\/])[\\/]+$/, '');
  const at = (path: string): string => join(root, ...path.split('/'));
  const stateDir = at('.voxtune');
  const environment = at('venv');
  const python = packaged ? packagedPython(root, platform) : environmentPython(environment, platform);
  const repository = options.repository ?? (from === null ? ENGINE_REPOSITORY : join(from, 'GPT-SoVITS.git'));
  const packages = options.packages ?? (from === null ? null : join(from, 'packages'));
  const run = (command: string, ...args: readonly string[]): SetupAction => ({ kind: 'command', command, args, cwd: root });
  const git = (...args: readonly string[]): SetupAction => run('git', ...(platform === 'win32' ? ['-c', 'core.longpaths=true'] : []), ...args);
  const install = (index: string | null, ...what: readonly string[]): SetupAction => {
    const where = packages !== null ? ['--no-index', '--find-links', packages] : index === null ? [] : ['--index-url', index];
    return uv === null ? run(python, '-m', 'pip', 'install', ...where, ...what) : run(uv, 'pip', 'install', '--python', python, ...where, ...what);
  };
  const download = (name: string, urls: readonly string[] = archiveUrls(name, source, endpoint), path = join(stateDir, 'downloads', name), md5: string | null = null): SetupAction =>
    ({ kind: 'fetch', name, urls: from === null ? urls : [], from: from === null ? null : join(from, name), path, md5 });
  const archive = (id: SetupStepId, title: string, why: string, name: string, into: string, doneWhen: readonly string[]): SetupStep => {
    const path = join(stateDir, 'downloads', name);
    return { id, title, why, inputs: [name], actions: [download(name), run(python, '-m', 'zipfile', '-e', path, into), { kind: 'remove', paths: [path] }], doneWhen, adopts: true };
  };
  const requirements = join(stateDir, 'requirements.txt');
  const pretrained = pretrainedFiles(version, languages).filter((path) => path !== SHARED_MODELS.g2pw);
  const needsG2pw = pretrainedFiles(version, languages).includes(SHARED_MODELS.g2pw);
  const speaks = languages.includes('zh') || languages.includes('en');

  const install_: readonly SetupStep[] = packaged ? [] : [
    {
      id: 'environment', title: 'Python environment', why: 'the engine’s packages stay apart from every other program’s', adopts: true, doneWhen: [python], inputs: [],
      actions: [uv === null ? run(options.python ?? (platform === 'win32' ? 'python' : 'python3'), '-m', 'venv', environment) : run(uv, 'venv', '--allow-existing', ...(options.python === undefined ? [] : ['--python', options.python]), environment)],
    },
    {
      id: 'torch', title: `torch for ${device}`, why: device === 'cpu' ? 'the build without CUDA is smaller; requirements.txt alone would bring the other' : `the build for CUDA ${torch.slice(2, 4)}.${torch.slice(4)}; the driver must be as new`,
      actions: [install(torchIndexUrl(torch), 'torch', 'torchaudio', 'torchcodec')], doneWhen: [python], adopts: false, inputs: [torch],
    },
    {
      id: 'requirements', title: 'the engine’s Python packages', why: 'requirements.txt and extra-req.txt of the checkout, less what torch’s step has installed', doneWhen: [requirements], adopts: false, inputs: [device],
      actions: [{ kind: 'requirements', from: at('requirements.txt'), into: requirements, device }, install(null, '-r', at('extra-req.txt'), '--no-deps'), install(null, '-r', requirements)],
    },
  ];
  return {
    root, python, commit, version, languages, stateDir,
    steps: [
      {
        id: 'checkout', title: 'GPT-SoVITS', why: `commit ${commit.slice(0, 10)}${commit === ENGINE_COMMIT ? ', which voxtune was verified with' : ''}`, adopts: true, inputs: [commit],
        doneWhen: [at('GPT_SoVITS/s1_train.py'), at('GPT_SoVITS/s2_train.py'), at('requirements.txt')],
        actions: [
          { kind: 'remove', paths: ['index.lock', 'shallow.lock', 'config.lock', 'HEAD.lock'].map((name) => at(`.git/${name}`)) }, // of a clone that was killed
          git('init', '-q', root), git('-C', root, 'config', 'remote.origin.url', repository),
          git('-C', root, 'fetch', '-q', '--depth', '1', 'origin', commit), git('-C', root, 'checkout', '-q', '--detach', commit),
          { kind: 'exclude', path: at('.git/info/exclude'), lines: ['/.voxtune/', '/venv/'] },
        ],
      },
      ...install_,
      archive('pretrained', `pretrained models (${version})`, 'training starts from them; without them it would start from noise', 'pretrained_models.zip', at('GPT_SoVITS'), pretrained.map(at)),
      ...(needsG2pw ? [archive('g2pw', 'G2PW', 'Chinese text is read with it', 'G2PWModel.zip', at('GPT_SoVITS/text'), [at(SHARED_MODELS.g2pw)])] : []),
      ...(speaks ? [archive('nltk', 'NLTK data', 'English words are read with it, in Chinese sentences too', 'nltk_data.zip', packaged ? at('runtime') : environment, [join(packaged ? at('runtime') : environment, 'nltk_data')])] : []),
      ...(languages.includes('ja') ? [{
        id: 'open-jtalk' as const, title: 'Open JTalk dictionary', why: 'Japanese text is read with it', doneWhen: [python], adopts: false, inputs: [],
        actions: [
          download('open_jtalk_dic_utf_8-1.11.tar.gz'), run(python, '-c', UNPACK_BESIDE_MODULE, join(stateDir, 'downloads', 'open_jtalk_dic_utf_8-1.11.tar.gz'), 'pyopenjtalk'),
          { kind: 'remove' as const, paths: [join(stateDir, 'downloads', 'open_jtalk_dic_utf_8-1.11.tar.gz')] },
        ],
      }] : []),
      {
        id: 'language-detector', title: 'language detector', why: 'without it the engine’s server downloads it at its first request, or answers every request with an error', adopts: true, inputs: [],
        doneWhen: [at(SHARED_MODELS.languageDetector)], actions: [download(LANGUAGE_DETECTOR.name, [LANGUAGE_DETECTOR.url], at(SHARED_MODELS.languageDetector), LANGUAGE_DETECTOR.md5)],
      },
      {
        id: 'smoke-test', title: 'smoke test', why: 'what was installed is imported, and what was downloaded is looked for, before hours are spent', doneWhen: [python], adopts: false, inputs: [version, device, ...languages],
        actions: [{ kind: 'smoke', python, modules: engineModules(languages), version, cuda: device === 'cuda' }],
      },
    ],
    notes: [
      ...(from === null ? ['nobody publishes hashes of the models: what is downloaded first is pinned in .voxtune/setup-lock.json, and anything else is refused from then on'] : [`nothing is downloaded: everything comes from ${from}`]),
      ...(packaged ? [`the packaged build’s Python is used (${python}); nothing is installed`] : []),
      ...(platform === 'win32' && root.length > LONGEST_WINDOWS_ROOT ? [`the path has ${root.length} characters; Windows cuts paths at 260 unless long paths are enabled: a shorter folder is safer`] : []),
      ...(platform === 'win32' && /^[\\/]{2}/.test(root) ? ['the folder is on a share: cmd.exe cannot work in it; give it a drive letter (net use) if a program fails'] : []),
    ],
  };
}
