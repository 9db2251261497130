import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../shared/processes.mjs';
import { entryPoints, specifierOf } from '../shared/workspace.mjs';

/** @typedef {import('../shared/workspace.mjs').Package} Package */

const SECTIONS = ['Functions', 'Classes', 'Constants', 'Types', 'From other packages'];

/** The reports of some libraries: from their sources, so nothing needs building first. @param {readonly Package[]} libs @returns {Map<Package, string>} */
export function reportsOf(libs) {
  const entries = libs.flatMap((lib) => entryPoints(lib).map((entry) => ({ lib, specifier: specifierOf(lib, entry), file: sourceOf(lib, entry) })));
  return new Map(libs.map((lib) => [lib, formatReport(lib.name, surfaces(entries.filter((entry) => entry.lib === lib)))]));
}

/** @param {Package} lib */
function sourceOf(lib, entry) {
  return join(lib.dir, lib.manifest.exports[entry]['@voxtune/source']);
}

/** What each entry point exports: name, section and declaration, sorted by section and name. @param {readonly {specifier: string, file: string}[]} entries */
export function surfaces(entries) {
  const { options } = ts.parseJsonConfigFileContent(JSON.parse(readFileSync(join(ROOT, 'tsconfig.base.json'), 'utf8')), ts.sys, ROOT);
  const program = ts.createProgram(entries.map(({ file }) => file), { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: true, incremental: false, types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] });
  const checker = program.getTypeChecker(), printed = new Map();
  /** The declarations of a file as TypeScript writes them: no bodies, no comments. */
  const declarationsOf = (source) => {
    if (!printed.has(source)) {
      let text = '';
      program.emit(source, (path, output) => { if (path.endsWith('.d.ts')) text = output; }, undefined, true);
      printed.set(source, declarationsByName(ts.createSourceFile('x.d.ts', text, ts.ScriptTarget.Latest, true)));
    }
    return printed.get(source);
  };
  return entries.map(({ specifier, file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    const names = checker.getExportsOfModule(module).map((symbol) => {
      const origin = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol, declared = origin.declarations?.[0];
      if (declared === undefined) throw new Error(`${specifier}: ${symbol.name} has no declaration`);
      const source = declared.getSourceFile();
      if (program.isSourceFileFromExternalLibrary(source)) return { name: symbol.name, section: 'From other packages', text: `export { ${origin.name === symbol.name ? '' : `${origin.name} as `}${symbol.name} } from '${packageOf(source.fileName)}';` };
      const found = declarationsOf(source).get(origin.name);
      if (found === undefined) throw new Error(`${specifier}: no declaration of ${origin.name} in ${source.fileName}`);
      return { name: symbol.name, ...found };
    });
    return { specifier, names: names.sort((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) || (a.name < b.name ? -1 : 1)) };
  });
}

/** The name of the package that a file belongs to. */
function packageOf(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const { name } = ts.readConfigFile(join(folder, 'package.json'), ts.sys.readFile).config ?? {};
    if (typeof name === 'string') return name;
  }
  throw new Error(`no package holds ${file}`);
}

/** @param {ts.SourceFile} source */
function declarationsByName(source) {
  const found = new Map();
  const add = (name, section, text) => { const before = found.get(name); found.set(name, before === undefined ? { section, text } : { section: before.section, text: `${before.text}\n${text}` }); };
  for (const statement of source.statements) {
    const text = statement.getText(source).replace(/^export (default )?/, '').replace(/^declare /, '');
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name.getText(source), /^const \w+: (<|\()/.test(text) ? 'Functions' : 'Constants', text);
    else if (ts.isFunctionDeclaration(statement)) add(statement.name.text, 'Functions', text);
    else if (ts.isClassDeclaration(statement)) add(statement.name.text, 'Classes', text);
    else if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) add(statement.name.text, 'Types', text);
  }
  return found;
}

/** @param {string} name @param {ReturnType<typeof surfaces>} entries */
export function formatReport(name, entries) {
  const parts = [`# ${name}: public surface\n\nMade by \`npm run api-report\`; do not edit. A change here is a change for users.\n`];
  for (const { specifier, names } of entries) {
    parts.push(`## \`${specifier}\` (${names.length} names)\n`);
    for (const section of SECTIONS) {
      const here = names.filter((one) => one.section === section);
      if (here.length > 0) parts.push(`### ${section}\n\n\`\`\`ts\n${here.map(({ text }) => text).join('\n\n')}\n\`\`\`\n`);
    }
  }
  return parts.join('\n');
}
