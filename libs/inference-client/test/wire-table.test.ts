// The table of the README is the tables of the code.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { API } from '../src/wire/api.js';
import { API_V2 } from '../src/wire/api-v2.js';
import { GUIDE } from '../src/wire/guide.js';

const rows = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('### On the wire')[1]?.split('\n## ')[0]?.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())) ?? [];
const named = (cell: string | undefined): string | null => /^`(\w+)`/.exec(cell ?? '')?.[1] ?? null;

it('names every field in every dialect as it is sent', () => {
  const documented = Object.fromEntries(rows.map(([name, , ...cells]) => [named(name), cells.map(named)]));
  const sent = Object.fromEntries(Object.keys(API_V2.fields).map((name) => [name, [API_V2, API, GUIDE].map(({ fields }) => fields[name as keyof typeof fields])]));
  expect(documented).toEqual(sent);
});

it('gives the guide’s values as they are sent', () => {
  const documented = Object.fromEntries(rows.flatMap(([, , , , cell]) => {
    const [, name, value] = /^`(\w+)` (.+)$/.exec(cell ?? '') ?? [];
    return name === undefined ? [] : [[name, value]];
  }));
  const { return_fragment: _unnamed, ...constants } = GUIDE.constants;
  expect(documented).toEqual(Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, value === '' ? "''" : Array.isArray(value) ? '[]' : String(value)])));
});
