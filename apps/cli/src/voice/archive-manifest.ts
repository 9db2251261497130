// The first entry of a packed voice: which files follow, how large they are and what they must hash to.
import { VOICE_ID } from '@voxtune/serving';
import { z } from 'zod';
import { CliError } from '../exit.js';

export const MANIFEST_NAME = 'voxtune-voice.json';
/** A manifest names some ten files; a larger one is no manifest. Ours. */
export const MANIFEST_MAX_BYTES = 1 << 20;
const MAX_FILES = 1000; // ours

// Letters of no file system's special meaning: no drive, no stream, no backslash; names that Windows reserves or trims are refused too.
const SEGMENT = /^(?!\.{1,2}$)(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[^\u0000-\u001f\u007f<>:"|?*\\/]{1,200}(?<![. ])$/i;

/** Whether a path of an archive stays below the folder it is unpacked into, on every system. */
export const isSafePath = (path: string): boolean => path.length <= 1000 && path.split('/').every((segment) => SEGMENT.test(segment));

const manifestSchema = z.strictObject({
  v: z.literal(1),
  voice: z.string().regex(VOICE_ID),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).min(1).max(MAX_FILES),
});

export type ArchiveManifest = z.infer<typeof manifestSchema>;

/**
 * Reads the manifest of a packed voice.
 * @throws {CliError} CLI_ARCHIVE_INVALID: not one, a path that leaves the folder, a file twice (also by letter case), more than `maxBytes` in all: CLI_ARCHIVE_TOO_LARGE.
 */
export function parseManifest(text: string, archive: string, maxBytes: number): ArchiveManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CliError('CLI_ARCHIVE_INVALID', `${archive}: its ${MANIFEST_NAME} is not JSON`, { path: archive }, { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw new CliError('CLI_ARCHIVE_INVALID', `${archive}: its ${MANIFEST_NAME} is not one of voxtune: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`, { path: archive });
  const seen = new Set<string>();
  let total = 0;
  for (const { path, bytes } of parsed.data.files) {
    if (!isSafePath(path)) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} names a file outside the voice's folder: ${JSON.stringify(path)}`, { path: archive });
    const folded = path.normalize('NFC').toLowerCase();
    if (seen.has(folded)) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} names ${JSON.stringify(path)} twice`, { path: archive });
    seen.add(folded);
    total += bytes;
  }
  if (!seen.has('voice.json')) throw new CliError('CLI_ARCHIVE_INVALID', `${archive} holds no voice.json`, { path: archive });
  if (total > maxBytes) throw new CliError('CLI_ARCHIVE_TOO_LARGE', `${archive} holds ${(total / 1e9).toFixed(2)} GB; at most ${(maxBytes / 1e9).toFixed(2)} GB are unpacked`, { path: archive, bytes: total });
  return parsed.data;
}
