import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages } from '../shared/workspace.mjs';
import { noBrowser, useInBrowser } from './browser.mjs';
import { closure, installTarballs, pack } from './tarballs.mjs';
import { attw, checkContents, importAndRequire, publint, runExample, specifiers, typeCheck, useCli } from './uses.mjs';

/**
 * @param {{keep?: boolean, only?: readonly string[]}} options - `keep` leaves the folder, to look at; `only`: short names of the packages to try (with the siblings they need).
 * @returns {Promise<number>} exit code
 */
export async function packAndUse({ keep = false, only = [] } = {}) {
  const wanted = new Set(only.flatMap(closure));
  const all = packages().filter((pkg) => pkg.manifest.private !== true).filter((pkg) => only.length === 0 || wanted.has(pkg.short));
  const libs = all.filter((pkg) => pkg.kind === 'lib');
  const unbuilt = all.filter((pkg) => !existsSync(join(pkg.dir, 'dist')));
  if (unbuilt.length > 0) {
    console.error(`pack-and-use: not built: ${unbuilt.map((pkg) => pkg.name).join(', ')}. Run: npm run build`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'voxtune-pack-'));
  let passed = 0;
  const failures = [];
  const use = async (title, work) => {
    try {
      await work();
      passed += 1;
      console.log(`  ok   ${title}`);
    } catch (error) {
      failures.push(title);
      console.log(`  FAIL ${title}\n${error.message.replace(/^/gm, '       ')}`);
    }
  };
  try {
    const tarballs = await pack(all, join(folder, 'tarballs'));
    for (const pkg of all) {
      const { path, files } = tarballs.get(pkg.name);
      await use(`${pkg.name}: contents`, () => checkContents(files, pkg));
      await use(`${pkg.name}: publint`, () => publint(path));
      if (pkg.kind === 'lib') await use(`${pkg.name}: attw`, () => attw(path));
    }
    const together = join(folder, 'together');
    await use('all packages install together', () => installTarballs(together, all.map((pkg) => pkg.name), tarballs));
    for (const specifier of specifiers(libs)) await use(`${specifier}: import${process.features.require_module === true ? ' and require' : ''}`, () => importAndRequire(together, specifier));
    for (const resolution of ['node16', 'bundler']) await use(`a consumer type-checks, moduleResolution ${resolution}`, () => typeCheck(together, specifiers(libs), resolution));
    if (noBrowser() !== null) console.log(`  skip @voxtune/audio/browser in Chromium: ${noBrowser()}`);
    else if (libs.some(({ short }) => short === 'audio')) await use('@voxtune/audio/browser: bundled, it gives the numbers of Node in Chromium', () => useInBrowser(together));
    for (const pkg of all.filter(({ kind }) => kind === 'app')) await use(`${pkg.name}: the installed command works`, () => useCli(together, pkg.manifest.version));
    for (const lib of libs) {
      const alone = join(folder, `alone-${lib.short}`);
      const names = closure(lib.short).map((short) => `@voxtune/${short}`);
      await use(`${lib.name} alone: its README's example runs`, async () => {
        await installTarballs(alone, names, tarballs);
        const present = readdirSync(join(alone, 'node_modules/@voxtune')).length;
        if (present !== names.length) throw new Error(`${present} @voxtune packages are installed, not the ${names.length} it may need`);
        await runExample(alone, lib);
      });
      if (!keep) rmSync(alone, { recursive: true, force: true });
    }
  } catch (error) {
    failures.push('pack');
    console.log(`  FAIL ${error.message}`);
  } finally {
    if (keep) console.log(`  kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  console.log(`pack-and-use: ${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
}
