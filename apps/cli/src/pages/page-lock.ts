// One server a page: who holds it, and its address, in a file that outlives a kill. The next server takes over the same address, so an open page goes on.
import { readFile, rm } from 'node:fs/promises';
import { identifyProcess, mayBeAlive, writeFileAtomic, type ProcessIdentity } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { makeToken } from './local-server.js';

type Holder = ProcessIdentity & { readonly token: string; readonly port: number; readonly url: string };
export type PageLock = { readonly token: string; /** The port of a server that was killed. */ readonly port: number | null; hold(url: string, port: number): Promise<void>; release(): Promise<void> };

/**
 * Takes the place of the server of one page.
 * @throws {CliError} CLI_PAGE_OPEN, with its address, while another server of it runs.
 */
export async function takePage(path: string, what: string): Promise<PageLock> {
  const self = identifyProcess();
  const before = await readFile(path, 'utf8').then((text) => JSON.parse(text) as Holder, () => null); // absent, or never finished: nobody holds it
  if (before !== null && mayBeAlive(before, self)) throw new CliError('CLI_PAGE_OPEN', `${what} is open already, at ${before.url} (process ${before.pid} on ${before.host})`, { url: before.url, pid: before.pid });
  const token = before?.token ?? makeToken();
  return {
    token, port: before?.port ?? null,
    hold: (url, port) => writeFileAtomic(path, `${JSON.stringify({ ...self, token, port, url } satisfies Holder)}\n`),
    release: () => rm(path, { force: true }),
  };
}
