import { readdir, readFile, readlink } from 'node:fs/promises';

const TCP_LISTEN = '0A'; // Linux include/net/tcp_states.h: TCP_LISTEN = 10

const missing = (): null => null;

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp or tcp6. */
export function parseListeners(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').slice(1).flatMap((line) => {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    return local.endsWith(`:${wanted}`) && state === TCP_LISTEN ? [inode] : [];
  });
}

/** The process group in the text of /proc/PID/stat; the command name, second there, may itself hold spaces and parentheses. */
export function parseProcessGroup(stat: string): number | null {
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  return Number.isInteger(group) ? group : null;
}

/**
 * Whether a process of the group listens on the port: an answer on it is then the engine's, not a stranger's who took the port first.
 * @returns null where the system does not tell (anything but Linux, or /proc out of reach).
 */
export async function ownsPort(port: number, processGroup: number): Promise<boolean | null> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(missing)));
  if (tables[0] === null || tables[0] === undefined) return null;
  const wanted = new Set(tables.flatMap((table) => parseListeners(table ?? '', port)).map((inode) => `socket:[${inode}]`));
  if (wanted.size === 0) return false;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(missing);
    if (stat === null || parseProcessGroup(stat) !== processGroup) continue;
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(missing);
    if (descriptors === null) return null;
    const links = await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(missing)));
    if (links.some((link) => link !== null && wanted.has(link))) return true;
  }
  return false;
}
