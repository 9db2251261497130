import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** How a process and all it started are ended: by a signal to its group, or by a command where there are no groups. */
export type EndPlan = { readonly kind: 'signal'; readonly target: number; readonly signal: 'SIGTERM' | 'SIGKILL' } | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] };

/**
 * Plans the end of the process tree led by `pid`.
 * @param platform - As `process.platform` says it.
 * @param force - false asks it to finish; true leaves it no choice. On Windows console processes cannot be asked, so both force.
 */
export function planEnd(platform: string, pid: number, force: boolean): EndPlan {
  if (platform === 'win32') return { kind: 'command', command: 'taskkill', args: ['/pid', String(pid), '/T', '/F'] };
  return { kind: 'signal', target: -pid, signal: force ? 'SIGKILL' : 'SIGTERM' };
}

/** Carries out the plan; a group that is gone already is no failure. */
export function endGroup(pid: number, force: boolean): void {
  const plan = planEnd(process.platform, pid, force);
  if (plan.kind === 'command') {
    spawn(plan.command, [...plan.args], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(plan.target, plan.signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process of the group led by `pid` is left. */
export function groupAlive(pid: number): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Waits for the end of its standard input, which the system closes when this process ends in any way, SIGKILL included.
const GUARD_SCRIPT = 'while read -r _; do :; done; kill -s KILL -- "-$1" 2>/dev/null';

const watched = new Set<number>(); // groups to end with this process; one exit listener serves them all
const endWatched = (): void => watched.forEach((pid) => endGroup(pid, true));

const watch = (pid: number): void => {
  if (watched.size === 0) process.once('exit', endWatched);
  watched.add(pid);
};

const unwatch = (pid: number): void => {
  watched.delete(pid);
  if (watched.size === 0) process.removeListener('exit', endWatched);
};

/**
 * Ends the group when this process ends: by a listener on its own exit, and by a small guard process for the ends that run no code.
 * @returns A function that calls the watch off; call it once the group is gone.
 */
export function endGroupWithParent(pid: number): () => void {
  watch(pid);
  if (process.platform === 'win32') return () => unwatch(pid);
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'voxtune-guard', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.on('error', () => undefined); // no /bin/sh: the listener alone has to do
  guard.stdin.on('error', () => undefined);
  guard.unref();
  (guard.stdin as Partial<Socket>).unref?.(); // a pipe to a child is a socket; neither may keep this process from ending
  return () => {
    unwatch(pid);
    guard.kill('SIGKILL'); // before its input closes, so that it never signals a group number that is someone else's by now
  };
}
