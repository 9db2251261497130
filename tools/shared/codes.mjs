import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesUnder, inRepository, packages } from './workspace.mjs';

const TABLE = /(_ADVICE|_MEANINGS|FAULTS|_CAUSES|_FINDINGS)$/;
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** @typedef {{code: string, pkg: string, at: string, table: string | null, advice: string | null}} CodeUse - `table`: the table that declares it, or null for a bare `code: '…'`. */

/**
 * Every code that a package's sources name: keys of the tables (`X_ADVICE`, `X_MEANINGS` …), unions named `XCode`, and string literals after `code:`.
 * @returns {CodeUse[]}
 */
export function codesInUse() {
  return packages().flatMap((pkg) => filesUnder(join(pkg.dir, 'src'), '.ts').filter((file) => !file.endsWith('.test.ts')).flatMap((file) => codesOfFile(file, pkg.name)));
}

function codesOfFile(file, pkg) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found = [];
  const at = (node) => `${inRepository(file)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const bare = (node) => {
    let value = node;
    while (value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value) || ts.isParenthesizedExpression(value))) value = value.expression;
    return value;
  };
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && TABLE.test(node.name.text) && node.initializer !== undefined) {
      const value = bare(node.initializer);
      if (ts.isObjectLiteralExpression(value)) {
        for (const property of value.properties) {
          const key = property.name !== undefined && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)) ? property.name.text : '';
          const text = ts.isPropertyAssignment(property) ? bare(property.initializer) : undefined;
          if (CODE.test(key)) found.push({ code: key, pkg, at: at(property), table: node.name.text, advice: text !== undefined && ts.isStringLiteralLike(text) ? text.text : null });
        }
      }
    }
    if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('Code') && ts.isUnionTypeNode(node.type)) {
      for (const part of node.type.types) if (ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal) && CODE.test(part.literal.text)) found.push({ code: part.literal.text, pkg, at: at(part), table: null, advice: null });
    }
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === 'code') {
      const values = ts.isConditionalExpression(node.initializer) ? [node.initializer.whenTrue, node.initializer.whenFalse] : [node.initializer];
      for (const value of values.map(bare)) if (ts.isStringLiteralLike(value) && CODE.test(value.text)) found.push({ code: value.text, pkg, at: at(node), table: null, advice: null });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
