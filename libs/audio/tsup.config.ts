import { defineConfig } from 'tsup';

export default defineConfig({ entry: { index: 'src/index.ts', browser: 'src/browser.ts', 'prepare-worker': 'src/prepare/prepare-worker.ts' }, format: 'esm', target: 'node20', dts: { entry: { index: 'src/index.ts', browser: 'src/browser.ts' } }, clean: true, sourcemap: true });
