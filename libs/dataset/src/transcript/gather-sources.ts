import type { Finding, FindingCode } from '../findings.js';
import type { RecordingEntry } from '../manifest.js';
import { baseName, showPath, stem } from '../show-path.js';
import type { Cue } from './cue.js';
import { recordingMatcher } from './match-recordings.js';
import type { NamedText, TranscriptContent } from './content.js';
import { CLIP_ID, type SourceText, type TranscriptSources } from './sources.js';

/** A transcript file that was read. `folder` is its folder under the recordings' (posix), `undefined` elsewhere. */
export type TranscriptFile = { readonly file: string; readonly folder: string | undefined; readonly content: TranscriptContent };

/** A transcript file that could not be read: `reason` names it and says why. */
export type RefusedFile = { readonly key: string; readonly folder: string | undefined; readonly reason: string };

/** Matches transcripts to recordings and clips. The first file decides where several speak of the same; each clash is a finding. */
export function gatherSources(recordings: readonly Pick<RecordingEntry, 'id' | 'path' | 'kept' | 'sha256'>[], files: readonly TranscriptFile[], refused: readonly RefusedFile[] = []): TranscriptSources {
  const findings: Finding[] = [];
  const cues: Record<string, readonly Cue[]> = {};
  const cueFile: Record<string, string> = {};
  const texts = new Map<string, SourceText>();
  const speakers = new Map<string, string>();
  const unused = new Map<string, string>();
  const originals = new Map(recordings.flatMap(({ id, sha256, kept }) => (kept && sha256 !== null ? [[sha256, id] as const] : [])));
  const usable = recordings.flatMap(({ id, path, kept, sha256 }) => {
    const standsFor = kept ? id : originals.get(sha256 ?? ''); // words given for a copy are its original's
    return standsFor === undefined ? [] : [{ id: standsFor, path }];
  });
  const match = recordingMatcher(usable);
  const idOf = new Map(usable.map(({ id, path }) => [path, id]));
  const matchDropped = recordingMatcher(recordings);
  const report = (code: FindingCode, level: Finding['level'], file: string, line: number, message: string, value: string | null = null) =>
    findings.push({ code, level, message: `${showPath(file)}, line ${line}: ${message}`, value, file, line });

  const moved = new Map<string, { readonly count: number; readonly root: string; readonly line: number }>();
  const noteSpeaker = (speaker: string, file: string, line: number) => {
    if (!speakers.has(speaker)) speakers.set(speaker, `${showPath(file)}, line ${line}`);
  };
  /** The recording a name stands for; reports and gives `null` where there is no single one. */
  const find = (key: string, folder: string | undefined, file: string, line: number): string | null => {
    const found = match(key, folder);
    if (found.kind === 'one') {
      const root = /^(\/|[A-Za-z]:[\\/])/.test(key) ? key.slice(0, Math.max(1, key.length - baseName(key).length - 1)) : null;
      if (root !== null) moved.set(file, { count: (moved.get(file)?.count ?? 0) + 1, root: moved.get(file)?.root ?? root, line: moved.get(file)?.line ?? line });
      return found.id;
    }
    const name = JSON.stringify(key);
    if (found.kind === 'several') {
      const message = `${name} fits ${found.paths.map(showPath).join(' and ')}; name it with its extension or folder`;
      report('TRANSCRIPT_AMBIGUOUS', 'reject', file, line, message, key);
      for (const path of found.paths) unused.set(idOf.get(path) ?? path, `${showPath(file)}, line ${line}: ${message}`);
    }
    else if (matchDropped(key, folder).kind !== 'none') report('TRANSCRIPT_UNKNOWN_KEY', 'note', file, line, `${name} is a recording that is not used`, key);
    else report('TRANSCRIPT_UNKNOWN_KEY', 'warning', file, line, `no recording or clip is named ${name}`, key);
    return null;
  };
  const takeText = (named: NamedText, file: string, folder: string | undefined) => {
    const name = baseName(named.key.normalize('NFC'));
    const clipKey = [name, stem(name)].find((candidate) => CLIP_ID.test(candidate)) ?? null;
    const recordingId = clipKey === null ? find(named.key, folder, file, named.line) : null;
    if (clipKey === null && recordingId === null) return;
    const subject = clipKey ?? recordingId ?? '';
    const known = texts.get(subject);
    if (known === undefined) texts.set(subject, { ...named, recordingId, clipKey, file });
    else if (known.text !== named.text) report('TRANSCRIPT_CONFLICT', 'warning', file, named.line, `${JSON.stringify(named.key)} has other words in ${showPath(known.file)}, line ${known.line}; those are used`, named.key);
    if (named.speaker !== null) noteSpeaker(named.speaker, file, named.line);
  };

  for (const { key, folder, reason } of refused) {
    const found = match(key, folder);
    for (const id of found.kind === 'one' ? [found.id] : found.kind === 'several' ? found.paths.map((path) => idOf.get(path) ?? path) : []) unused.set(id, reason);
  }
  for (const { file, folder, content } of files) {
    for (const { line, message, used, fix } of content.problems) report('TRANSCRIPT_LINE', used ? 'warning' : 'reject', file, line, fix === undefined ? message : `${message} (${fix})`);
    for (const named of content.texts) takeText(named, file, folder);
    for (const { key, cues: timed } of content.cues) {
      const first = timed[0]?.line ?? 1;
      const id = find(key, folder, file, first);
      if (id === null) continue;
      for (const { speaker, line = 1 } of timed) if (speaker !== undefined) noteSpeaker(speaker, file, line);
      if (cueFile[id] === undefined) {
        cueFile[id] = file;
        cues[id] = timed.map((cue) => ({ ...cue, file }));
      } else if (cueFile[id] === file) cues[id] = [...(cues[id] ?? []), ...timed.map((cue) => ({ ...cue, file }))]; // two names of one recording
      else report('TRANSCRIPT_CONFLICT', 'warning', file, first, `${showPath(cueFile[id])} gives the times of this recording already; this file is not used`);
    }
    const roots = moved.get(file);
    if (roots !== undefined) report('TRANSCRIPT_MOVED', 'note', file, roots.line, `${roots.count} path${roots.count === 1 ? '' : 's'} from ${showPath(roots.root)} were found by name in the recordings folder`, roots.root);
  }
  if (speakers.size > 1) {
    const named = [...speakers].slice(0, 5).map(([speaker, where]) => `${JSON.stringify(speaker)} (${where})`);
    findings.push({ code: 'TRANSCRIPT_SPEAKERS', level: 'warning', message: `${speakers.size} speakers are named: ${named.join(', ')}${speakers.size > 5 ? ' …' : ''}; all are trained as one voice`, value: speakers.size });
  }
  return { cues, texts: [...texts.values()], unused: Object.fromEntries(unused), findings };
}
