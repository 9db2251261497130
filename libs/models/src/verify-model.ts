import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseDescriptor, type DescriptorFile } from './descriptor.js';
import { ModelsError, systemCode } from './errors.js';
import { explainReadError, hashModelFile } from './hash-file.js';
import { MODEL_REGISTRY, type ModelDescriptor, type ModelKind } from './registry.js';

/** A model file whose contents are known. */
export type ModelFile = {
  readonly path: string;
  /** Registry id, or the one its descriptor gives. */
  readonly id: string;
  readonly kind: ModelKind;
  readonly title: string;
  /** SHA-256 of the file as it is, 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number | null;
  readonly licence: string;
  readonly source: string;
  readonly descriptor: ModelDescriptor;
};

/** Where a file's descriptor lies: `ge2e.onnx` → `ge2e.onnx.json`. */
export const descriptorPath = (path: string): string => `${path}.json`;

/**
 * Hashes a model file and says which model it is: by the registry, else by the descriptor beside it.
 * @throws {ModelsError} `MODELS_CORRUPT` when the contents are not what its descriptor or its registered name says; `MODELS_UNKNOWN`;
 * `MODELS_DESCRIPTOR_INVALID`; `MODELS_FILE_MISSING`; `MODELS_NOT_READABLE`.
 */
export async function verifyModel(path: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ModelFile> {
  const sha256 = await hashModelFile(path, signal);
  const known = MODEL_REGISTRY.find((model) => model.sha256 === sha256);
  if (known !== undefined) {
    const { id, kind, title, sizeBytes, licence, source, descriptor } = known;
    return { path, id, kind, title, sha256, sizeBytes, licence, source, descriptor };
  }
  const described = await readDescriptor(path);
  if (described !== null) {
    if (described.sha256 !== sha256) {
      throw new ModelsError('MODELS_CORRUPT', `${path} is not the model its descriptor names: sha256 is ${sha256}, not ${described.sha256}.`, { path, sha256, expected: described.sha256, id: described.id });
    }
    return { path, title: described.id, sizeBytes: null, ...described };
  }
  const namesake = MODEL_REGISTRY.find((model) => model.fileName === basename(path));
  if (namesake !== undefined) {
    throw new ModelsError('MODELS_CORRUPT', `${path} has the name of ${namesake.id}, but not its contents: sha256 is ${sha256}, not ${namesake.sha256}.`, { path, sha256, expected: namesake.sha256, id: namesake.id });
  }
  throw new ModelsError('MODELS_UNKNOWN', `${path} is not a model of the registry, and there is no descriptor ${basename(descriptorPath(path))} beside it.`, { path, sha256 });
}

async function readDescriptor(path: string): Promise<DescriptorFile | null> {
  const file = descriptorPath(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw explainReadError(error, file);
  }
  return parseDescriptor(text, file);
}
