import { homedir } from 'node:os';
import { join } from 'node:path';

/** voxtune's folder in the user's cache (XDG Base Directory Specification 0.8). */
export function userCache(env: Readonly<Record<string, string | undefined>>): string {
  const cache = env['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache.startsWith('/') ? cache : join(homedir(), '.cache'), 'voxtune');
}
