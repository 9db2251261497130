import { causeOfLine, rankOf, type Cause } from './causes.js';
import { isExceptionLine, quoteLine } from './evidence.js';
import { stripAnsi } from './strip-ansi.js';

/** What the engine printed about one clip. */
export type ClipComplaint = { readonly cause: Cause | null; readonly line: string };

export type ClipLines = {
  add(line: string): void;
  /** The complaint about a clip, by its file name; null when the engine said nothing. */
  readonly of: (key: string) => ClipComplaint | null;
};

// Lines of GPT-SoVITS 48b1a01 that name a clip and say what is wrong with it, in one line.
const ONE_LINERS: readonly RegExp[] = [
  /The language = .* of (?<path>.+?) is not supported for training/, // 1-get-text.py
  /^(?<path>.+)-filtered,[\d.]+$/, // 2-get-hubert-wav32k.py, peak above 2.2
  /^nan filtered:(?<path>.+)$/, // 2-get-hubert-wav32k.py
  /^load audio or ssl error!+ (?<path>.+)$/, // module/data_utils.py: replaced by silence
  /^Warning: File "(?<path>.+)" not in self\.phoneme_data! Skipped/, // AR/data/dataset.py
  /of the file '(?<path>.+)' does not match the length of the phoneme sequence/, // AR/data/dataset.py
  /^Zero duration for (?<path>.+), skipping/, // module/data_utils.py
];

const TRACEBACK = /^(?<head>.*?)\s*Traceback \(most recent call last\):\s*$/;

const baseName = (path: string): string => path.trim().split(/[/\\]/).at(-1) ?? '';

/**
 * Collects what the engine says about single clips: its own one-line remarks, and the tracebacks it prints after a clip's
 * list line or name. Keeps one complaint a clip, so memory is bounded by the list.
 * @param keys - File names of the list's clips.
 */
export function createClipLines(keys: Iterable<string>): ClipLines {
  const known = new Set(keys);
  const complaints = new Map<string, ClipComplaint>();
  let current: string | null = null;

  const keyOf = (head: string): string | null => {
    const byField = baseName(head.split('|')[0] ?? '');
    if (known.has(byField)) return byField;
    for (let end = head.indexOf(' '); end !== -1; end = head.indexOf(' ', end + 1)) { // "name text Traceback": names may hold spaces
      const name = head.slice(0, end);
      if (known.has(name)) return name;
    }
    return known.has(head) ? head : null;
  };
  const note = (key: string, line: string): void => {
    const cause = causeOfLine(line);
    const before = complaints.get(key);
    if (before === undefined) complaints.set(key, { cause, line: quoteLine(line) });
    else if (cause !== null && (before.cause === null || rankOf(cause) < rankOf(before.cause))) complaints.set(key, { cause, line: quoteLine(line) });
    else if (before.cause === null && isExceptionLine(line)) complaints.set(key, { cause: null, line: quoteLine(line) });
  };

  return {
    add(raw) {
      const line = stripAnsi(raw).trimEnd();
      for (const pattern of ONE_LINERS) {
        const path = pattern.exec(line)?.groups?.path;
        if (path === undefined) continue;
        const key = baseName(path);
        if (known.has(key)) note(key, line);
        return;
      }
      const traceback = TRACEBACK.exec(line);
      if (traceback !== null) {
        const head = traceback.groups?.head ?? '';
        if (head !== '') current = keyOf(head); // without a head it continues the block ("During handling of …")
        return;
      }
      if (known.has(line)) current = null; // the next clip's name
      else if (current !== null && (isExceptionLine(line) || causeOfLine(line) !== null)) note(current, line);
    },
    of: (key) => complaints.get(key) ?? null,
  };
}
