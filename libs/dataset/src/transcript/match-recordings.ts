import { baseName, stem } from '../show-path.js';

/** What a name in a transcript stands for. */
export type KeyMatch = { readonly kind: 'one'; readonly id: string } | { readonly kind: 'none' } | { readonly kind: 'several'; readonly paths: readonly string[] };

type Named = { readonly id: string; readonly path: string };

/**
 * Makes the look-up from names in transcripts to recordings: by id, by the end of the path, by file name, then by
 * file name without its extension; the first of these that fits decides. Unicode forms are made equal (NFC), since
 * macOS writes file names decomposed. Several names may stand for one recording. A name that fits several recordings is told apart by its folder, or not at all.
 */
export function recordingMatcher(recordings: readonly Named[]): (key: string, folder?: string) => KeyMatch {
  const index = new Map<string, Named[]>();
  const add = (kind: string, key: string, recording: Named) => {
    const known = index.get(`${kind}:${key}`);
    if (known === undefined) index.set(`${kind}:${key}`, [recording]);
    else known.push(recording);
  };
  for (const recording of recordings) {
    const path = normal(recording.path);
    add('id', recording.id, recording);
    add('path', path, recording);
    add('path', stem(path), recording);
    add('name', baseName(path), recording);
    add('stem', stem(baseName(path)), recording);
  }
  return (key, folder) => {
    const wanted = normal(key);
    const inFolder = folder === undefined ? null : `${folder === '' ? '' : `${normal(folder)}/`}${wanted}`;
    const tries = [`id:${wanted}`, ...(inFolder === null ? [] : [`path:${inFolder}`]), `path:${wanted}`, `name:${baseName(wanted)}`, `stem:${baseName(wanted)}`, `stem:${stem(baseName(wanted))}`];
    for (const attempt of tries) {
      const found = index.get(attempt) ?? [];
      const tail = found.filter(({ path }) => `/${wanted}`.endsWith(`/${normal(path)}`) || `/${stem(wanted)}`.endsWith(`/${stem(normal(path))}`));
      const narrowed = found.length > 1 && tail.length === 1 ? tail : found;
      const [first] = narrowed;
      if (first !== undefined && narrowed.every(({ id }) => id === first.id)) return { kind: 'one', id: first.id };
      if (narrowed.length > 1) return { kind: 'several', paths: narrowed.map(({ path }) => path) };
    }
    return { kind: 'none' };
  };
}

const normal = (path: string) => path.normalize('NFC').replaceAll('\\', '/').replace(/^\.\//, '');
