import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('shows in the README exactly the example that runs', async () => {
  const [readme, example] = await Promise.all([readFile(new URL('../README.md', import.meta.url), 'utf8'), readFile(new URL('../examples/readme.ts', import.meta.url), 'utf8')]);
  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(example);
});
