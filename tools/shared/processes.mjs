import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Command and leading arguments for npm; npm run tells where its own script is, which also works without a shell on Windows. */
export const NPM = process.env.npm_execpath === undefined || !/npm-cli\.c?js$/.test(process.env.npm_execpath) ? ['npm'] : [process.execPath, process.env.npm_execpath];

/** Command and leading arguments for nx: the cache on disk only, no daemon left behind, no terminal tricks. */
export const NX = [process.execPath, `${ROOT}node_modules/nx/dist/bin/nx.js`];

/** @typedef {{code: number, output: string}} Finished - `output`: both streams, when they were not passed through. */

/**
 * Runs a program to its end. Never rejects for a failure of the program: `code` says it (127: could not be started; 128 + n: ended by a signal).
 * @param {readonly string[]} command - Program and its arguments.
 * @param {{cwd?: string, show?: boolean, env?: Record<string, string | undefined>, timeoutMs?: number}} [options] - `show` passes the streams through.
 * @returns {Promise<Finished>}
 */
export function run([program, ...args], { cwd = ROOT, show = false, env = {}, timeoutMs } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => { output += `\nended after ${timeoutMs / 1000} s\n`; child.kill('SIGKILL'); }, timeoutMs);
    // Ctrl-C reaches the child too (same process group); wait for it to end in its own way.
    const ignore = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', forward);
    const finish = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', ignore);
      process.off('SIGTERM', forward);
      done({ code, output });
    };
    child.stdout?.setEncoding('utf8').on('data', (text) => { output += text; });
    child.stderr?.setEncoding('utf8').on('data', (text) => { output += text; });
    child.on('error', (error) => { output += `${error.message}\n`; finish(127); });
    child.on('close', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 128 + 9)));
  });
}
