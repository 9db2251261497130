#!/usr/bin/env node
// Writes etc/<library>.api.md of every library: what it exports, with signatures. With --check it only compares, and exits 1 where a report is not up to date.
//   node tools/api-report.mjs [--check] [audio text …]
import './shared/node-version.mjs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { reportsOf } from './api-report/report.mjs';
import { ROOT } from './shared/processes.mjs';
import { packages } from './shared/workspace.mjs';

const { values: { check }, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
const libs = packages().filter(({ kind, short }) => kind === 'lib' && (positionals.length === 0 || positionals.includes(short)));
const stale = [];
for (const [lib, text] of reportsOf(libs)) {
  const path = join(lib.dir, 'etc', `${lib.short}.api.md`);
  if (read(path) === text) continue;
  stale.push(relative(ROOT, path));
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (!check) console.log(stale.length === 0 ? 'api-report: up to date' : `api-report: wrote ${stale.join(', ')}`);
else if (stale.length > 0) {
  console.error(`api-report: the exports differ from ${stale.join(', ')}.\nA report shows in a review what a change does to the public surface. Renew it with:  npm run api-report\nand look at the difference: a name that is gone or a parameter that moved breaks somebody.`);
  process.exitCode = 1;
}

function read(path) { try { return readFileSync(path, 'utf8').replaceAll('\r\n', '\n'); } catch { return null; } }
