// Runs the built command line as its users do: a process, arguments, exit code, two streams.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
export const REPOSITORY = join(here, '../../..');
export const MAIN = join(here, '../dist/main.js');
export const DEMO = join(REPOSITORY, 'examples/demo');
export const STAND_IN = join(REPOSITORY, 'examples/stand-in-engine');
export const SHARED = join(REPOSITORY, '../shared');
export const hasShared = existsSync(join(SHARED, 'data/recordings'));

export type Finished = { readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string };
export type CliOptions = { readonly cwd?: string; readonly env?: Record<string, string>; readonly killAfterMs?: number; readonly killWhen?: (event: Record<string, unknown>) => boolean };

/** Runs one verb to its end, or kills its whole process group when asked to. */
export function cli(args: readonly string[], { cwd = tmpdir(), env = {}, killAfterMs, killWhen }: CliOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let seen = 0;
    const kill = () => child.kill('SIGKILL');
    const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (killWhen === undefined) return;
      for (let end = stdout.indexOf('\n', seen); end !== -1; end = stdout.indexOf('\n', seen)) {
        const line = stdout.slice(seen, end);
        seen = end + 1;
        if (killWhen(JSON.parse(line) as Record<string, unknown>)) { kill(); return; }
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.on('error', reject);
    child.on('close', (code, signal) => { clearTimeout(timer); resolve({ code, signal, stdout, stderr }); });
  });
}

/** The last line of NDJSON, or the one document. */
export const lastJson = <T = Record<string, unknown>>({ stdout }: Finished): T => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;

/** A fresh folder, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'voxtune-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** What may differ between two runs (journals, logs, hash caches, TensorBoard events, timing). */
const EXEMPT = /^work\/(lock$|runs\/(?!.*\/plan\.json$))|\.log$|(^|\/)events\.out\.tfevents\./;

const withoutTiming = (path: string, bytes: Buffer): Buffer => {
  if (path.endsWith('.html')) return Buffer.from(bytes.toString('utf8').replace(/<span data-timing>.*?<\/span>/gs, ''));
  if (path.endsWith('.json')) return Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8')), (key, value: unknown) => (key === 'timing' ? undefined : value)));
  return bytes;
};

/** Every file under a folder with the hash of its bytes, but for what DESIGN lets differ. Absolute folder names are replaced. */
export async function treeOf(root: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(root, join(entry.parentPath, entry.name));
    if (EXEMPT.test(path)) continue;
    tree[path] = createHash('sha256').update(withoutTiming(path, await readFile(join(root, path)))).digest('hex').slice(0, 16);
  }
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** True while a process with this text in its command line lives (Linux). */
export async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) found.push(Number(name));
  }
  return found;
}
