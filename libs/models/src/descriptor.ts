import { ModelsError } from './errors.js';
import { MODEL_REGISTRY, type ModelDescriptor, type ModelKind } from './registry.js';

/** What a descriptor file beside a model says of it. */
export type DescriptorFile = {
  readonly id: string;
  readonly kind: ModelKind;
  readonly sha256: string;
  readonly licence: string;
  readonly source: string;
  readonly descriptor: ModelDescriptor;
};

const KINDS: readonly ModelKind[] = ['mos', 'speaker', 'vad', 'asr', 'denoise', 'segmentation'];
const FIELDS = ['v', 'id', 'kind', 'sha256', 'licence', 'source', 'descriptor'];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a descriptor: JSON with `v` 1, `id`, `kind`, `sha256`, `licence`, `source` and `descriptor` (an object: rate, window …), and nothing else.
 * @param path - Where it comes from, for the message.
 * @throws {ModelsError} `MODELS_DESCRIPTOR_INVALID` naming the field, what it must be and what it is.
 */
export function parseDescriptor(text: string, path: string): DescriptorFile {
  const invalid = (field: string, must: string, cause?: unknown): ModelsError =>
    new ModelsError('MODELS_DESCRIPTOR_INVALID', `${path}: ${field} must be ${must}.`, { path, field }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('the descriptor', 'JSON', error);
  }
  if (!isObject(value)) throw invalid('the descriptor', 'an object');
  const got = (field: string): string => `, got ${JSON.stringify(value[field]) ?? 'nothing'}`;
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field)) throw invalid(field, `left out; known fields: ${FIELDS.join(', ')}`);
  }
  const text1 = (field: string): string => {
    const found = value[field];
    if (typeof found !== 'string' || found.trim() === '') throw invalid(field, `a text${got(field)}`);
    return found;
  };
  if (value.v !== 1) throw invalid('v', `1${got('v')}`);
  const id = text1('id');
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(id)) throw invalid('id', `lower-case letters, digits, '.', '_' and '-'${got('id')}`);
  if (MODEL_REGISTRY.some((model) => model.id === id)) throw invalid('id', `another than '${id}', which the registry gives to other contents`);
  const kind = KINDS.find((each) => each === value.kind);
  if (kind === undefined) throw invalid('kind', `one of ${KINDS.join(', ')}${got('kind')}`);
  const sha256 = text1('sha256').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalid('sha256', `64 hex digits${got('sha256')}`);
  if (!isObject(value.descriptor)) throw invalid('descriptor', `an object${got('descriptor')}`);
  return { id, kind, sha256, licence: text1('licence'), source: text1('source'), descriptor: value.descriptor };
}
