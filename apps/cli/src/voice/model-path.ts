import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatasetError } from '@voxtune/dataset';
import { DOWNLOADABLE_MODELS, openModelCache } from '@voxtune/models';
import type { Missing } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { userCache } from '../machine/user-cache.js';

/** Where models that are pulled lie: `VOXTUNE_MODELS`, else voxtune's folder in the user's cache. */
export function modelsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env['VOXTUNE_MODELS'];
  return own !== undefined && own !== '' ? resolve(own) : join(userCache(env), 'models');
}

/**
 * The file of a model that is given as a path, or by its name in `voxtune models`.
 * @param base - What a relative path starts at.
 * @throws {CliError} CLI_MODEL_MISSING where it is a name and was not pulled yet.
 */
export function modelPath(given: string, base: string, env: Readonly<Record<string, string | undefined>>): string {
  const path = resolve(base, given);
  if (existsSync(path) || !DOWNLOADABLE_MODELS.some(({ id }) => id === given)) return path;
  const pulled = openModelCache(modelsFolder(env)).pathOf(given);
  if (!existsSync(pulled)) throw new CliError('CLI_MODEL_MISSING', `the model ${given} is not here yet`, { path: pulled }, { hint: `Get it: voxtune models pull ${given}` });
  return pulled;
}

/** Of models that a stage is given, the files that are no pulled ones: their contents may change. */
export const ownModelFiles = (given: readonly string[], base: string): string[] => given.map((each) => resolve(base, each)).filter((path) => existsSync(path));

/** What a stage lacks whose model cannot be opened. */
export function lackOf(error: unknown): Missing {
  if (error instanceof CliError || error instanceof DatasetError) return { what: error.message, how: error.hint };
  throw error;
}
