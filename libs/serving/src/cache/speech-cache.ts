import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRecent } from './recent-answers.js';

/** An answer as it was sent once: its bytes and the headers that belong to them. */
export type CachedAnswer = { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };

export type SpeechCache = {
  /** The answer under this key; null when there is none, or its file is not what was written. */
  get(key: string): Promise<CachedAnswer | null>;
  /** Keeps an answer. False when it could not be written (a full disk, say) or is larger than the whole cache: nothing is lost but time. */
  put(key: string, answer: CachedAnswer): Promise<boolean>;
  /** Removes all answers of a voice, as when it was revoked; answers with how many there were. */
  forgetVoice(voice: string): Promise<number>;
  readonly sizeBytes: number;
  readonly entries: number;
};

export type SpeechCacheOptions = {
  /** Folder of one gateway alone; made when it is missing. */
  readonly dir: string;
  /** Most that all files take, bytes; the answer used longest ago goes first. @default 1073741824 (1 GiB) */
  readonly maxBytes?: number;
  /** Most bytes of answers kept in memory as well, those used last; a file is read and checked only where it is not among them. @default 67108864 (64 MiB) */
  readonly memoryBytes?: number;
};

const SUFFIX = '.answer';
const PART = '.part'; // a file that is being written; what a killed process left is removed at the next start

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const voicePart = (voice: string): string => sha256(voice).slice(0, 16);

/** The name under which an answer is kept: which voice's, then a hash of everything that decides how it sounds. Property order does not matter. */
export function cacheKey(voice: string, parts: Readonly<Record<string, unknown>>): string {
  const sorted = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${voicePart(voice)}-${sha256(JSON.stringify(sorted))}`;
}

/** A file: one line of JSON (sha256 of the audio, headers), then the audio. */
function format({ bytes, headers }: CachedAnswer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ v: 1, sha256: sha256(bytes), headers })}\n`), bytes]);
}

function parse(file: Buffer): CachedAnswer | null {
  const end = file.indexOf(0x0a);
  if (end < 0) return null;
  try {
    const head = JSON.parse(file.toString('utf8', 0, end)) as { v?: unknown; sha256?: unknown; headers?: unknown };
    const bytes = file.subarray(end + 1);
    if (head.v !== 1 || head.sha256 !== sha256(bytes) || typeof head.headers !== 'object' || head.headers === null) return null;
    return { bytes, headers: head.headers as Record<string, string> };
  } catch {
    return null; // not one of ours, or cut short
  }
}

/**
 * Opens a cache of answers on disk. A file is written under another name, then renamed, so a half-written one is never read; each is checked by its hash.
 * @throws {RangeError} when `maxBytes` is not above 0 or `memoryBytes` below 0. @throws the file system's error when the folder cannot be made or read.
 */
export async function openSpeechCache({ dir, maxBytes = 2 ** 30, memoryBytes = 2 ** 26 }: SpeechCacheOptions): Promise<SpeechCache> {
  if (!(maxBytes > 0)) throw new RangeError(`maxBytes must be above 0, got ${maxBytes}`);
  if (!(memoryBytes >= 0)) throw new RangeError(`memoryBytes must be 0 or more, got ${memoryBytes}`);
  await mkdir(dir, { recursive: true });
  const recent = createRecent(memoryBytes);
  const pathOf = (key: string): string => join(dir, `${key}${SUFFIX}`);
  const sizes = new Map<string, number>(); // by key, the one used longest ago first
  let sizeBytes = 0;

  const forget = async (key: string): Promise<void> => {
    sizeBytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
    recent.delete(key);
    await rm(pathOf(key), { force: true }).catch(() => undefined); // it stays on disk, and is found at the next start
  };
  const remember = async (key: string, bytes: number): Promise<void> => {
    sizeBytes += bytes - (sizes.get(key) ?? 0);
    sizes.delete(key);
    sizes.set(key, bytes);
    for (const oldest of sizes.keys()) {
      if (sizeBytes <= maxBytes) break;
      await forget(oldest);
    }
  };

  const found: { key: string; bytes: number; usedMs: number }[] = [];
  for (const name of await readdir(dir)) {
    if (name.endsWith(PART)) await rm(join(dir, name), { force: true });
    if (!/^[0-9a-f]{16}-[0-9a-f]{64}\.answer$/.test(name)) continue;
    const { size, mtimeMs } = await stat(join(dir, name));
    found.push({ key: name.slice(0, -SUFFIX.length), bytes: size, usedMs: mtimeMs });
  }
  for (const { key, bytes } of found.sort((a, b) => a.usedMs - b.usedMs)) await remember(key, bytes);

  return {
    get sizeBytes() { return sizeBytes; },
    get entries() { return sizes.size; },
    async get(key) {
      const bytes = sizes.get(key);
      if (bytes === undefined) return null;
      const answer = recent.get(key) ?? (await readFile(pathOf(key)).then(parse, () => null));
      if (answer === null) {
        await forget(key);
        return null;
      }
      recent.set(key, answer);
      await remember(key, bytes);
      const now = new Date();
      utimes(pathOf(key), now, now).catch(() => undefined); // only the order after the next start
      return answer;
    },
    async forgetVoice(voice) {
      const own = [...sizes.keys()].filter((key) => key.startsWith(`${voicePart(voice)}-`));
      await Promise.all(own.map(forget));
      return own.length;
    },
    async put(key, answer) {
      const file = format(answer);
      if (file.byteLength > maxBytes) return false;
      const part = join(dir, `${randomUUID()}${PART}`);
      try {
        await writeFile(part, file);
        await rename(part, pathOf(key));
      } catch {
        await rm(part, { force: true }).catch(() => undefined);
        return false;
      }
      recent.set(key, answer);
      await remember(key, file.byteLength);
      return true;
    },
  };
}
