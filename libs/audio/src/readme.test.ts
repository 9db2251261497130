import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the README shows the example as it is', () => {
  expect(/```ts\n([\s\S]*?)```/.exec(read('../README.md'))?.[1]).toBe(read('../examples/readme.ts'));
});

it('the example runs and finds what it says', async () => {
  await expect(import('../examples/readme.js')).resolves.toBeDefined();
});
