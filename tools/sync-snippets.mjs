#!/usr/bin/env node
// README examples are programs that run: each library's first ```ts block equals examples/readme.ts,
// and the blocks of the root READMEs type-check against the sources (both languages hold the same code).
//   node tools/sync-snippets.mjs          fails on a difference
//   node tools/sync-snippets.mjs --write  copies examples/readme.ts into the README
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './shared/processes.mjs';
import { conclude, inRepository, libraries } from './shared/workspace.mjs';

const BLOCK = /^```ts\n([\s\S]*?)^```$/gm;
const ROOT_READMES = ['README.md', 'README.zh-TW.md'];
const write = process.argv.includes('--write');
const problems = [];

for (const lib of libraries()) {
  const readme = join(lib.dir, 'README.md');
  const example = join(lib.dir, 'examples/readme.ts');
  if (!existsSync(readme)) { problems.push(`${inRepository(readme)} is missing`); continue; }
  if (!existsSync(example)) { problems.push(`${inRepository(example)} is missing: the README's example as a program that asserts its result`); continue; }
  const text = readFileSync(readme, 'utf8');
  const code = readFileSync(example, 'utf8');
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length === 0) problems.push(`${inRepository(readme)} has no \`\`\`ts block`);
  else if (!blocks.some(([, block]) => block.trim() === code.trim())) {
    if (write) writeFileSync(readme, text.replace(blocks[0][0], () => `\`\`\`ts\n${code.trimEnd()}\n\`\`\``));
    else problems.push(`${inRepository(readme)} and ${inRepository(example)} differ; node tools/sync-snippets.mjs --write copies the program into the README`);
  }
}
problems.push(...(await checkRootReadmes()));
conclude('sync-snippets', problems, `${libraries().length} READMEs show what runs`);

async function checkRootReadmes() {
  const found = [];
  const codes = ROOT_READMES.map((name) => [...readFileSync(join(ROOT, name), 'utf8').matchAll(BLOCK)].map(([, block]) => block));
  // Comments are translated; the code is not.
  const [english, chinese] = codes.map((blocks) => blocks.map((block) => block.replace(/\s*\/\/.*$/gm, '')));
  if (JSON.stringify(english) !== JSON.stringify(chinese)) found.push(`the code in ${ROOT_READMES.join(' and ')} differs`);
  for (const lib of libraries()) {
    if (!english.some((block) => new RegExp(`from '${lib.name}(/[\\w-]+)?'`).test(block))) found.push(`${ROOT_READMES[0]} shows no import of ${lib.name}`);
  }
  const folder = join(ROOT, 'tools/.snippets'); // inside the workspace, so that the packages resolve
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    codes[0].forEach((code, n) => writeFileSync(join(folder, `readme-${n + 1}.ts`), `${code}\nexport {};\n`));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.base.json', include: ['*.ts'] }));
    const { code, output } = await run([process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    if (code !== 0) found.push(`${ROOT_READMES[0]}: a block does not type-check (readme-N is the N-th):\n${output}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}
