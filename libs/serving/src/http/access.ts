import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ServingError } from '../errors.js';

/** Whether an address reaches this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** The host of a Host header, without its port. */
const hostOf = (header: string): string => (header.startsWith('[') ? header.slice(0, header.indexOf(']') + 1) : header.replace(/:\d+$/, ''));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export type Access = {
  /** @throws {ServingError} SERVING_KEY_REFUSED · SERVING_HOST_REFUSED */
  check(headers: { readonly authorization?: string | undefined; readonly host?: string | undefined; readonly 'x-api-key'?: string | string[] | undefined }): void;
};

/**
 * Decides who may ask. With keys: who shows one, in `Authorization: Bearer` or `x-api-key`. Without: who called a loopback name, so that a web page
 * whose name was pointed at this machine is not served.
 * @param apiKeys - Keys that are taken; only their hashes are kept.
 * @throws {ServingError} SERVING_KEYS_NEEDED when the gateway is to listen beyond loopback without keys. @throws {RangeError} when a key is shorter than 16 characters.
 */
export function createAccess(host: string, apiKeys: readonly string[]): Access {
  if (apiKeys.some((key) => key.length < 16)) throw new RangeError('each of apiKeys must have at least 16 characters');
  if (apiKeys.length === 0 && !isLoopback(host)) throw new ServingError('SERVING_KEYS_NEEDED', `Listening on ${host} reaches beyond this machine, and there are no API keys`, { host });
  const keys = apiKeys.map(digest);
  return {
    check(headers) {
      if (keys.length === 0) {
        if (headers.host === undefined || isLoopback(hostOf(headers.host))) return;
        throw new ServingError('SERVING_HOST_REFUSED', 'Without API keys only calls to a loopback name are answered');
      }
      const [, bearer] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
      const shown = bearer ?? (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined);
      const seen = digest(shown ?? '');
      if (shown === undefined || !keys.some((key) => timingSafeEqual(key, seen))) throw new ServingError('SERVING_KEY_REFUSED', shown === undefined ? 'An API key is needed' : 'This API key is not known');
    },
  };
}
