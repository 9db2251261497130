import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatReport, surfaces } from './report.mjs';

test('a report holds every export, renamed ones too, with its signature and without its body; and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'api-report-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'index.ts'), "export { add, type Sum, twice as double } from './add.js';\nexport class Counter { #n = 0; readonly size: number = 1; private hidden(): void {} next(): number { return ++this.#n; } }\n");
    writeFileSync(join(folder, 'add.ts'), '/** A sum. */\nexport type Sum = { readonly value: number };\n/** Adds. */\nexport function add(a: number, b = 1): Sum { return { value: a + b + secret() }; }\nexport const twice = (n: number): number => 2 * n;\nexport function secret(): number { return 0; }\n');
    const entries = surfaces([{ specifier: 'thing', file: join(folder, 'index.ts') }]);
    assert.deepEqual(entries[0].names.map(({ name, section }) => [name, section]), [['add', 'Functions'], ['double', 'Functions'], ['Counter', 'Classes'], ['Sum', 'Types']]);
    const text = formatReport('thing', entries);
    assert.match(text, /## `thing` \(4 names\)/);
    assert.match(text, /function add\(a: number, b\?: number\): Sum;/);
    assert.match(text, /next\(\): number;/);
    assert.doesNotMatch(text, /secret|return|Adds|#n = 0/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
