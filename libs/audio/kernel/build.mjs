#!/usr/bin/env node
// Compiles kernel/resample.ts (AssemblyScript) and writes src/resample/kernel-wasm.ts; with --check it only compares.
//   node kernel/build.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const folder = new URL('./', import.meta.url);
const target = new URL('../src/resample/kernel-wasm.ts', import.meta.url);
const files = new Map();
const { error, stderr } = await asc.main(['resample.ts', '--outFile', 'resample.wasm', '--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--initialMemory', '1'], {
  readFile: (name) => { try { return readFileSync(new URL(name, folder), 'utf8'); } catch { return null; } },
  writeFile: (name, contents) => { files.set(name, contents); },
  listFiles: () => [],
});
const wasm = files.get('resample.wasm');
if (error !== null || wasm === undefined) {
  process.stderr.write(`${stderr.toString()}\n${error?.message ?? 'no output'}\n`);
  process.exit(1);
}
const text = `// Made by kernel/build.mjs from kernel/resample.ts; the build makes it anew and compares. ${wasm.length} bytes of WebAssembly.\nexport const KERNEL_WASM_BASE64 =\n  '${Buffer.from(wasm).toString('base64').match(/.{1,160}/g).join("' +\n  '")}';\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== text) {
  process.stderr.write('src/resample/kernel-wasm.ts is not what kernel/resample.ts compiles to; run: node kernel/build.mjs\n');
  process.exit(1);
}
