import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT, run } from '../shared/processes.mjs';
import { entryPoints, specifierOf } from '../shared/workspace.mjs';

const EXAMPLE_TIMEOUT_MS = 120_000;
const tool = (path) => [process.execPath, join(ROOT, 'node_modules', path)];

/** @typedef {import('../shared/workspace.mjs').Package} Package */

/** Every `import` of a package's entry points. @param {readonly Package[]} libs */
export const specifiers = (libs) => libs.flatMap((lib) => entryPoints(lib).map((entry) => specifierOf(lib, entry)));

const fail = (what, output) => { throw new Error(`${what}:\n${output.trim()}`); };

/** import() and, where Node can require ES modules, require(): both must give the same names. @param {string} folder @param {string} specifier */
export async function importAndRequire(folder, specifier) {
  writeFileSync(join(folder, 'import.mjs'), `const names = Object.keys(await import(${JSON.stringify(specifier)})); if (names.length === 0) throw new Error('it exports nothing'); console.log(JSON.stringify(names.filter((n) => n !== 'default').sort()));\n`);
  const imported = await run([process.execPath, 'import.mjs'], { cwd: folder });
  if (imported.code !== 0) fail(`import('${specifier}')`, imported.output);
  if (process.features.require_module !== true) return;
  writeFileSync(join(folder, 'require.cjs'), `const names = Object.keys(require(${JSON.stringify(specifier)})); console.log(JSON.stringify(names.filter((n) => n !== 'default' && n !== '__esModule').sort()));\n`);
  const required = await run([process.execPath, '--no-warnings', 'require.cjs'], { cwd: folder });
  if (required.code !== 0) fail(`require('${specifier}')`, required.output);
  if (required.output !== imported.output) fail(`require('${specifier}') gives other names than import`, `${required.output}\n${imported.output}`);
}

/** Type-checks a consumer of every entry point; complaints inside our own declarations count, those of others do not. */
export async function typeCheck(folder, names, moduleResolution) {
  const lines = names.map((name, n) => `import * as module${n} from '${name}';\nexport const names${n}: readonly string[] = Object.keys(module${n});`);
  writeFileSync(join(folder, 'consumer.ts'), `${lines.join('\n')}\n`);
  const compilerOptions = {
    strict: true, exactOptionalPropertyTypes: true, target: 'ES2022', lib: ['ES2023', 'DOM'], module: moduleResolution === 'node16' ? 'node16' : 'esnext', moduleResolution,
    noEmit: true, types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  writeFileSync(join(folder, `tsconfig.${moduleResolution}.json`), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  const { output } = await run([...tool('typescript/bin/tsc'), '-p', `tsconfig.${moduleResolution}.json`, '--pretty', 'false'], { cwd: folder });
  const ours = output.split('\n').filter((line) => /^(consumer\.ts|node_modules\/(@voxtune|voxtune)\/|error )/.test(line));
  if (ours.length > 0) fail(`a consumer does not type-check under moduleResolution ${moduleResolution}`, ours.join('\n'));
}

export async function publint(tarball) {
  const { code, output } = await run([...tool('publint/src/cli.js'), 'run', tarball, '--strict']);
  if (code !== 0) fail('publint', output);
}

export async function attw(tarball) {
  const { code, output } = await run([...tool('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']);
  if (code !== 0) fail('attw', output);
}

/** The tarball of a library holds what it needs and nothing that only we need. @param {readonly string[]} files @param {Package} pkg */
export function checkContents(files, pkg) {
  const wanted = ['LICENSE', 'README.md', 'package.json', pkg.kind === 'app' ? 'dist/main.js' : 'dist/index.js', ...(pkg.kind === 'app' ? [] : ['dist/index.d.ts'])];
  const missing = wanted.filter((file) => !files.includes(file));
  const unwanted = files.filter((file) => /\.test\.[tm]?[jt]s$|\.golden\.json$|(^|\/)(test|fixtures|coverage)\/|\.tsbuildinfo$/.test(file));
  if (missing.length > 0) fail('the tarball lacks', missing.join('\n'));
  if (unwanted.length > 0) fail('the tarball holds what only its tests need (package.json "files")', unwanted.join('\n'));
}

/** Runs examples/readme.ts in a folder that holds nothing but the library's tarball and its siblings'. @param {string} folder @param {Package} lib */
export async function runExample(folder, lib) {
  const source = readFileSync(join(lib.dir, 'examples/readme.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true } });
  writeFileSync(join(folder, 'readme.mjs'), outputText);
  for (const name of readdirSync(join(lib.dir, 'examples'))) if (name !== 'readme.ts' && !name.endsWith('.ts')) cpSync(join(lib.dir, 'examples', name), join(folder, name), { recursive: true });
  const { code, output } = await run([process.execPath, 'readme.mjs'], { cwd: folder, timeoutMs: EXAMPLE_TIMEOUT_MS });
  if (code !== 0) fail(`the README's example ends with exit code ${code}`, output);
}

/** The command that the CLI's tarball installs. @param {string} folder @param {string} version */
export async function useCli(folder, version) {
  const command = [process.execPath, join(folder, 'node_modules/voxtune/dist/main.js')];
  const shown = await run([...command, '--version'], { cwd: folder });
  if (shown.code !== 0 || shown.output.trim() !== version) fail('voxtune --version', shown.output);
  const made = await run([...command, 'init', 'voice', '--json'], { cwd: folder });
  if (made.code !== 0 || JSON.parse(made.output).voice !== 'voice') fail('voxtune init voice --json', made.output);
  const wrong = await run([...command, 'inti'], { cwd: folder });
  if (wrong.code !== 2 || !wrong.output.includes('init')) fail('voxtune inti should end with 2 and suggest init', wrong.output);
}
