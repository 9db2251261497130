import { TrainingError } from '../errors.js';
import { VERSION_FACTS, defaultEpochs, isEngineVersion, type EngineVersion } from '../profile/versions.js';

export type ProfileId = 'upstream' | 'guide';
export type Device = 'cuda' | 'cpu';

/** A program and the arguments that come before the script's own. */
export type Interpreter = { readonly command: string; readonly args: readonly string[] };

/** Where a voice's training reads and writes. Absolute paths; the engine is never told to write elsewhere. */
export type TrainingPaths = {
  /** Features, logs and resume checkpoints. */
  readonly expDir: string;
  readonly gptWeightsDir: string;
  readonly sovitsWeightsDir: string;
  /** Rendered configurations. */
  readonly configDir: string;
  /** Upstream's training list: audio|speaker|LANGUAGE|text. */
  readonly listPath: string;
  /** Folder of the clips that the list names. */
  readonly clipsDir: string;
  /** Every checkpoint found, one a line. @default `checkpoints.jsonl` beside expDir */
  readonly checkpointsPath?: string | undefined;
  /** The guide's lists. @default `logs/NAME/{gpt,sovits}_{train,valid}_list.txt`, as the guide writes them */
  readonly guideLists?: { readonly gptTrain: string; readonly gptValid: string; readonly sovitsTrain: string; readonly sovitsValid: string } | undefined;
};

export type GptOptions = {
  /** Epochs in total, also after a resume. @default 15 */
  readonly epochs?: number | undefined;
  /** Export weights every so many epochs; lowered until the last epoch is exported. @default 5 */
  readonly saveEvery?: number | undefined;
  /** Lowered on small sets, see planGptBatch. @default 4 */
  readonly batchSize?: number | undefined;
  /** Direct preference optimisation (halves the batch). @default false */
  readonly dpo?: boolean | undefined;
  /** Base weights, instead of the version's. Relative to the checkout, or absolute. */
  readonly pretrained?: string | undefined;
};

export type SovitsOptions = {
  /** Epochs in total. @default 8; v3 and v4: 2 */
  readonly epochs?: number | undefined;
  /** @default 4; v3 and v4: 1 */
  readonly saveEvery?: number | undefined;
  /** @default 8 */
  readonly batchSize?: number | undefined;
  /** Learning rate of the text encoder over the rest's, 0…1. @default 0.4 */
  readonly textLowLrRate?: number | undefined;
  /** Recompute activations to save memory (v3, v4). @default false */
  readonly gradCheckpoint?: boolean | undefined;
  /** v3 and v4 only. @default 32 */
  readonly loraRank?: number | undefined;
  readonly pretrainedG?: string | undefined;
  readonly pretrainedD?: string | undefined;
};

/** A value of the engine's configuration. */
export type OverrideValue = string | number | boolean | null | readonly OverrideValue[];
/** Blocks and keys of an engine configuration, as they stand there. */
export type TrainingOverrides = { readonly [key: string]: OverrideValue | TrainingOverrides };

export type TrainingPlanOptions = {
  /** @default 'upstream' */
  readonly profile?: ProfileId | undefined;
  readonly engineRoot: string;
  /** What probeCheckout found; its interpreter is used. */
  readonly checkout?: { readonly root: string; readonly interpreter: Interpreter; readonly kind?: string | undefined; readonly templates?: Readonly<Record<string, string>> | undefined } | null | undefined;
  /** Python to use where there is no checkout to probe. @default 'python3' (guide: 'python') */
  readonly python?: string | undefined;
  /** @default 'v2Pro' */
  readonly version?: EngineVersion | undefined;
  /** The voice; part of file names. */
  readonly name: string;
  /** Languages of the list; decide which models must be there. @default 'zh' */
  readonly language?: string | undefined;
  /** @default 'cuda' */
  readonly device?: Device | undefined;
  /** Half precision; only on cuda. @default true */
  readonly half?: boolean | undefined;
  /** GPU indices; features run one part on each. @default [0] on cuda, none on cpu */
  readonly gpus?: readonly number[] | undefined;
  readonly paths: TrainingPaths;
  readonly gpt?: GptOptions | undefined;
  readonly sovits?: SovitsOptions | undefined;
  /** Utterances the list has; small sets change batch sizes. Null when unknown. @default null */
  readonly clipCount?: number | null | undefined;
  /** Texts of the checkout's base configurations. @default those of `checkout`, else the built-in ones */
  readonly templates?: { readonly s1?: string | undefined; readonly s2?: string | undefined } | undefined;
  /** Keys of the engine's own configurations with other values, on top of everything but what voxtune sets itself. Keys that the template lacks are refused. @default {} */
  readonly overrides?: { readonly s1?: TrainingOverrides | undefined; readonly s2?: TrainingOverrides | undefined } | undefined;
  /** OMP_NUM_THREADS of SoVITS training on a cpu, where eight processes share the cores. @default 1 */
  readonly ompThreads?: number | undefined;
  /** More variables for every engine process, such as NLTK_DATA; they win over ours. @default {} */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** PYTHONPATH of whoever starts this; its folders come after the checkout's. @default none */
  readonly pythonPath?: string | undefined;
  /** Decides the separator of PYTHONPATH. @default 'posix' */
  readonly platform?: 'posix' | 'win32' | undefined;
};

/** Options with every default in place. */
export type ResolvedOptions = {
  readonly profile: ProfileId; readonly engineRoot: string; readonly interpreter: Interpreter; readonly version: EngineVersion; readonly name: string;
  readonly language: string; readonly device: Device; readonly half: boolean; readonly gpus: readonly number[]; readonly paths: TrainingPaths;
  readonly gpt: { readonly epochs: number; readonly saveEvery: number; readonly batchSize: number; readonly dpo: boolean; readonly pretrained: string | null };
  readonly sovits: {
    readonly epochs: number; readonly saveEvery: number; readonly batchSize: number; readonly textLowLrRate: number; readonly gradCheckpoint: boolean;
    readonly loraRank: number; readonly pretrainedG: string | null; readonly pretrainedD: string | null;
  };
  /** Other inputs than the experiment's own, where clips are left out; null for its own. */
  readonly trainOn: { readonly semanticPath: string | null; readonly expDir: string | null };
  readonly clipCount: number | null; readonly templates: { readonly s1: string | null; readonly s2: string | null };
  readonly overrides: { readonly s1: TrainingOverrides; readonly s2: TrainingOverrides };
  readonly ompThreads: number; readonly pythonPath: string; readonly platform: 'posix' | 'win32'; readonly env: Readonly<Record<string, string>>;
};

const positive = (name: string, value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1) throw new TrainingError('TRAINING_OPTION_INVALID', `${name} must be a positive integer, got ${value}.`, { option: name });
  return value;
};

// A part of file names and of a command line; the engine also strips trailing spaces from it (webui.py: exp_name.rstrip).
const requireName = (name: string): string => {
   
  if (name === '' || name.trim() !== name || /[/\\:*?"<>|\u0000-\u001f]/.test(name) || name.startsWith('-') || name.startsWith('.')) {
    throw new TrainingError('TRAINING_OPTION_INVALID', `name must be usable as a file name, got ${JSON.stringify(name)}.`, { option: 'name' });
  }
  return name;
};

/** @throws {TrainingError} `TRAINING_OPTION_INVALID`, `TRAINING_VERSION_UNSUPPORTED`. */
export function resolveOptions(options: TrainingPlanOptions): ResolvedOptions {
  const { profile = 'upstream', version = 'v2Pro', device = 'cuda', half = true, gpt = {}, sovits = {}, clipCount = null, platform = 'posix', ompThreads = 1 } = options;
  if (!isEngineVersion(version)) throw new TrainingError('TRAINING_VERSION_UNSUPPORTED', `There is no engine version '${String(version)}'.`, { version: String(version) });
  const defaults = defaultEpochs(version);
  return {
    profile, version, device, platform, clipCount, trainOn: { semanticPath: null, expDir: null },
    engineRoot: options.engineRoot.replace(/[/\\]+$/, '') || '/',
    interpreter: options.checkout?.interpreter ?? { command: options.python ?? (profile === 'guide' ? 'python' : 'python3'), args: [] },
    name: requireName(options.name),
    language: options.language ?? 'zh',
    half: half && device === 'cuda',
    gpus: options.gpus ?? (device === 'cuda' ? [0] : []),
    paths: options.paths,
    gpt: {
      epochs: positive('gpt.epochs', gpt.epochs ?? defaults.gpt.epochs), saveEvery: positive('gpt.saveEvery', gpt.saveEvery ?? defaults.gpt.saveEvery),
      batchSize: positive('gpt.batchSize', gpt.batchSize ?? 4), dpo: gpt.dpo ?? false, pretrained: gpt.pretrained ?? null,
    },
    sovits: {
      epochs: positive('sovits.epochs', sovits.epochs ?? defaults.sovits.epochs), saveEvery: positive('sovits.saveEvery', sovits.saveEvery ?? defaults.sovits.saveEvery),
      batchSize: positive('sovits.batchSize', sovits.batchSize ?? 8), textLowLrRate: sovits.textLowLrRate ?? 0.4,
      gradCheckpoint: sovits.gradCheckpoint ?? false, loraRank: positive('sovits.loraRank', sovits.loraRank ?? 32),
      pretrainedG: sovits.pretrainedG ?? null, pretrainedD: sovits.pretrainedD ?? null,
    },
    templates: {
      s1: options.templates?.s1 ?? options.checkout?.templates?.[VERSION_FACTS[version].s1Config] ?? null,
      s2: options.templates?.s2 ?? options.checkout?.templates?.[VERSION_FACTS[version].s2Config] ?? null,
    },
    overrides: { s1: options.overrides?.s1 ?? {}, s2: options.overrides?.s2 ?? {} },
    ompThreads: positive('ompThreads', ompThreads),
    pythonPath: options.pythonPath ?? '',
    env: options.env ?? {},
  };
}
