import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('shows in the README the example that runs', async () => {
  const [readme, example] = await Promise.all(['../README.md', '../examples/readme.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')));
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  await import('../examples/readme.js');
});

const shared = fileURLToPath(new URL('../../../../shared', import.meta.url));
it.skipIf(!existsSync(`${shared}/models/speaker-ge2e`))('judges two WAV files in five lines, as the README shows (skipped without ../shared)', async () => {
  const [readme, example] = await Promise.all(['../README.md', '../examples/judge-two.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8'))) as [string, string];
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('import'))).toHaveLength(5);
  const said: unknown[] = [];
  const [argv, log] = [process.argv, console.log];
  process.argv = ['node', 'judge-two', `${shared}/data/ljspeech/wavs/LJ001-0001.wav`, `${shared}/data/ljspeech/wavs/LJ001-0003.wav`];
  console.log = (value) => void said.push(value);
  try {
    const text = example.replaceAll("'models/", `'${shared}/models/`);
    const copy = new URL('./judge-two.try.ts', import.meta.url);
    await writeFile(copy, text);
    try { await import('./judge-two.try.js' as string); } finally { await rm(copy); }
  } finally {
    process.argv = argv;
    console.log = log;
  }
  const [{ similarity, p808 }] = said as [{ similarity: number; p808: number }];
  expect(similarity).toBeGreaterThan(0.8);
  expect(p808).toBeGreaterThan(3.5);
}, 60_000);
