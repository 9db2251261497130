import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('shows the example that runs', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = readFileSync(new URL('../examples/readme.ts', import.meta.url), 'utf8');
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(example);
  await expect(import('../examples/readme.js')).resolves.toBeDefined();
});
