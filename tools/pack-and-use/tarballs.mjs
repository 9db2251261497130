import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NPM, ROOT, run } from '../shared/processes.mjs';
import { MAY_IMPORT } from '../shared/workspace.mjs';

// A person without a GPU installs like this; see docs/decisions/0003-onnxruntime.md.
const NPM_ENV = { npm_config_onnxruntime_node_install: 'skip', npm_config_update_notifier: 'false' };

/**
 * Packs the packages.
 * @param {readonly import('../shared/workspace.mjs').Package[]} packages @param {string} folder
 * @returns {Promise<Map<string, {path: string, files: string[]}>>} By package name.
 */
export async function pack(packages, folder) {
  mkdirSync(folder, { recursive: true });
  const { code, output } = await run([...NPM, 'pack', '--json', '--pack-destination', folder, '--loglevel', 'error', ...packages.flatMap((pkg) => ['-w', pkg.name])], { cwd: ROOT, env: NPM_ENV });
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`);
  // npm prints an array, or (npm 11.?) an object by name; warnings may stand before it.
  const parsed = JSON.parse(output.slice(output.search(/^[[{]/m)));
  const packed = new Map(Object.values(parsed).map((one) => [one.name, { path: join(folder, one.filename.replace(/^@/, '').replaceAll('/', '-')), files: one.files.map((file) => file.path) }]));
  for (const { name } of packages) if (!packed.has(name)) throw new Error(`npm pack made no tarball of ${name}`);
  return packed;
}

/** The sibling packages that a package needs, itself included. @param {string} short @returns {string[]} */
export const closure = (short) => [...new Set([short, ...(MAY_IMPORT[short] ?? []).flatMap(closure)])];

/**
 * An empty folder with the given tarballs installed.
 * @param {string} folder @param {readonly string[]} names @param {Map<string, {path: string}>} tarballs
 */
export async function installTarballs(folder, names, tarballs) {
  mkdirSync(folder, { recursive: true });
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:${tarballs.get(name).path}`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, type: 'module', dependencies }, null, 2));
  const command = [...NPM, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error'];
  // npm tells its children about the workspace it was started from; this folder is none of it.
  const env = { ...NPM_ENV, npm_config_local_prefix: undefined, npm_config_workspace: undefined, INIT_CWD: undefined };
  let result = await run(command, { cwd: folder, env });
  if (result.code !== 0) result = await run(command, { cwd: folder, env });
  if (result.code !== 0) throw new Error(`installing ${names.join(', ')} in an empty folder failed:\n${result.output.trim()}`);
}
