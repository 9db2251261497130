import { defineConfig } from 'tsup';

// onnxruntime-node is optional and native: it stays a dynamic import of the installed package.
export default defineConfig({ entry: { index: 'src/index.ts', listening: 'src/listening/index.ts' }, format: 'esm', target: 'node20', dts: true, clean: true, sourcemap: true, external: ['onnxruntime-node'] });
