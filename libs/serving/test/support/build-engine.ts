// Bundles the stand-in engine once for all tests: workers are real processes, and those run no TypeScript.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    enginePath: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'voxtune-serving-engine-'));
  await build({
    entry: { engine: fileURLToPath(new URL('./stand-in-engine.ts', import.meta.url)) }, outDir, format: 'esm', target: 'node20', dts: false, clean: false, sourcemap: false, silent: true, config: false,
    noExternal: [/.*/], outExtension: () => ({ js: '.mjs' }), esbuildOptions: (options) => { options.conditions = ['@voxtune/source', 'node', 'import']; },
  });
  project.provide('enginePath', join(outDir, 'engine.mjs'));
  return () => rm(outDir, { recursive: true, force: true });
}
