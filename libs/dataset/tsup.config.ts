import { defineConfig } from 'tsup';

export default defineConfig({ entry: ['src/index.ts'], format: 'esm', external: ['pinyin-pro', 'cmu-pronouncing-dictionary', 'sherpa-onnx-node'], target: 'node20', dts: true, clean: true, sourcemap: true });
