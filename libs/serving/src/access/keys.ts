import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ServingError } from '../errors.js';
import { VOICE_ID } from '../voice/parse-voice.js';

/** A key as it is kept: who it was given to, its hash, and what it may do. */
export type KeyRecord = {
  /** A name for people and for the queue, such as `ivr-test`; never secret. */
  readonly id: string;
  /** SHA-256 of the key, hex. Keys are random and long, so a fast hash gives nothing away. */
  readonly sha256: string;
  /** The voices it may use. @default all */
  readonly voices?: readonly string[] | undefined;
  /** Whether it may upload and revoke voices. @default false */
  readonly manageVoices?: boolean | undefined;
  /** Requests for speech a minute. @default no limit */
  readonly requestsPerMinute?: number | undefined;
  /** Characters of text a minute. @default no limit */
  readonly charactersPerMinute?: number | undefined;
};

const schema = z.strictObject({
  v: z.literal(1),
  keys: z.array(z.strictObject({
    id: z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, ".", "_" and "-", at most 64'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    voices: z.array(z.string().regex(VOICE_ID)).min(1).optional(),
    manageVoices: z.boolean().optional(),
    requestsPerMinute: z.number().positive().optional(),
    charactersPerMinute: z.number().positive().optional(),
  })),
});

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Makes a key of 256 random bits, and the record that knows it again. The key itself is nowhere else. */
export function makeKey(id: string, limits: Omit<KeyRecord, 'id' | 'sha256'> = {}): { readonly key: string; readonly record: KeyRecord } {
  const key = `vt-${randomBytes(32).toString('base64url')}`;
  return { key, record: { id, sha256: hashKey(key), ...limits } };
}

/** Writes a file of keys. */
export const formatKeys = (keys: readonly KeyRecord[]): string => `${JSON.stringify({ v: 1, keys }, null, 2)}\n`;

/**
 * Reads a file of keys.
 * @throws {ServingError} SERVING_KEYS_INVALID naming the first thing that is wrong; never with a hash.
 */
export function parseKeys(text: string, path: string): readonly KeyRecord[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ServingError('SERVING_KEYS_INVALID', `${path} is not JSON: ${(cause as Error).message.replace(/[0-9a-f]{16,}/g, '…')}`, { path }, { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ServingError('SERVING_KEYS_INVALID', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, { path });
  }
  const twice = parsed.data.keys.find(({ id }, index, all) => all.findIndex((one) => one.id === id) !== index);
  if (twice !== undefined) throw new ServingError('SERVING_KEYS_INVALID', `${path}: two keys are called ${twice.id}`, { path });
  return parsed.data.keys;
}
