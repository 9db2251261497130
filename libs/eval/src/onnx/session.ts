import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EvalError } from '../errors.js';

/** One tensor as a session declares it; a dimension that is a string (or negative) is free. */
export type TensorSpec = { readonly name: string; readonly type: string; readonly shape: readonly (number | string)[] };

/** A float tensor given to or got from a session; row-major. */
export type FloatTensor = { readonly data: Float32Array; readonly dims: readonly number[] };

/** A tensor of whole numbers given to a session (int64), for instance a mask. */
export type IntegerTensor = { readonly data: BigInt64Array; readonly dims: readonly number[] };

/** What this library needs of an ONNX session; wrap any runtime in it. Runs are asked for one at a time. */
export type OnnxSession = {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  run(feeds: Readonly<Record<string, FloatTensor | IntegerTensor>>): Promise<Readonly<Record<string, FloatTensor>>>;
  release(): Promise<void>;
};

/** Opens a session over the bytes of a model. */
export type OpenSession = (model: Uint8Array, options: { readonly executionProviders: readonly string[]; readonly threads: number }) => Promise<OnnxSession>;

/** How a model is opened; the defaults give the same numbers on every run. */
export type ModelOptions = {
  /** Where the model runs: `cpu`, `cuda`, `tensorrt`, `coreml`, `directml`, `webgpu`; of several the first that works here. @default ['cpu'] */
  readonly executionProviders?: readonly string[];
  /** Threads inside one run; a positive integer. More than one may change the last bits of a result. @default 1 */
  readonly threads?: number;
  /** Another runtime than onnxruntime-node. @default onnxruntime-node, loaded at the first call */
  readonly openSession?: OpenSession;
};

/** A model as reports name it: its id and the sha256 of the very bytes that were run. */
export type ModelIdentity = { readonly id: string; readonly sha256: string };

/** An opened model: its session, and what it is. */
export type OpenModel = { readonly identity: ModelIdentity; readonly session: OnnxSession; /** As they were read. */ readonly bytes: Uint8Array };

/**
 * Reads a model, hashes it and opens a session.
 * @param model - Path of an ONNX file, or its bytes.
 * @param id - Name for reports and errors.
 * @throws {EvalError} EVAL_MODEL_MISSING, EVAL_MODEL_UNREADABLE, EVAL_RUNTIME_MISSING, EVAL_RUNTIME_PROVIDER.
 * @throws {RangeError} when no provider is named or `threads` is no positive integer.
 */
export async function openModel(model: string | Uint8Array, id: string, { executionProviders = ['cpu'], threads = 1, openSession = openOnnxruntimeSession }: ModelOptions): Promise<OpenModel> {
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`threads must be a positive integer, got ${threads}`);
  if (executionProviders.length === 0) throw new RangeError('executionProviders must name one or more');
  const bytes = typeof model === 'string' ? await readModel(model, id) : model;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { identity: { id, sha256 }, session: await openSession(bytes, { executionProviders, threads }), bytes };
  } catch (cause) {
    if (cause instanceof EvalError) throw cause;
    throw new EvalError('EVAL_MODEL_UNREADABLE', `The model ${id} could not be opened${typeof model === 'string' ? ` from ${model}` : ''}.`, { model: id, sha256 }, { cause });
  }
}

async function readModel(path: string, id: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new EvalError('EVAL_MODEL_MISSING', `The model ${id} could not be read from ${path}.`, { model: id, path }, { cause });
  }
}

/** Loads the optional runtime. `load` is a parameter so that its absence can be tested. */
export async function importRuntime(load: () => Promise<unknown> = () => import('onnxruntime-node')): Promise<OnnxRuntime> {
  try {
    const loaded = (await load()) as { default?: OnnxRuntime } & OnnxRuntime;
    return loaded.InferenceSession ? loaded : loaded.default!;
  } catch (cause) {
    throw new EvalError('EVAL_RUNTIME_MISSING', 'onnxruntime-node could not be loaded, so no model can be run.', { packageName: 'onnxruntime-node' }, { cause });
  }
}

/**
 * Opens sessions of a runtime: of the providers asked for, the first that works.
 * @throws {EvalError} EVAL_RUNTIME_PROVIDER when none does and the model is not to blame; what the runtime says of the model otherwise.
 */
export const sessionOpener = (runtime: () => Promise<OnnxRuntime>): OpenSession => async (model, { executionProviders, threads }) => {
  const { InferenceSession, Tensor, listSupportedBackends } = await runtime();
  const here = listSupportedBackends?.().map(({ name }) => name) ?? ['cpu'];
  const create = (provider: string) => InferenceSession.create(model, { executionProviders: [provider], intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 });
  const wrapped = (session: Awaited<ReturnType<typeof create>>): OnnxSession => ({
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    async run(feeds) {
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor(data instanceof Float32Array ? 'float32' : 'int64', data, [...dims])]));
      return session.run(tensors);
    },
    release: () => session.release(),
  });
  const refused: string[] = [];
  for (const name of executionProviders) {
    const provider = name === 'directml' ? 'dml' : name; // as the runtime calls it
    if (!here.includes(provider)) { refused.push(`${name}: this onnxruntime-node has only ${here.join(', ')}`); continue; }
    try {
      return wrapped(await create(provider));
    } catch (cause) {
      if (provider === 'cpu') throw cause;
      refused.push(`${name}: ${cause instanceof Error ? cause.message.trim().split('\n')[0]! : String(cause)}`);
    }
  }
  await (await create('cpu')).release(); // a model that does not open here either is at fault itself, and that is thrown
  throw new EvalError('EVAL_RUNTIME_PROVIDER', `No execution provider that was asked for works here: ${refused.join('; ')}.`, { providers: executionProviders.join(',') });
};

const openOnnxruntimeSession = sessionOpener(() => importRuntime());

/** The part of onnxruntime-node used here, written out so that our types do not need an optional package. */
export type OnnxRuntime = {
  readonly InferenceSession: {
    create(model: Uint8Array, options: Record<string, unknown>): Promise<{
      readonly inputMetadata: readonly TensorSpec[];
      readonly outputMetadata: readonly TensorSpec[];
      run(feeds: Record<string, unknown>): Promise<Record<string, FloatTensor>>;
      release(): Promise<void>;
    }>;
  };
  /** What this build knows, whether or not the machine has what it needs. */
  readonly listSupportedBackends?: () => readonly { readonly name: string }[];
  readonly Tensor: new (type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]) => unknown;
};
