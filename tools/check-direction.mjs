#!/usr/bin/env node
// Do imports point the allowed way? Imports between packages, package.json dependencies, pure files, entry points for browsers.
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { conclude, entryPoints, filesUnder, inRepository, MAY_IMPORT, packages, specifierOf } from './shared/workspace.mjs';

// These root entries run in browsers too, so nothing they reach statically may be Node's.
const BROWSER_SAFE = { text: 'index.ts', 'inference-client': 'index.ts', audio: 'browser.ts' };
const PURE_FILE = /^(plan|parse|format|measure)-[^.]*\.ts$/;
const PURE_BUILTINS = new Set(['node:path', 'node:path/posix', 'node:path/win32']); // arithmetic on strings
const ADDON = 'onnxruntime-node';

const all = packages();
const apps = new Set(all.filter((pkg) => pkg.kind === 'app').map((pkg) => pkg.name));
const mayUseApp = (pkg, name) => name === pkg.name || (pkg.kind === 'app' && name !== 'voxtune'); // the CLI ships the pages

const entries = new Set(all.flatMap((pkg) => entryPoints(pkg).map((entry) => specifierOf(pkg, entry))));
const problems = all.flatMap((pkg) => [...checkManifest(pkg), ...checkFiles(pkg), ...(BROWSER_SAFE[pkg.short] !== undefined ? checkBrowserSafe(pkg) : [])]);
conclude('check-direction', problems, `${all.length} packages, every import points the allowed way`);

function allowed(pkg) {
  return pkg.kind === 'app' ? Object.keys(MAY_IMPORT) : (MAY_IMPORT[pkg.short] ?? []);
}

function declared(pkg) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = pkg.manifest;
  return { ...dependencies, ...optionalDependencies, ...peerDependencies };
}

function checkManifest(pkg) {
  const found = [];
  if (pkg.kind === 'lib' && MAY_IMPORT[pkg.short] === undefined) found.push(`${pkg.name} has no row in MAY_IMPORT (tools/shared/workspace.mjs)`);
  for (const name of Object.keys({ ...declared(pkg), ...pkg.manifest.devDependencies })) {
    if (apps.has(name)) { if (!mayUseApp(pkg, name)) found.push(`${pkg.name} depends on ${name}, an app; no library may`); }
    else if (name.startsWith('@voxtune/') && !allowed(pkg).includes(name.slice(9))) found.push(`${pkg.name} depends on ${name}; it may depend on ${allowed(pkg).join(', ') || 'no sibling'}`);
  }
  if (declared(pkg)[ADDON] !== undefined && pkg.manifest.optionalDependencies?.[ADDON] === undefined) found.push(`${pkg.name}: ${ADDON} must be an optional dependency`);
  return found;
}

function checkFiles(pkg) {
  const found = [];
  for (const file of ['src', 'test', 'examples'].flatMap((part) => filesUnder(join(pkg.dir, part), '.ts'))) {
    const isSource = inRepository(file).includes('/src/') && !/\.test\.ts$/.test(file);
    for (const { specifier, line, isType, isDynamic } of importsOf(file)) {
      const at = `${inRepository(file)}:${line}`;
      const problem = (text) => found.push(`${at} imports ${specifier}: ${text}`);
      if (specifier.startsWith('.')) {
        if (relative(pkg.dir, resolve(dirname(file), specifier)).startsWith('..') && isSource) problem('it lies outside the package; import the package by its name');
        if (!/\.(js|json|mjs)$/.test(specifier)) problem('a relative import ends in .js');
        continue;
      }
      if (builtinModules.includes(specifier)) problem(`write node:${specifier}`);
      if (specifier.startsWith('node:')) {
        if (isSource && !isType && PURE_FILE.test(basename(file)) && !PURE_BUILTINS.has(specifier)) problem('plan-, parse-, format- and measure- files are pure; move the reading and writing into a shell beside it');
        continue;
      }
      const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      if ((apps.has(name) && !mayUseApp(pkg, name)) || /(^|\/)tools\//.test(specifier)) { problem('nothing imports the apps or tools/'); continue; }
      if (name.startsWith('@voxtune/')) {
        if (!entries.has(specifier)) problem(`no entry point of ${name}; import what its package.json exports`);
        if (name !== pkg.name && !apps.has(name) && !allowed(pkg).includes(name.slice(9))) problem(`${pkg.name} may import ${allowed(pkg).join(', ') || 'no sibling'}; pass a function in, or meet at a file`);
      }
      if (isSource && name !== pkg.name && declared(pkg)[name] === undefined) problem('it is not among the dependencies of its package.json');
      if (isSource && name === ADDON && !isType && !isDynamic) problem('a native addon is loaded only when it is needed: await import() it');
      if (isSource && !isType && PURE_FILE.test(basename(file)) && name === 'execa') problem('a pure file runs no program');
    }
    if (isSource && pkg.kind === 'lib') {
      const text = readFileSync(file, 'utf8');
      const at = text.search(/(?<!\.\.\.)\bprocess\.env\b/); // `...process.env` hands it to a child, and reads nothing
      if (at >= 0 && !/^\s*(\/\/|\*)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))) found.push(`${inRepository(file)}:${text.slice(0, at).split('\n').length} reads the environment; a library takes options`);
    }
  }
  return found;
}

/** Follows static imports from the entry that browsers use; none may be Node's. */
function checkBrowserSafe(pkg) {
  const found = [];
  const seen = new Set();
  const visit = (file, from) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { specifier, isType, isDynamic } of importsOf(file)) {
      if (isType || isDynamic) continue;
      if (specifier.startsWith('node:')) found.push(`${inRepository(file)} imports ${specifier}, and ${pkg.name}'s ${BROWSER_SAFE[pkg.short]} reaches it (${[...from, basename(file)].join(' → ')}); that runs in browsers too`);
      else if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')), [...from, basename(file)]);
    }
  };
  const entry = join(pkg.dir, 'src', BROWSER_SAFE[pkg.short]);
  if (existsSync(entry)) visit(entry, []);
  return found;
}

/** Every import, export-from and import() of a file. @returns {{specifier: string, line: number, isType: boolean, isDynamic: boolean}[]} */
function importsOf(file) {
  if (!file.endsWith('.ts')) return [];
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found = [];
  const add = (node, literal, isType, isDynamic) => {
    if (literal !== undefined && ts.isStringLiteralLike(literal)) found.push({ specifier: literal.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, isType, isDynamic });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      const named = node.importClause?.namedBindings;
      const onlyTypes = node.importClause?.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
      add(node, node.moduleSpecifier, node.importClause?.isTypeOnly === true || onlyTypes, false);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      const onlyTypes = node.exportClause !== undefined && ts.isNamedExports(node.exportClause) && node.exportClause.elements.every((element) => element.isTypeOnly);
      add(node, node.moduleSpecifier, node.isTypeOnly || onlyTypes, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0], false, true);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true, false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
