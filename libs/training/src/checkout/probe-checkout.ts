import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TrainingError } from '../errors.js';
import { ENGINE_VERSIONS, SHARED_MODELS, VERSION_FACTS, pretrainedFiles, type EngineVersion } from '../profile/versions.js';
import { type Interpreter } from '../plan/options.js';
import { findInterpreter, planInterpreterSearch } from './find-interpreter.js';
import { readCommit } from './read-commit.js';

export type CheckoutFinding = { readonly code: string; readonly level: 'note' | 'warning' | 'error'; readonly message: string; readonly hint: string; /** Only this version is concerned. */ readonly version?: EngineVersion };

/** What a folder with the engine holds. */
export type Checkout = {
  /** Absolute. */
  readonly root: string;
  /** A stand-in is laid out like the engine and runs without Python; its voices are not voices. */
  readonly kind: 'gpt-sovits' | 'stand-in';
  readonly commit: string | null;
  /** Versions that can be trained now: scripts, configurations and pretrained files are there. */
  readonly versions: readonly EngineVersion[];
  /** What each version lacks, relative to the root; empty when it is ready. */
  readonly missing: Readonly<Record<EngineVersion, readonly string[]>>;
  readonly interpreter: Interpreter;
  /** False when no Python was found; `interpreter` is then the name that will be tried. */
  readonly interpreterFound: boolean;
  /** Texts of base configurations by path relative to the root, for planTraining's templates. */
  readonly templates: Readonly<Record<string, string>>;
  readonly findings: readonly CheckoutFinding[];
};

export type ProbeCheckoutOptions = {
  /** Python of the engine. @default searched: runtime, venv, .venv, PATH */
  readonly python?: string | null | undefined;
  /** Only this version's files become findings. @default every version */
  readonly version?: EngineVersion | undefined;
  /** Languages that will be trained or spoken. @default ['zh'] */
  readonly languages?: readonly string[] | undefined;
  /** Folders of PATH, to look for python3 and ffmpeg in; null looks at neither. @default null */
  readonly pathDirs?: readonly string[] | null | undefined;
};

/** Marker of the stand-in: `{"kind": "stand-in", "interpreter": "python.mjs"}` in the engine's root. */
export const STAND_IN_MARKER = 'stand-in-engine.json';

const PREPARE = 'GPT_SoVITS/prepare_datasets';
const SCRIPTS = ['GPT_SoVITS/s1_train.py', 'GPT_SoVITS/s2_train.py', `${PREPARE}/1-get-text.py`, `${PREPARE}/2-get-hubert-wav32k.py`, `${PREPARE}/3-get-semantic.py`];

const exists = (path: string): Promise<boolean> => stat(path).then((entry) => entry.isDirectory() || entry.size > 0, () => false);

async function readStandIn(root: string): Promise<Interpreter | null> {
  let text: string;
  try {
    text = await readFile(join(root, STAND_IN_MARKER), 'utf8');
  } catch {
    return null;
  }
  let marker: { kind?: unknown; interpreter?: unknown };
  try {
    marker = JSON.parse(text) as typeof marker;
  } catch (error) {
    throw new TrainingError('TRAINING_NOT_A_CHECKOUT', `${join(root, STAND_IN_MARKER)} is not JSON.`, { path: root }, { cause: error });
  }
  if (marker.kind !== 'stand-in' || typeof marker.interpreter !== 'string' || !/^[\w.-]+$/.test(marker.interpreter)) {
    throw new TrainingError('TRAINING_NOT_A_CHECKOUT', `${join(root, STAND_IN_MARKER)} must name kind "stand-in" and an interpreter beside it.`, { path: root });
  }
  return { command: process.execPath, args: [join(root, marker.interpreter)] };
}

const finding = (level: CheckoutFinding['level'], code: string, message: string, hint: string): CheckoutFinding => ({ code, level, message, hint });

// `<seconds since 1970>[part].pth` in the working folder: what my_save (process_ckpt.py 48b1a01) leaves when it is killed.
const STRAY = /^\d{9,11}\.\d+\.pth$/;

async function findings(root: string, missing: Checkout['missing'], wanted: readonly EngineVersion[], options: ProbeCheckoutOptions): Promise<readonly CheckoutFinding[]> {
  const found: CheckoutFinding[] = [];
  const { languages = ['zh'], pathDirs = null } = options;
  const level = options.version === undefined ? 'warning' : 'error';
  const say = (path: string, version: EngineVersion | null): void => {
    const only = version === null ? {} : { version };
    const by = version === null ? '' : ` (needed by ${version})`;
    if (path === SHARED_MODELS.g2pw) found.push({ ...finding(level, 'ENGINE_G2PW_MISSING', `${path} is missing${by}: Chinese text cannot be read.`, 'Unpack G2PWModel into GPT_SoVITS/text/; without a network the engine ends with exit code 0 and no output.'), ...only });
    else found.push({ ...finding(level, 'ENGINE_FILE_MISSING', `${path} is missing${by}.`, 'Download the pretrained models into GPT_SoVITS/pretrained_models, as the engine’s README says.'), ...only });
  };
  const [first] = wanted;
  const everywhere = new Set(first === undefined ? [] : missing[first].filter((path) => wanted.every((version) => missing[version].includes(path))));
  for (const path of everywhere) say(path, wanted.length === 1 ? (first ?? null) : null);
  for (const version of wanted) for (const path of missing[version]) if (!everywhere.has(path)) say(path, version);
  if (!(await exists(join(root, SHARED_MODELS.languageDetector)))) {
    found.push(finding('warning', 'ENGINE_LANGUAGE_DETECTOR_MISSING', `${SHARED_MODELS.languageDetector} is missing: without a network its server answers every request with an error, except for English.`, 'Put lid.176.bin (fastText) there; the folder must exist too.'));
  }
  if (languages.includes('en')) {
    found.push(finding('note', 'ENGINE_NLTK_DATA', 'English text needs the NLTK data cmudict, averaged_perceptron_tagger and averaged_perceptron_tagger_eng; the engine fetches them at its first English text.', 'Without a network, install them beforehand and set NLTK_DATA.'));
  }
  if (pathDirs !== null) {
    const ffmpeg = await findInterpreter([{ path: 'ffmpeg', why: 'on PATH' }], pathDirs);
    if (ffmpeg === null) found.push(finding('error', 'ENGINE_FFMPEG_MISSING', 'There is no ffmpeg on PATH; the engine decodes all audio with it.', 'Install ffmpeg.'));
  }
  const stray = (await readdir(root)).filter((name) => STRAY.test(name)).sort();
  if (stray.length > 0) {
    found.push(finding('note', 'ENGINE_STRAY_FILES', `${stray.length} half-saved file${stray.length === 1 ? '' : 's'} of killed runs in the checkout, the first ${stray[0]}.`, 'Delete them when no training is running.'));
  }
  return found;
}

/**
 * Looks at a folder that should hold the engine: what kind it is, at which commit, what it can train, with which Python, and what is missing.
 * Reads files only; runs neither git nor Python.
 * @throws {TrainingError} `TRAINING_NOT_A_CHECKOUT`.
 */
export async function probeCheckout(dir: string, options: ProbeCheckoutOptions = {}): Promise<Checkout> {
  const root = resolve(dir);
  if (!(await stat(root).then((entry) => entry.isDirectory(), () => false))) throw new TrainingError('TRAINING_NOT_A_CHECKOUT', `There is no folder ${root}.`, { path: root });
  const absent: string[] = [];
  for (const script of SCRIPTS) if (!(await exists(join(root, script)))) absent.push(script);
  if (absent.length > 0) throw new TrainingError('TRAINING_NOT_A_CHECKOUT', `${root} is not a GPT-SoVITS checkout: it has no ${absent[0]}.`, { path: root, missing: absent.join(', ') });

  const languages = options.languages ?? ['zh'];
  const missing = {} as Record<EngineVersion, readonly string[]>;
  const templates: Record<string, string> = {};
  for (const version of ENGINE_VERSIONS) {
    const facts = VERSION_FACTS[version];
    const needed = [facts.s1Config, facts.s2Config, facts.s2Script, ...(facts.speaker ? [`${PREPARE}/2-get-sv.py`] : []), ...pretrainedFiles(version, languages)];
    const lacking: string[] = [];
    for (const path of needed) if (!(await exists(join(root, path)))) lacking.push(path);
    missing[version] = lacking;
    for (const path of [facts.s1Config, facts.s2Config]) {
      if (!(path in templates) && !lacking.includes(path)) templates[path] = await readFile(join(root, path), 'utf8');
    }
  }

  const standIn = await readStandIn(root);
  const platform = process.platform === 'win32' ? 'win32' : 'posix';
  const search = planInterpreterSearch(root, options.python ?? null, platform);
  const python = standIn === null ? await findInterpreter(search, options.pathDirs ?? null) : null;
  const fallback = search.at(-1)?.path ?? 'python3';
  const noPython = standIn === null && python === null;
  return {
    root,
    kind: standIn === null ? 'gpt-sovits' : 'stand-in',
    commit: await readCommit(root),
    versions: ENGINE_VERSIONS.filter((version) => missing[version].length === 0),
    missing,
    interpreter: standIn ?? (python === null ? { command: fallback, args: [] } : { command: python.command, args: python.args }),
    interpreterFound: !noPython,
    templates,
    findings: [
      ...(noPython ? [finding('error', 'ENGINE_PYTHON_MISSING', `No Python of the engine was found (looked at ${search.map(({ path }) => path).join(', ')}).`, 'Run the engine’s install.sh, or give the path of its Python.')] : []),
      ...(await findings(root, missing, options.version === undefined ? ENGINE_VERSIONS : [options.version], options)),
    ],
  };
}
