import { defineConfig } from 'tsup';

export default defineConfig({ entry: { index: 'src/index.ts', 'prepare-worker': 'src/prepare/prepare-worker.ts' }, format: 'esm', target: 'node20', dts: { entry: 'src/index.ts' }, clean: true, sourcemap: true });
