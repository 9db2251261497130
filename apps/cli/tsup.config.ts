import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts'], format: 'esm', target: 'node20', clean: true, sourcemap: true, banner: { js: '#!/usr/bin/env node' },
  external: ['onnxruntime-node'], // optional and native: a dynamic import of the installed package
  onSuccess: () => cp('../pages/dist', 'dist/pages', { recursive: true }),
});
