import { defineConfig } from 'tsup';

export default defineConfig({ entry: { index: 'src/index.ts', 'ingest-worker': 'src/ingest/ingest-worker.ts', 'slice-worker': 'src/cut/slice-worker.ts' }, format: 'esm', external: ['pinyin-pro', 'cmu-pronouncing-dictionary', 'sherpa-onnx-node'], target: 'node20', dts: { entry: 'src/index.ts' }, clean: true, sourcemap: true });
