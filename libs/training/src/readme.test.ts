import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('shows in the README the example that runs', async () => {
  const [readme, example] = await Promise.all(['../README.md', '../examples/readme.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')));
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  await import('../examples/readme.js');
});
