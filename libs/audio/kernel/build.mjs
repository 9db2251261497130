#!/usr/bin/env node
// Compiles the kernels (AssemblyScript) into TypeScript files that hold their bytes; with --check it only compares.
//   node kernel/build.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const KERNELS = [
  { source: 'resample.ts', target: 'src/resample/kernel-wasm.ts', name: 'KERNEL_WASM_BASE64' },
  { source: 'measure.ts', target: 'src/measure/measure-wasm.ts', name: 'MEASURE_WASM_BASE64' },
  { source: 'flac.ts', target: 'src/flac/flac-wasm.ts', name: 'FLAC_WASM_BASE64' },
  { source: 'quantize.ts', target: 'src/encode/quantize-wasm.ts', name: 'QUANTIZE_WASM_BASE64' },
  { source: 'spectrum.ts', target: 'src/features/spectrum-wasm.ts', name: 'SPECTRUM_WASM_BASE64' },
  { source: 'mp3/decode.ts', target: 'src/mp3/mpeg-wasm.ts', name: 'MPEG_WASM_BASE64' },
];
const folder = new URL('./', import.meta.url);
for (const { source, target, name } of KERNELS) {
  const files = new Map();
  const { error, stderr } = await asc.main([source, '--outFile', 'kernel.wasm', '--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--initialMemory', '1'], {
    readFile: (file) => { try { return readFileSync(new URL(file, folder), 'utf8'); } catch { return null; } },
    writeFile: (file, contents) => { files.set(file, contents); },
    listFiles: () => [],
  });
  const wasm = files.get('kernel.wasm');
  if (error !== null || wasm === undefined) {
    process.stderr.write(`${stderr.toString()}\n${error?.message ?? 'no output'}\n`);
    process.exit(1);
  }
  const text = `// Made by kernel/build.mjs from kernel/${source}; the build makes it anew and compares. ${wasm.length} bytes of WebAssembly.\nexport const ${name} =\n  '${Buffer.from(wasm).toString('base64').match(/.{1,160}/g).join("' +\n  '")}';\n`;
  const path = new URL(`../${target}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8').replaceAll('\r\n', '\n') !== text) {
    process.stderr.write(`${target} is not what kernel/${source} compiles to; run: node kernel/build.mjs\n`);
    process.exit(1);
  }
}
