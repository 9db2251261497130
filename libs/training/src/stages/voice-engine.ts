import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { writeFileAtomic, type Missing, type StageContext } from '@voxtune/pipeline';
import { probeCheckout, type Checkout } from '../checkout/probe-checkout.js';
import { TrainingError } from '../errors.js';
import { checkZip } from '../features/check-zip.js';
import { parseEngineList, type ParsedList } from '../list/parse-list.js';
import { type EngineStep, type StepId } from '../plan/engine-step.js';
import { resolveOptions, type ResolvedOptions, type TrainingPlanOptions } from '../plan/options.js';
import { planSteps } from '../plan/plan-training.js';
import { SHARED_MODELS } from '../profile/versions.js';
import { endLeftovers } from '../run/leftover.js';

/** What trainingStages needs beside the plan. */
export type TrainingStagesOptions = TrainingPlanOptions & {
  /** The voice folder, absolute; all paths that stages write are inside it. */
  readonly root: string;
  /** Stages that must be done first, such as the one that makes the list. @default ['list'] */
  readonly needs?: readonly string[] | undefined;
  /** Time between asking the engine to stop and forcing it, ms. @default 5000 */
  readonly graceMs?: number | undefined;
  /** The engine is ended when it neither prints nor writes for so long, ms. @default 900000 for features, 7200000 for training (on a pipe, GPT training prints nothing until its end) */
  readonly silenceLimitMs?: number | undefined;
  /** How often the engine's files are looked at, ms. @default 1000 */
  readonly pollMs?: number | undefined;
  /** Newest optimizer checkpoints that are kept of each training, to resume from; older ones go. At least 1. @default 1 */
  readonly keepCheckpoints?: number | undefined;
  /** More epochs than a training was begun with are trained on top of it; without this they are an error. @default false */
  readonly extend?: boolean | undefined;
  /** What `nvidia-smi --query-gpu=index,utilization.gpu --format=csv,noheader,nounits` prints now, to notice idle GPUs in training; null where there is none. @default not looked at */
  readonly readGpuUse?: (() => Promise<string | null>) | undefined;
};

/** Everything a stage works with. */
export type VoiceEngine = {
  readonly options: TrainingStagesOptions;
  readonly resolved: ResolvedOptions;
  readonly graceMs: number;
  readonly pollMs: number;
  readonly silenceLimitMs: number;
  readonly checkpointsPath: string;
};

/** A path as a stage names it: relative to the root, with forward slashes. @throws {TrainingError} `TRAINING_OPTION_INVALID` outside it. */
export function insideRoot(root: string, path: string): string {
  const inside = relative(resolve(root), resolve(root, path)).replaceAll('\\', '/');
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new TrainingError('TRAINING_OPTION_INVALID', `${path} must lie inside the voice folder ${root}.`, { path });
  }
  return inside;
}

/** A path to read, relative where it lies inside the root. */
export function nameRead(root: string, path: string): string {
  const inside = relative(resolve(root), resolve(root, path)).replaceAll('\\', '/');
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}

/** Stages that come before training. */
export const neededBefore = ({ needs = ['list'] }: TrainingStagesOptions): readonly string[] => needs;

/** Feature stages print or write something for each clip. Ours. */
const FEATURE_SILENCE_MS = 15 * 60_000;
/** An epoch of GPT training on a slow machine says nothing on a pipe (seen on GPT-SoVITS 48b1a01). Ours. */
const TRAINING_SILENCE_MS = 120 * 60_000;

export function openVoiceEngine(options: TrainingStagesOptions, id: StepId): VoiceEngine {
  const resolved = resolveOptions(options);
  return {
    options, resolved, graceMs: options.graceMs ?? 5000, pollMs: options.pollMs ?? 1000,
    silenceLimitMs: options.silenceLimitMs ?? (id.startsWith('train-') ? TRAINING_SILENCE_MS : FEATURE_SILENCE_MS),
    checkpointsPath: resolved.paths.checkpointsPath ?? join(dirname(resolved.paths.expDir), 'checkpoints.jsonl'),
  };
}

/** Where the running children of a voice are written down. */
export const childrenPath = ({ resolved }: VoiceEngine): string => join(resolved.paths.configDir, 'engine-children.json');

const there = (path: string): Promise<boolean> => stat(path).then((entry) => entry.isDirectory() || entry.size > 0, () => false);

const findCheckout = (engine: VoiceEngine): Promise<Checkout> =>
  probeCheckout(engine.resolved.engineRoot, { python: engine.options.python ?? null, languages: [engine.resolved.language] });

/** Options completed by what the checkout and the list say. The guide's programs need not look like the engine's, so its checkout is not probed. */
export async function completeOptions(engine: VoiceEngine, clipCount: number | null): Promise<ResolvedOptions> {
  const { options, resolved } = engine;
  if (resolved.profile === 'guide') return { ...resolved, clipCount };
  const checkout = await findCheckout(engine);
  return resolveOptions({ ...options, checkout: options.checkout ?? checkout, clipCount });
}

/** What kind of engine makes a voice's files: those of a stand-in must never be taken for the engine's. */
export async function engineKind(engine: VoiceEngine): Promise<string> {
  return engine.resolved.profile === 'guide' ? 'guide' : (await findCheckout(engine)).kind;
}

/** As far as it is known before anything is looked at. */
export const knownKind = ({ options }: VoiceEngine): string | null => options.checkout?.kind ?? null;

/** The processes of one stage. */
export const stepsOf = (resolved: ResolvedOptions, id: StepId): readonly EngineStep[] => planSteps(resolved).filter((step) => step.id === id);

const howToGet = (missing: readonly string[]): string =>
  [
    ...(missing.some((path) => path !== SHARED_MODELS.g2pw) ? ['download the engine’s pretrained models'] : []),
    ...(missing.includes(SHARED_MODELS.g2pw) ? ['unpack G2PWModel into GPT_SoVITS/text/'] : []),
  ].join(' and ') + ', as the engine’s README says; voxtune setup --dir does it';

/** Files of the checkout that these steps open and that are not there, each once, in the order of the steps. */
async function missingFiles(root: string, steps: readonly EngineStep[]): Promise<readonly string[]> {
  const paths = [...new Set(steps.flatMap(({ needs }) => needs))];
  return (await Promise.all(paths.map(async (path) => ((await there(resolve(root, path))) ? [] : [path])))).flat();
}

/** Pretrained files of these steps that end before their zip directory, as a broken download leaves them. Other beginnings may be torch's older format. */
async function cutShort(steps: readonly EngineStep[]): Promise<readonly { readonly path: string; readonly wrong: string }[]> {
  const found = new Map<string, string>();
  for (const { needs, cwd } of steps) {
    for (const path of needs) {
      const wrong = /\.(?:pth|ckpt)$/.test(path) ? await checkZip(resolve(cwd, path)) : null;
      if (wrong?.startsWith('is cut short') === true) found.set(path, wrong);
    }
  }
  return [...found].map(([path, wrong]) => ({ path, wrong }));
}

/** What a stage, and those after it, cannot do without: the checkout, its Python, a GPU where one is asked for, the models it opens. */
export async function missingMeans(engine: VoiceEngine, id: StepId): Promise<Missing | null> {
  const { resolved, options } = engine;
  if (resolved.profile === 'upstream') {
    let checkout: Checkout;
    try {
      checkout = await findCheckout(engine);
    } catch (error) {
      if (error instanceof TrainingError) return { what: error.message.replace(/\.$/, ''), how: error.hint };
      throw error;
    }
    if (!checkout.interpreterFound && options.checkout === undefined) return { what: 'the Python of the engine', how: 'run the engine’s install.sh, or give the path of its Python' };
    if (checkout.kind === 'gpt-sovits' && resolved.device === 'cuda' && process.platform === 'linux') {
      const devices = await Promise.all(['/dev/nvidiactl', '/dev/dxg', '/dev/kfd'].map((path) => stat(path).then(() => true, () => false))); // NVIDIA, WSL 2, ROCm
      if (!devices.includes(true)) return { what: 'a GPU', how: 'use a machine with one, or set device: cpu (very slow)' };
    }
  } else if (!(await there(resolved.engineRoot))) return { what: `the engine’s folder ${resolved.engineRoot}`, how: 'give the folder of the engine' };
  const later = planSteps(resolved).slice(planSteps(resolved).findIndex((step) => step.id === id)); // what a later stage lacks is told before this one takes its hours
  const missing = await missingFiles(resolved.engineRoot, later);
  if (missing.length > 0) return { what: `${missing.join(', ')} in ${resolved.engineRoot}`, how: howToGet(missing) };
  const [cut] = await cutShort(later);
  if (cut !== undefined) return { what: `a whole ${cut.path} in ${resolved.engineRoot}: the file ${cut.wrong}`, how: 'download it again; voxtune setup --dir does it' };
  return null;
}

/** @throws {TrainingError} `TRAINING_LIST_MISSING`, `TRAINING_LIST_DUPLICATE_NAME`, `TRAINING_LIST_EMPTY`. */
export async function readList(path: string): Promise<ParsedList> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TrainingError('TRAINING_LIST_MISSING', `There is no training list ${path}.`, { path }, { cause: error });
  });
  const list = parseEngineList(text);
  const [twice] = list.duplicates;
  if (twice !== undefined) {
    throw new TrainingError('TRAINING_LIST_DUPLICATE_NAME', `Two lines of ${path} name an audio file ${twice.key}: ${twice.lines[0]} and ${twice.lines[1]}.`, { path, name: twice.key });
  }
  if (list.clips.length === 0) {
    const why = list.refused[0]?.reason;
    throw new TrainingError('TRAINING_LIST_EMPTY', `${path} has no line that the engine can use${why === undefined ? '' : ` (${why})`}.`, { path, refused: list.refused.length });
  }
  return list;
}

/** Puts in place what a step expects: no process of a killed run, its models, folders, files, and no stale output. */
export async function prepareSteps(engine: VoiceEngine, steps: readonly EngineStep[], context: StageContext): Promise<void> {
  const ended = await endLeftovers(childrenPath(engine), engine.graceMs);
  if (ended > 0) context.log(`voxtune: ended ${ended} engine process${ended === 1 ? '' : 'es'} that an earlier run had left`);
  const [first] = steps;
  const missing = first === undefined ? [] : await missingFiles(first.cwd, steps);
  if (first !== undefined && missing[0] !== undefined) {
    const later = (await missingFiles(first.cwd, planSteps(engine.resolved))).filter((path) => !missing.includes(path));
    throw new TrainingError('TRAINING_PRETRAINED_MISSING', `${first.title}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in ${first.cwd}.${later.length === 0 ? '' : ` Later stages lack ${later.join(', ')}.`}`, { path: missing[0], root: first.cwd, missing: missing.length + later.length });
  }
  const [cut] = await cutShort(steps);
  if (first !== undefined && cut !== undefined) throw new TrainingError('TRAINING_PRETRAINED_MISSING', `${first.title}: ${cut.path} in ${first.cwd} ${cut.wrong}. Download it again.`, { path: cut.path, root: first.cwd });
  for (const step of steps) {
    for (const path of step.makesDirs) await mkdir(path, { recursive: true });
    for (const path of step.clears) await rm(path, { recursive: true, force: true });
    for (const { path, content } of step.files) await writeFileAtomic(path, content);
  }
}
