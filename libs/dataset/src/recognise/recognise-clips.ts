import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import type { Finding } from '../findings.js';
import type { Progress } from '../ingest/ingest-recordings.js';
import { foreignLetters, hasWords, type Language } from '../language.js';
import type { ClipEntry, TranscriptEntry } from '../manifest.js';
import { accountFor, type Accounting, type Drop } from '../sieve.js';
import type { Recogniser } from './command-recogniser.js';
import type { Recognition } from './parse-recognition.js';

export type RecogniseOptions = {
  readonly clips: readonly ClipEntry[];
  /** Folder of the clips' WAV files, `<id>.wav`. */
  readonly clipsDir: string;
  readonly recogniser: Recogniser;
  /** Language where the recogniser names none. */
  readonly language: Language;
  /** Folder that keeps what was heard, one file a clip, so that an interrupted run goes on. @default none */
  readonly keepDir?: string | undefined;
  /** Clips heard at once. @default 1 */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

export type RecogniseResult = { readonly transcripts: readonly TranscriptEntry[]; readonly withoutText: readonly Drop[]; readonly accounting: Accounting };

type Heard = Recognition | { readonly failed: string };

/**
 * Has clips heard by a recogniser. A clip that it fails on, or hears nothing in, is listed with the reason; the others go on.
 * @throws {DatasetError} `DATASET_ASR_MISSING` when the recogniser cannot be started at all.
 */
export async function recogniseClips({ clips, clipsDir, recogniser, language, keepDir, concurrency = 1, signal, onProgress }: RecogniseOptions): Promise<RecogniseResult> {
  if (keepDir !== undefined) await mkdir(keepDir, { recursive: true });
  const heard = new Map<string, Heard>();
  const told = (): void => onProgress?.({ done: heard.size, total: clips.length, unit: 'clips' });
  const queue = recogniser.recogniseAll === undefined ? [...clips] : [];
  if (recogniser.recogniseAll !== undefined) {
    for (const clip of clips) {
      const before = await heardBefore(clip, recogniser, keepDir);
      if (before !== null) heard.set(clip.id, before);
    }
    const left = clips.filter(({ id }) => !heard.has(id));
    const pathOf = (clip: ClipEntry) => join(clipsDir, `${clip.id}.wav`);
    const all = left.length === 0 ? new Map<string, Heard>() : await recogniser.recogniseAll(left.map(pathOf), signal, (done) => onProgress?.({ done: heard.size + done, total: clips.length, unit: 'clips' }));
    for (const clip of left) {
      const one = all.get(pathOf(clip)) ?? { failed: 'no answer' };
      if (!('failed' in one)) await keep(clip, recogniser, one, keepDir);
      heard.set(clip.id, one);
    }
    told();
  }
  const work = async (): Promise<void> => {
    for (let clip = queue.shift(); clip !== undefined; clip = queue.shift()) {
      signal?.throwIfAborted();
      heard.set(clip.id, await hearOnce(clip, join(clipsDir, `${clip.id}.wav`), recogniser, keepDir, signal));
      told();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
  const transcripts: TranscriptEntry[] = [];
  const reasons = new Map<string, string>();
  for (const { id } of clips) {
    const one = heard.get(id)!; // work() set one for each clip
    if ('failed' in one) reasons.set(id, `the recogniser failed on it: ${one.failed}`);
    else if (!hasWords(one.text)) reasons.set(id, `${recogniser.id} heard no words in it`);
    else transcripts.push(entry(id, one, recogniser.id, language));
  }
  return {
    transcripts, withoutText: clips.flatMap(({ id }) => (reasons.has(id) ? [{ id, reason: reasons.get(id)! }] : [])),
    accounting: accountFor(clips, ({ id }) => id, ({ id }) => reasons.get(id) ?? null),
  };
}

function entry(clip: string, { text, confidence, language: named }: Recognition, from: string, language: Language): TranscriptEntry {
  const spoken = named ?? language;
  const odd = foreignLetters(text, spoken);
  const findings: Finding[] = odd === '' ? [] : [{ code: 'TEXT_SCRIPT', level: 'warning', message: `letters that ${spoken} does not use: ${odd.slice(0, 20)}`, value: odd.slice(0, 20) }];
  return { v: 1, clip, text, language: spoken, source: 'asr', from, confidence, findings };
}

/** What was kept of an earlier run by the same recogniser; absent or torn: null. */
async function heardBefore({ id }: ClipEntry, recogniser: Recogniser, keepDir: string | undefined): Promise<Recognition | null> {
  if (keepDir === undefined) return null;
  const before = await readFile(join(keepDir, `${id}.json`), 'utf8').then((text) => JSON.parse(text) as Recognition & { by: string }).catch(() => null);
  if (before === null || before.by !== recogniser.id) return null;
  const { by: _by, ...heard } = before;
  return heard;
}

async function keep({ id }: ClipEntry, recogniser: Recogniser, heard: Recognition, keepDir: string | undefined): Promise<void> {
  if (keepDir === undefined) return;
  const temporary = join(keepDir, `.tmp-${id}.json`);
  try {
    await writeFile(temporary, `${JSON.stringify({ by: recogniser.id, ...heard })}\n`);
    await rename(temporary, join(keepDir, `${id}.json`));
  } finally {
    await rm(temporary, { force: true });
  }
}

async function hearOnce(clip: ClipEntry, wav: string, recogniser: Recogniser, keepDir: string | undefined, signal: AbortSignal | undefined): Promise<Heard> {
  const before = await heardBefore(clip, recogniser, keepDir);
  if (before !== null) return before;
  try {
    const heard = await recogniser.recognise(wav, signal);
    await keep(clip, recogniser, heard, keepDir);
    return heard;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DatasetError && error.code === 'DATASET_ASR_FAILED') return { failed: error.message };
    if (error instanceof DatasetError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    return { failed: (error as Error).message };
  }
}
