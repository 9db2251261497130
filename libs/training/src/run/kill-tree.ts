import { execa } from 'execa';

/** How a process and all it started are asked or made to end. */
export type TreeKill =
  | { readonly kind: 'signal'; /** Negative: the whole process group. */ readonly pid: number; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] };

/**
 * How to end a process tree. On POSIX the child leads its own process group; Windows has none, there the tree is walked by `taskkill`
 * (which only ends windowless programs with /F).
 * @param pid - The child, a positive integer.
 */
export function planTreeKill(platform: NodeJS.Platform, pid: number, force: boolean): TreeKill {
  if (!Number.isSafeInteger(pid) || pid < 1) throw new RangeError(`pid must be a positive integer, got ${pid}`);
  if (platform === 'win32') return { kind: 'command', command: 'taskkill', args: ['/PID', String(pid), '/T', ...(force ? ['/F'] : [])] };
  return { kind: 'signal', pid: -pid, signal: force ? 'SIGKILL' : 'SIGTERM' };
}

async function carryOut(plan: TreeKill): Promise<void> {
  if (plan.kind === 'command') {
    await execa(plan.command, plan.args, { reject: false, stdio: 'ignore' });
    return;
  }
  try {
    process.kill(plan.pid, plan.signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: nobody left, which is what is wanted
  }
}

/** Whether any process of the group is left (POSIX); on Windows, whether the process is. */
export function isTreeAlive(platform: NodeJS.Platform, pid: number): boolean {
  try {
    process.kill(platform === 'win32' ? pid : -pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How often a dying group is looked at, ms. Ours. */
const LOOK_MS = 25;

/** How long a group is waited for after SIGKILL, ms: the kernel needs a moment to free GPU memory. Ours. */
const KILLED_WAIT_MS = 10_000;

/**
 * Ends a process tree: asks, waits, then forces. Returns when nobody is left.
 * @param graceMs - Time between asking and forcing.
 */
export async function endTree(pid: number, graceMs: number, platform: NodeJS.Platform = process.platform): Promise<void> {
  await carryOut(planTreeKill(platform, pid, false));
  const wait = async (limitMs: number): Promise<boolean> => {
    for (let waited = 0; waited < limitMs; waited += LOOK_MS) {
      if (!isTreeAlive(platform, pid)) return true;
      await pause(LOOK_MS);
    }
    return !isTreeAlive(platform, pid);
  };
  if (await wait(graceMs)) return;
  await carryOut(planTreeKill(platform, pid, true));
  await wait(KILLED_WAIT_MS);
}
