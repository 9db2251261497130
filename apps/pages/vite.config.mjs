import { defineConfig } from 'vite';

// Everything in files of its own: the gateway's content security policy allows nothing inline.
export default defineConfig({ base: './', build: { outDir: 'dist', target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } } });
