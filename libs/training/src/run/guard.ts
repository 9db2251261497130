import { spawn } from 'node:child_process';

// Runs as `node -e`: reads its standard input, which ends when its parent is gone, however it went. Anything written first calls it off.
const GUARD_SOURCE = `
const [pid, graceMs] = process.argv.slice(1).map(Number);
let off = false;
process.stdin.on('data', () => { off = true; });
process.stdin.on('error', () => {});
process.stdin.on('end', () => {
  if (off) return;
  const kill = (signal) => { try { process.kill(-pid, signal); return true; } catch { return false; } };
  if (!kill('SIGTERM')) return;
  setTimeout(() => kill('SIGKILL'), graceMs);
});
process.stdin.resume();
`;

/** Watches that a child does not outlive us. */
export type Guard = {
  /** The child has ended, or is being ended here: the guard goes, touching nothing. */
  callOff(): void;
};

/**
 * Starts a small process that ends a child's process group when this process disappears without ending it (kill -9, out of memory).
 * POSIX only; elsewhere it does nothing.
 * @param pid - Leader of the child's process group.
 * @param graceMs - Time between SIGTERM and SIGKILL.
 */
export function startGuard(pid: number, graceMs: number): Guard {
  if (process.platform === 'win32') return { callOff: () => undefined };
  const guard = spawn(process.execPath, ['-e', GUARD_SOURCE, String(pid), String(graceMs)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.on('error', () => undefined); // without a guard the child is still found and ended at the next start
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return {
    callOff() {
      guard.stdin.end('off\n');
    },
  };
}
