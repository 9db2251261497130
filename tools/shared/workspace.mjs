import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from './processes.mjs';

/** Which siblings a library may import. `voxtune` (the CLI) may import all of them; nothing imports the CLI or tools/. */
export const MAY_IMPORT = {
  audio: [],
  text: [],
  pipeline: [],
  models: [],
  'inference-client': [],
  dataset: ['audio', 'text'],
  eval: ['audio', 'text'],
  training: ['pipeline'],
  serving: ['inference-client', 'audio', 'text'],
};

/** @typedef {{name: string, short: string, dir: string, manifest: any, kind: 'lib' | 'app'}} Package */

/** Every package of the workspace, libraries first. @returns {Package[]} */
export function packages() {
  const dirs = ['libs', 'apps'].flatMap((group) => readdirSync(join(ROOT, group)).sort().map((name) => ({ kind: group === 'libs' ? 'lib' : 'app', dir: join(ROOT, group, name) })));
  return dirs
    .filter(({ dir }) => existsSync(join(dir, 'package.json')))
    .map(({ dir, kind }) => {
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
      return { name: manifest.name, short: manifest.name.replace('@voxtune/', ''), dir, manifest, kind };
    });
}

export const libraries = () => packages().filter((pkg) => pkg.kind === 'lib');

/** Subpaths that a package exports: '.', './testing' … (not its JSON files). @param {Package} pkg */
export const entryPoints = (pkg) => Object.keys(pkg.manifest.exports ?? {}).filter((path) => !path.endsWith('.json'));

/** What to write after `import` for a subpath. @param {Package} pkg @param {string} entry */
export const specifierOf = (pkg, entry) => pkg.name + entry.slice(1);

/** Files under a folder whose name ends so, sorted; none when the folder is missing. @param {string} dir @param {string} ending */
export function filesUnder(dir, ending) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A path as the repository knows it, posix separators. @param {string} path */
export const inRepository = (path) => relative(ROOT, path).split(sep).join('/');

/** Prints problems and sets the exit code. @param {string} name @param {readonly string[]} problems @param {string} well - What to say when there are none. */
export function conclude(name, problems, well) {
  for (const problem of problems) console.error(`${name}: ${problem}`);
  if (problems.length === 0) console.log(`${name}: ${well}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
