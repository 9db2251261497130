import { defaultClientConditions, defineConfig } from 'vite';

/** Each page is built alone, into a folder of its own: who serves one does not serve the others. */
const PAGES = { production: { page: 'index.html', folder: 'speak' }, review: { page: 'review.html', folder: 'review' }, listen: { page: 'listen.html', folder: 'listen' } };

// Everything in files of its own: the content security policies of their servers allow nothing inline.
export default defineConfig(({ mode }) => {
  const { page, folder } = PAGES[mode];
  return { base: './', resolve: { conditions: ['@voxtune/source', ...defaultClientConditions] }, build: { outDir: `dist/${folder}`, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, rollupOptions: { input: page }, license: { fileName: 'third-party-licences.md' } } };
});
