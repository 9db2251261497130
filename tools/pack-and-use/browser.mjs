import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../shared/processes.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Why the browser part cannot be tried here, or null. */
export const noBrowser = () => (CHROMIUM === undefined ? 'no Chromium' : null);

/** Bundles the browser entry of the installed @voxtune/audio as an application would, runs it in Chromium, and compares with Node. @param {string} folder */
export async function useInBrowser(folder) {
  const [{ build }, { chromium }] = await Promise.all([import('tsup'), import('playwright-core')]);
  copyFileSync(join(ROOT, 'libs/audio/test/browser-program.mjs'), join(folder, 'browser-program.mjs'));
  writeFileSync(join(folder, 'page.mjs'), "import * as audio from '@voxtune/audio/browser';\nimport { figuresOf } from './browser-program.mjs';\nglobalThis.figures = JSON.stringify(figuresOf(audio));\n");
  writeFileSync(join(folder, 'node.mjs'), "import './page.mjs';\nconsole.log(globalThis.figures);\n");
  const inNode = await run([process.execPath, 'node.mjs'], { cwd: folder });
  if (inNode.code !== 0) throw new Error(`in Node:\n${inNode.output}`);
  await build({ entry: { page: join(folder, 'page.mjs') }, outDir: join(folder, 'bundle'), format: 'iife', platform: 'browser', target: 'es2022', noExternal: [/.*/], dts: false, sourcemap: false, silent: true, config: false });
  const script = readFileSync(join(folder, 'bundle/page.global.js'), 'utf8');
  if (/["']node:/.test(script)) throw new Error("the bundle reaches a module of Node's");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    const theirs = JSON.parse(await page.evaluate('globalThis.figures')), ours = JSON.parse(inNode.output);
    for (const [name, value] of Object.entries(ours)) {
      const equal = typeof value === 'number' ? Math.abs(theirs[name] - value) <= 1e-5 * Math.max(1, Math.abs(value)) : JSON.stringify(theirs[name]) === JSON.stringify(value);
      if (!equal) throw new Error(`${name}: ${JSON.stringify(theirs[name])} in Chromium, ${JSON.stringify(value)} in Node`);
    }
  } finally {
    await browser.close();
  }
}
