// A published voice as one tar file, and back. Streams: a voice of several gigabytes takes no more memory than a small one.
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { hashFile } from '@voxtune/pipeline';
import { readVoice } from '@voxtune/serving';
import { extract, pack, type Extract } from 'tar-stream';
import { CliError } from '../exit.js';
import { isSafePath, MANIFEST_MAX_BYTES, MANIFEST_NAME, parseManifest, type ArchiveManifest } from './archive-manifest.js';

type Entry = Extract extends AsyncIterable<infer E> ? E : never;
// tar-stream's streams are streamx's: Node's pipeline takes them, its types do not know them.
const asReadable = (stream: unknown): NodeJS.ReadableStream => stream as NodeJS.ReadableStream;
const asWritable = (stream: unknown): NodeJS.WritableStream => stream as NodeJS.WritableStream;

export type Packed = { readonly path: string; readonly bytes: number; readonly manifest: ArchiveManifest };

const withHash = (hash: Hash): Transform => new Transform({ transform(chunk: Buffer, _encoding, done) { hash.update(chunk); done(null, chunk); } });

/**
 * Packs the published voice in `root`: voice.json, the files it names, and `config` where it is there. The same voice gives the same bytes.
 * @throws {ServingError} where the voice is not whole; {CliError} CLI_ARCHIVE_CHANGED where a file changed meanwhile.
 */
export async function packVoice(root: string, to: string, { gzip, config, signal }: { readonly gzip: boolean; readonly config: string; readonly signal: AbortSignal }): Promise<Packed> {
  const voice = await readVoice(root, { signal }); // hashes every file it names
  const named = [voice.weights.gptPath, voice.weights.sovitsPath, voice.prompt.path].map((path) => relative(root, path).replaceAll('\\', '/'));
  const paths = ['voice.json', ...(existsSync(join(root, config)) ? [config] : []), ...new Set(named)];
  const files: ArchiveManifest['files'] = [];
  for (const path of paths) {
    if (!isSafePath(path)) throw new CliError('CLI_ARCHIVE_INVALID', `${path} cannot be packed: its name means something to a file system`, { path });
    files.push({ path, bytes: (await stat(join(root, path))).size, sha256: await hashFile(join(root, path), { signal }) });
  }
  const manifest: ArchiveManifest = { v: 1, voice: voice.id, files };
  const temporary = join(dirname(to), `.tmp-${randomBytes(6).toString('hex')}`);
  const archive = pack();
  const fill = async (): Promise<void> => {
    const header = (name: string, size: number) => ({ name, size, mode: 0o644, mtime: new Date(0), type: 'file' as const });
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    await pipeline(Readable.from([text]), asWritable(archive.entry(header(MANIFEST_NAME, text.length))), { signal });
    for (const { path, bytes, sha256 } of files) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(join(root, path)), withHash(hash), asWritable(archive.entry(header(path, bytes))), { signal });
      if (hash.digest('hex') !== sha256) throw new CliError('CLI_ARCHIVE_CHANGED', `${path} changed while it was packed`, { path });
    }
    archive.finalize();
  };
  try {
    const writing = pipeline([archive, ...(gzip ? [createGzip()] : []), createWriteStream(temporary, { flags: 'wx', flush: true })] as unknown as NodeJS.ReadWriteStream[], { signal });
    await Promise.all([writing, fill().catch((error: unknown) => { archive.destroy(error as Error); throw error; })]);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { path: to, bytes: (await stat(to)).size, manifest };
}

const isGzip = async (path: string): Promise<boolean> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b; // RFC 1952, 2.3.1
  } finally {
    await file.close();
  }
};

async function readSmall(entry: Entry, archive: string): Promise<string> {
  if ((entry.header.size ?? 0) > MANIFEST_MAX_BYTES) throw new CliError('CLI_ARCHIVE_INVALID', `${archive}: its ${MANIFEST_NAME} is larger than ${MANIFEST_MAX_BYTES} bytes`, { path: archive });
  const parts: Buffer[] = [];
  for await (const chunk of entry as AsyncIterable<Buffer>) parts.push(chunk as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

async function writeEntry(entry: Entry, dir: string, archive: string, wanted: ArchiveManifest['files'][number], signal: AbortSignal): Promise<void> {
  const { path, bytes, sha256 } = wanted;
  if (entry.header.size !== bytes) throw new CliError('CLI_ARCHIVE_INVALID', `${archive}: ${path} has ${entry.header.size} bytes, its manifest says ${bytes}`, { path: archive });
  const target = join(dir, path);
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  await pipeline(asReadable(entry), withHash(hash), createWriteStream(target, { flags: 'wx', flush: true }), { signal });
  const actual = hash.digest('hex');
  if (actual !== sha256) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} is damaged: ${path} has sha256 ${actual}, its manifest says ${sha256}`, { path: archive });
}

async function unpackInto(dir: string, archive: string, maxBytes: number, signal: AbortSignal): Promise<ArchiveManifest> {
  const reader = extract();
  const feeding = pipeline([createReadStream(archive), ...((await isGzip(archive)) ? [createGunzip()] : []), reader] as unknown as NodeJS.ReadWriteStream[], { signal });
  // A reader that is cut off leaves its entry waiting for ever: whatever ends the feeding ends the reading.
  const cut = new AbortController();
  const broken = feeding.then(() => new Promise<never>(() => undefined));
  broken.catch((error: unknown) => cut.abort(error));
  const entrySignal = AbortSignal.any([signal, cut.signal]);
  const entries = reader[Symbol.asyncIterator]();
  let manifest: ArchiveManifest | null = null;
  const left = new Map<string, ArchiveManifest['files'][number]>();
  try {
    for (;;) {
      const { value: entry, done } = await Promise.race([entries.next(), broken]);
      if (done === true) break;
      const { name, type } = entry.header;
      if (type !== 'file') throw new CliError('CLI_ARCHIVE_INVALID', `${archive} holds a ${type ?? 'nameless thing'} ${JSON.stringify(name)}; only plain files are unpacked`, { path: archive });
      if (manifest === null) {
        if (name !== MANIFEST_NAME) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} does not begin with ${MANIFEST_NAME}: it was not made by voxtune pack`, { path: archive });
        manifest = parseManifest(await Promise.race([readSmall(entry, archive), broken]), archive, maxBytes);
        for (const file of manifest.files) left.set(file.path, file);
        const space = await statfs(dir);
        const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
        if (total > space.bavail * space.bsize) throw new CliError('CLI_DISK_FULL', `${archive} holds ${total} bytes; ${dir} has ${space.bavail * space.bsize} free`, { path: dir });
        continue;
      }
      const wanted = left.get(name);
      if (wanted === undefined) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} holds ${JSON.stringify(name)}, which its manifest does not name${manifest.files.some(({ path }) => path === name) ? ' a second time' : ''}`, { path: archive });
      left.delete(name);
      await writeEntry(entry, dir, archive, wanted, entrySignal);
    }
    await feeding;
  } catch (error) {
    reader.destroy();
    await feeding.catch(() => undefined);
    if (error instanceof CliError || signal.aborted || /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new CliError('CLI_ARCHIVE_INVALID', `${archive} is cut short, damaged, or no tar file: ${(cut.signal.reason as Error | undefined)?.message ?? (error as Error).message}`, { path: archive }, { cause: error });
  }
  const [missing] = left.keys();
  if (manifest === null || missing !== undefined) throw new CliError('CLI_ARCHIVE_INVALID', manifest === null ? `${archive} is empty or no tar file` : `${archive} is cut short: ${missing} is not in it`, { path: archive });
  return manifest;
}

/**
 * Unpacks a voice into `parent/<voice>`, verified; it appears whole or not at all.
 * @param maxBytes - Most that may be written.
 * @throws {CliError} CLI_ARCHIVE_INVALID, CLI_ARCHIVE_TOO_LARGE, CLI_VOICE_EXISTS, CLI_PATH_MISSING, CLI_DISK_FULL; {ServingError} where voice.json does not fit its files.
 */
export async function unpackVoice(archive: string, parent: string, { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal }): Promise<{ readonly path: string; readonly manifest: ArchiveManifest }> {
  if (!existsSync(archive)) throw new CliError('CLI_PATH_MISSING', `there is no file ${archive}`, { path: archive });
  await mkdir(parent, { recursive: true });
  const temporary = join(parent, `.tmp-unpack-${randomBytes(6).toString('hex')}`);
  await mkdir(temporary);
  try {
    const manifest = await unpackInto(temporary, archive, maxBytes, signal);
    const { id } = await readVoice(temporary, { signal });
    if (id !== manifest.voice) throw new CliError('CLI_ARCHIVE_INVALID', `${archive}: its manifest is of ${manifest.voice}, its voice.json of ${id}`, { path: archive });
    const path = join(parent, id);
    if (existsSync(path)) throw new CliError('CLI_VOICE_EXISTS', `${path} is there already`, { path });
    await rename(temporary, path);
    return { path, manifest };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
