#!/usr/bin/env node
// Is every code (of an error or a finding) one thing, and does docs/troubleshooting.md say what to do about it?
//   node tools/check-codes.mjs          fails on a code declared twice, without a heading, or a heading without a code
//   node tools/check-codes.mjs --list   prints them as JSON
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codesInUse } from './shared/codes.mjs';
import { ROOT } from './shared/processes.mjs';
import { conclude } from './shared/workspace.mjs';

const uses = codesInUse();
if (process.argv.includes('--list')) console.log(JSON.stringify(uses, null, 1));
else check();

function check() {
  const problems = [];
  const declared = new Map();
  for (const use of uses.filter(({ table }) => table !== null)) {
    const other = declared.get(use.code);
    if (other !== undefined && other.pkg !== use.pkg) problems.push(`${use.code} is declared by ${other.at} and by ${use.at}; a code is one thing: rename the newer one`);
    if (other === undefined) declared.set(use.code, use);
    const prefix = /^([A-Z]+)_ADVICE$/.exec(use.table)?.[1];
    if (prefix !== undefined && !use.code.startsWith(`${prefix}_`)) problems.push(`${use.at}: ${use.code} in ${use.table} must begin with ${prefix}_`);
  }
  const guide = join(ROOT, 'docs/troubleshooting.md');
  const text = existsSync(guide) ? readFileSync(guide, 'utf8') : '';
  const sections = text.split(/^### /m).slice(1).map((section) => ({ code: /^`([A-Z0-9_]+)`/.exec(section)?.[1] ?? '', body: section.slice(section.indexOf('\n')).trim() }));
  const headings = new Set(sections.map(({ code }) => code));
  if (headings.size < sections.length) problems.push('docs/troubleshooting.md: a heading is there twice');
  const codes = new Map(uses.map((use) => [use.code, use]));
  for (const [code, { at }] of [...codes].sort()) {
    if (!headings.has(code)) problems.push(`${code} (${at}) has no heading in docs/troubleshooting.md: add "### \`${code}\`" with its cause and what to do`);
  }
  for (const { code, body } of sections) {
    if (!codes.has(code)) problems.push(`docs/troubleshooting.md: no source names ${code || 'the code of a heading'}; remove the section`);
    else if (body.length < 20) problems.push(`docs/troubleshooting.md: ${code} says neither cause nor remedy`);
  }
  conclude('check-codes', problems, `${codes.size} codes, each declared by one package and explained in docs/troubleshooting.md`);
}
