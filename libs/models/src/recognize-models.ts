import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { MODELS_ADVICE, ModelsError, systemCode, type ModelsErrorCode } from './errors.js';
import { explainReadError } from './hash-file.js';
import { MODEL_REGISTRY } from './registry.js';
import { descriptorPath, verifyModel, type ModelFile } from './verify-model.js';

/** Something worth knowing about a folder of models. */
export type ModelFinding = {
  readonly code: ModelsErrorCode;
  readonly level: 'note' | 'warning';
  readonly message: string;
  readonly hint: string;
  readonly path: string;
};

/** What a folder of models holds: each file that could be a model is in `models` or in a finding. */
export type ModelScan = { readonly models: readonly ModelFile[]; readonly findings: readonly ModelFinding[] };

/**
 * Looks through a folder and all below it (hidden names left out, links followed) for models. A file is read when it has a registered
 * size or name, ends in `.onnx`, or has a descriptor beside it (`x.onnx.json`); its contents decide what it is.
 * @returns Models sorted by path, one file each; a damaged, unknown or doubled file is a finding, and so is a folder without models.
 * @throws {ModelsError} `MODELS_DIR_MISSING`, `MODELS_NOT_READABLE` for the folder itself.
 */
export async function scanModels(dir: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ModelScan> {
  const stats = await stat(dir).catch(() => null);
  if (stats?.isDirectory() !== true) throw new ModelsError('MODELS_DIR_MISSING', `There is no folder ${dir}.`, { path: dir });
  const files = await listFiles(dir, []);
  const names = new Set(files.map((file) => file.path));
  const models: ModelFile[] = [];
  const findings: ModelFinding[] = [];
  const find = (code: ModelsErrorCode, level: ModelFinding['level'], message: string, path: string): void =>
    void findings.push({ code, level, message, hint: MODELS_ADVICE[code], path });
  for (const { path, sizeBytes } of files) {
    if (!mayBeModel(path, sizeBytes, names)) continue;
    signal?.throwIfAborted();
    try {
      const model = await verifyModel(path, signal === undefined ? {} : { signal });
      const twin = models.find((each) => each.id === model.id);
      if (twin === undefined) models.push(model);
      else find('MODELS_DUPLICATE', 'note', `${path} is ${model.id} again; ${twin.path} is used.`, path);
    } catch (error) {
      if (!(error instanceof ModelsError)) throw error;
      if (error.code === 'MODELS_UNKNOWN' && extname(path) !== '.onnx') continue; // its size was a coincidence
      find(error.code, error.code === 'MODELS_UNKNOWN' ? 'note' : 'warning', error.message, path);
    }
  }
  if (models.length === 0) find('MODELS_NONE_RECOGNISED', 'warning', `No model was recognised in ${dir}.`, dir);
  return { models, findings };
}

/** The models of a folder, without the findings of {@link scanModels}. @throws {ModelsError} `MODELS_DIR_MISSING`, `MODELS_NOT_READABLE` */
export async function recognizeModels(dir: string, options: { readonly signal?: AbortSignal } = {}): Promise<ModelFile[]> {
  return [...(await scanModels(dir, options)).models];
}

function mayBeModel(path: string, sizeBytes: number, names: ReadonlySet<string>): boolean {
  if (extname(path) === '.onnx' || names.has(descriptorPath(path))) return true;
  return MODEL_REGISTRY.some((model) => model.sizeBytes === sizeBytes || model.fileName === basename(path));
}

async function listFiles(dir: string, parents: readonly string[]): Promise<{ path: string; sizeBytes: number }[]> {
  try {
    const here = await realpath(dir);
    if (parents.includes(here)) return []; // a link back to a folder above
    const files: { path: string; sizeBytes: number }[] = [];
    for (const name of (await readdir(dir)).sort()) {
      if (name.startsWith('.')) continue;
      const path = join(dir, name);
      const stats = await stat(path).catch((error: unknown) => {
        if (systemCode(error) === null) throw error;
        return null; // a link to nowhere
      });
      if (stats?.isDirectory() === true) for (const file of await listFiles(path, [...parents, here])) files.push(file); // not spread: there may be more than a call can take
      else if (stats?.isFile() === true) files.push({ path, sizeBytes: stats.size });
    }
    return files;
  } catch (error) {
    throw explainReadError(error, dir);
  }
}
