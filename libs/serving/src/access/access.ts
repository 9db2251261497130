import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ServingError } from '../errors.js';
import { hashKey, type KeyRecord } from './keys.js';
import { createRateLimit } from './rate-limit.js';

/** Whether an address reaches this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** The host of a Host header, without its port. */
const hostOf = (header: string): string => (header.startsWith('[') ? header.slice(0, header.indexOf(']') + 1) : header.replace(/:\d+$/, ''));

/** Who asks, and what they may. */
export type Caller = {
  /** The key's name; `local` without keys. */
  readonly id: string;
  mayUse(voice: string): boolean;
  /** @throws {ServingError} SERVING_SCOPE unless it may upload and revoke voices. */
  checkManages(): void;
  /** Counts a request for speech against the limits. @throws {ServingError} SERVING_LIMIT with `retryAfterSec` in its facts. */
  admit(characters: number): void;
};

export type Access = {
  /** @throws {ServingError} SERVING_KEY_REFUSED · SERVING_HOST_REFUSED */
  check(headers: { readonly authorization?: string | undefined; readonly host?: string | undefined; readonly 'x-api-key'?: string | string[] | undefined }): Caller;
};

const EVERYONE: Caller = { id: 'local', mayUse: () => true, checkManages: () => undefined, admit: () => undefined };

function callerOf({ id, voices, manageVoices = false, requestsPerMinute, charactersPerMinute }: KeyRecord): Caller {
  const requests = requestsPerMinute === undefined ? null : createRateLimit(requestsPerMinute);
  const characters = charactersPerMinute === undefined ? null : createRateLimit(charactersPerMinute);
  const over = (what: string, waitSec: number): ServingError => new ServingError('SERVING_LIMIT', `The key ${id} has used its ${what} a minute`, { key: id, retryAfterSec: Math.ceil(waitSec) });
  return {
    id,
    mayUse: (voice) => voices === undefined || voices.includes(voice),
    checkManages() {
      if (!manageVoices) throw new ServingError('SERVING_SCOPE', `The key ${id} may not upload or revoke voices`, { key: id });
    },
    admit(count) {
      const one = requests?.take(1);
      if (one?.ok === false) throw over(`${requestsPerMinute} requests`, one.waitSec);
      const text = characters?.take(count);
      if (text?.ok === false) throw over(`${charactersPerMinute} characters`, text.waitSec);
    },
  };
}

/**
 * Decides who may ask. With keys: who shows one, in `Authorization: Bearer` or `x-api-key`. Without: who called a loopback name, so that a web page
 * whose name was pointed at this machine is not served.
 * @param keys - What is known of the keys that are taken: their hashes, never the keys.
 * @throws {ServingError} SERVING_KEYS_NEEDED when the gateway is to listen beyond loopback without keys.
 */
export function createAccess(host: string, keys: readonly KeyRecord[]): Access {
  if (keys.length === 0 && !isLoopback(host)) throw new ServingError('SERVING_KEYS_NEEDED', `Listening on ${host} reaches beyond this machine, and there are no API keys`, { host });
  const known = keys.map((record) => ({ hash: Buffer.from(record.sha256, 'hex'), caller: callerOf(record) }));
  return {
    check(headers) {
      if (known.length === 0) {
        if (headers.host === undefined || isLoopback(hostOf(headers.host))) return EVERYONE;
        throw new ServingError('SERVING_HOST_REFUSED', 'Without API keys only calls to a loopback name are answered');
      }
      const [, bearer] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
      const shown = bearer ?? (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined);
      const seen = Buffer.from(hashKey(shown ?? ''), 'hex');
      const owner = known.filter(({ hash }) => timingSafeEqual(hash, seen))[0];
      if (shown === undefined || owner === undefined) throw new ServingError('SERVING_KEY_REFUSED', shown === undefined ? 'An API key is needed' : 'This API key is not known');
      return owner.caller;
    },
  };
}
