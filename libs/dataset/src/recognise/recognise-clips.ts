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
  const queue = [...clips];
  const work = async (): Promise<void> => {
    for (let clip = queue.shift(); clip !== undefined; clip = queue.shift()) {
      signal?.throwIfAborted();
      heard.set(clip.id, await hearOnce(clip, join(clipsDir, `${clip.id}.wav`), recogniser, keepDir, signal));
      onProgress?.({ done: heard.size, total: clips.length, unit: 'clips' });
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

async function hearOnce({ id }: ClipEntry, wav: string, recogniser: Recogniser, keepDir: string | undefined, signal: AbortSignal | undefined): Promise<Heard> {
  const kept = keepDir === undefined ? null : join(keepDir, `${id}.json`);
  const before = kept === null ? null : await readFile(kept, 'utf8').then((text) => JSON.parse(text) as Recognition & { by: string }).catch(() => null); // absent or torn: hear it again
  if (before !== null && before.by === recogniser.id) return { text: before.text, confidence: before.confidence, language: before.language };
  try {
    const heard = await recogniser.recognise(wav, signal);
    if (kept !== null) {
      const temporary = join(keepDir!, `.tmp-${id}.json`);
      await writeFile(temporary, `${JSON.stringify({ by: recogniser.id, ...heard })}\n`);
      await rename(temporary, kept);
    }
    return heard;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DatasetError && error.code === 'DATASET_ASR_FAILED') return { failed: error.message };
    if (error instanceof DatasetError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    return { failed: (error as Error).message };
  } finally {
    if (kept !== null) await rm(join(keepDir!, `.tmp-${id}.json`), { force: true });
  }
}
