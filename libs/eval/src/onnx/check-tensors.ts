import { EvalError } from '../errors.js';
import { type FloatTensor, type OpenModel, type TensorSpec } from './session.js';

/** A float32 tensor a model must have: its name (null: the only one) and shape, null where any size will do; a null shape: any. */
export type ExpectedTensor = { readonly name: string | null; readonly shape: readonly (number | null)[] | null };

/**
 * Finds the input and output a front end was written for, so that a wrong model is named before it is run.
 * @param alsoFed - Inputs that are fed besides, whatever their shape.
 * @returns The names to use in `run`.
 * @throws {EvalError} EVAL_MODEL_SHAPE naming the tensor, what was expected and what was found.
 */
export function checkTensors({ identity, session }: OpenModel, input: ExpectedTensor, output: ExpectedTensor, alsoFed: readonly string[] = []): { readonly inputName: string; readonly outputName: string } {
  return {
    inputName: findTensor(identity.id, 'input', session.inputs.filter(({ name }) => !alsoFed.includes(name)), input),
    outputName: findTensor(identity.id, 'output', session.outputs, output),
  };
}

/**
 * Checks what a run returned: shape `[rows, columns]`, every number finite.
 * @throws {EvalError} EVAL_MODEL_OUTPUT.
 */
export function checkedOutput(model: string, tensor: FloatTensor | undefined, rows: number, columns: number): Float32Array {
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || data.length !== rows * columns) {
    throw new EvalError('EVAL_MODEL_OUTPUT', `The model ${model} returned ${data?.length ?? 'no'} numbers; ${rows} × ${columns} were expected.`, { model });
  }
  if (!data.every(Number.isFinite)) throw new EvalError('EVAL_MODEL_OUTPUT', `The model ${model} returned NaN or infinity.`, { model });
  return data;
}

function findTensor(model: string, role: 'input' | 'output', specs: readonly TensorSpec[], expected: ExpectedTensor): string {
  const spec = expected.name === null ? (specs.length === 1 ? specs[0] : undefined) : specs.find(({ name }) => name === expected.name);
  const wanted = formatSpec({ name: expected.name ?? `one ${role}`, type: 'float32', shape: (expected.shape ?? ['…']).map((size) => size ?? 'any') });
  const found = specs.length === 0 ? 'none' : specs.map(formatSpec).join(', ');
  const extra = role === 'input' && specs.length > 1; // an input nothing feeds would fail inside the runtime, nameless
  if (spec === undefined || extra || spec.type !== 'float32' || !(expected.shape === null || shapeFits(spec.shape, expected.shape))) {
    throw new EvalError('EVAL_MODEL_SHAPE', `The model ${model} does not fit: ${role} expected ${wanted}; found ${found}.`, { model, tensor: role, expected: wanted, found });
  }
  return spec.name;
}

const shapeFits = (found: readonly (number | string)[], expected: readonly (number | null)[]): boolean =>
  found.length === expected.length && found.every((size, axis) => typeof size === 'string' || size < 0 || expected[axis] === null || size === expected[axis]);

const formatSpec = ({ name, type, shape }: TensorSpec): string => `${name} ${type} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
