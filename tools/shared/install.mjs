import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NPM, ROOT, run } from './processes.mjs';

/** Whether node_modules holds what package-lock.json names. @param {string} [root] */
export function isInstalled(root = ROOT) {
  let wanted;
  let present;
  try {
    wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    present = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, link, optional, peer }]) => {
    if (!path.includes('node_modules/')) return true; // the workspaces themselves
    const found = present[path];
    if (found === undefined) return optional === true || peer === true; // packages of other platforms
    return link === true ? found.link === true : found.version === version;
  });
}

/**
 * Installs the locked dependencies unless they are there already.
 * @returns {Promise<{code: number, output: string, skipped: boolean}>}
 */
export async function install() {
  if (isInstalled()) return { code: 0, output: '', skipped: true };
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error'];
  let command = [...NPM, 'ci', ...flags];
  let result = await run(command);
  // A registry mirror may lack the binaries of other platforms, optional packages that the lock file then lacks too; `npm ci` refuses
  // such a lock file, `npm install` takes the same locked versions.
  if (/EUSAGE/.test(result.output)) {
    command = [...NPM, 'install', '--no-save', ...flags];
    result = await run(command);
  }
  // A registry drops a connection now and then; a second try is worth its seconds.
  if (result.code !== 0 && result.code !== 130) result = await run(command);
  return { ...result, skipped: false };
}
