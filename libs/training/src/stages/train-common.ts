import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashValue, type Drop } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { parseSemanticRows, parseTextRows, refuseForGpt, refuseForSovits } from '../features/rows.js';
import { clipId } from '../list/parse-list.js';
import { type EngineStep } from '../plan/engine-step.js';

/** Utterances that reached training, and which of them training takes. */
export type Trainable = { readonly keys: readonly string[]; readonly dropped: readonly Drop[]; readonly total: number };

const readTables = async (expDir: string) => ({
  text: parseTextRows(await readFile(join(expDir, '2-name2text.txt'), 'utf8').catch(() => '')),
  semantic: parseSemanticRows(await readFile(join(expDir, '6-name2semantic.tsv'), 'utf8').catch(() => '')),
});

const sieve = async (keys: readonly string[], refuse: (key: string) => Promise<string | null> | string | null): Promise<Trainable> => {
  const kept: string[] = [];
  const dropped: Drop[] = [];
  for (const key of keys) {
    const reason = await refuse(key);
    if (reason === null) kept.push(key);
    else dropped.push({ id: clipId(key), reason });
  }
  return { keys: kept, dropped, total: keys.length };
};

/** What GPT training will take; the engine only prints how many it leaves out. */
export async function trainableForGpt(expDir: string): Promise<Trainable> {
  const { text, semantic } = await readTables(expDir);
  return sieve([...semantic.keys()], (key) => {
    const phones = text.get(key)?.phones.length;
    return phones === undefined ? 'it has semantic tokens and no phones' : refuseForGpt(phones, semantic.get(key)?.tokens ?? 0);
  });
}

/** What SoVITS training will take. */
export async function trainableForSovits(expDir: string): Promise<Trainable> {
  const { text, semantic } = await readTables(expDir);
  return sieve([...semantic.keys()], async (key) => {
    if (!text.has(key)) return 'it has semantic tokens and no phones';
    const size = await stat(join(expDir, '5-wav32k', key)).then((entry) => entry.size, () => null);
    return size === null ? 'its 32 kHz audio is missing' : refuseForSovits(size);
  });
}

/** @throws {TrainingError} `TRAINING_FEATURES_MISSING` when nothing reached training, `TRAINING_CLIPS_UNSUITABLE` when it takes nothing. */
export function requireTrainable(title: string, { keys, dropped, total }: Trainable): void {
  if (total === 0) throw new TrainingError('TRAINING_FEATURES_MISSING', `${title}: there are no utterances with semantic tokens.`, {});
  const [first] = dropped;
  if (keys.length === 0) throw new TrainingError('TRAINING_CLIPS_UNSUITABLE', `${title}: training takes none of ${total} utterances${first === undefined ? '' : `. The first, ${first.id}: ${first.reason}`}.`, { dropped: total });
}

/** A hash of what a training learns from and with; the number of epochs may grow without starting over. */
export async function trainingIdentity(step: EngineStep, config: Readonly<Record<string, unknown>>, inputs: readonly string[]): Promise<string> {
  const contents = await Promise.all(inputs.map((path) => readFile(path, 'utf8').catch(() => null)));
  return hashValue({ script: step.args.at(-3) ?? '', needs: step.needs, config, inputs: contents.map((text) => (text === null ? null : hashValue(text))) });
}
