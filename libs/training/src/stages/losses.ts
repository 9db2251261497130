import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@voxtune/pipeline';
import { parseEventFile } from '../log/tfevents.js';
import { readTrainLog } from '../log/read-train-log.js';

/** Values that training reported, by name; one point a step. */
export type LossSeries = { readonly kind: 'gpt' | 'sovits'; readonly name: string; /** Shape `[points]`, ascending. */ readonly steps: readonly number[]; readonly values: readonly (number | null)[] };

const finite = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null); // float32 has 7 digits

function series(kind: LossSeries['kind'], byName: ReadonlyMap<string, ReadonlyMap<number, number>>): readonly LossSeries[] {
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, points]) => {
    const sorted = [...points].sort(([a], [b]) => a - b);
    return { kind, name, steps: sorted.map(([step]) => step), values: sorted.map(([, value]) => finite(value)) };
  });
}

/** TensorBoard folders of every start, oldest first. */
async function versionDirs(outputDir: string): Promise<readonly string[]> {
  const base = join(outputDir, outputDir.split(/[/\\]/).at(-1) ?? '');
  const names = (await readdir(base).catch(() => [])).filter((name) => /^version_\d+$/.test(name));
  return names.sort((a, b) => Number(a.slice(8)) - Number(b.slice(8))).map((name) => join(base, name));
}

const eventFiles = async (dir: string): Promise<readonly string[]> => (await readdir(dir)).filter((name) => name.startsWith('events.out.tfevents.')).sort().map((name) => join(dir, name));

/** GPT: per epoch, from the TensorBoard files of every start, the latest start winning (version_0, version_1, …). */
export async function readGptLosses(outputDir: string): Promise<readonly LossSeries[]> {
  const byName = new Map<string, Map<number, number>>();
  for (const dir of await versionDirs(outputDir)) {
    for (const file of await eventFiles(dir)) {
      for (const { tag, step, value } of parseEventFile(await readFile(file))) {
        if (!tag.endsWith('_epoch')) continue;
        const points = byName.get(tag) ?? new Map<number, number>();
        points.set(step, value);
        byName.set(tag, points);
      }
    }
  }
  return series('gpt', byName);
}

/** Where a running GPT training is: batches of all epochs so far, and what it logged last, by name without `_step` and `_epoch`. */
export type GptNow = { readonly batch: number; readonly values: Readonly<Record<string, number>> };

/** The newest point of the newest start; null before the first. The engine writes one every 50 batches and one an epoch. */
export async function readGptNow(outputDir: string): Promise<GptNow | null> {
  const [latest] = (await versionDirs(outputDir)).slice(-1);
  if (latest === undefined) return null;
  const values: Record<string, number> = {};
  let batch = -1;
  for (const file of await eventFiles(latest)) {
    for (const { tag, step, value } of parseEventFile(await readFile(file))) {
      if (!/_(?:step|epoch)$/.test(tag)) continue;
      batch = Math.max(batch, step + 1); // counted from 0
      values[tag.replace(/_(?:step|epoch)$/, '')] = value;
    }
  }
  return batch < 0 ? null : { batch, values };
}

/** SoVITS: per logged step, from train.log. */
export async function readSovitsLosses(trainLog: string): Promise<readonly LossSeries[]> {
  const byName = new Map<string, Map<number, number>>();
  for (const { step, losses } of await readTrainLog(trainLog)) {
    for (const [name, value] of Object.entries(losses)) {
      const points = byName.get(name) ?? new Map<number, number>();
      points.set(step, value);
      byName.set(name, points);
    }
  }
  return series('sovits', byName);
}

/** Series with the points of both; where both have a step, the newer value stands. */
export function mergeSeries(older: readonly LossSeries[], newer: readonly LossSeries[]): readonly LossSeries[] {
  const names = [...new Set([...older, ...newer].map(({ name }) => name))].sort();
  return names.map((name) => {
    const points = new Map<number, number | null>();
    for (const each of [...older, ...newer]) if (each.name === name) each.steps.forEach((step, index) => points.set(step, each.values[index] ?? null));
    const sorted = [...points].sort(([a], [b]) => a - b);
    return { kind: ([...newer, ...older].find((each) => each.name === name) ?? newer[0])?.kind ?? 'gpt', name, steps: sorted.map(([step]) => step), values: sorted.map(([, value]) => value) };
  });
}

/** Epochs or logged steps after which a loss should have moved. Ours. */
const STUCK_POINTS = 4;
/** Change of a loss that is none, relative to it. Ours: float32 has seven digits. */
const STUCK_SHARE = 1e-5;

/** A sentence for each loss that did not move at all; that training learned nothing. Losses that are constantly zero (kl_ssl, on frozen quantizers) are not looked at. */
export function stuckNotes(logged: readonly LossSeries[]): readonly string[] {
  return logged.flatMap(({ name, values }) => {
    const numbers = values.filter((value): value is number => value !== null);
    if (!/loss|^(?:gen|mel|cfm)$/.test(name) || numbers.length < STUCK_POINTS) return [];
    const [low, high] = [Math.min(...numbers.slice(-1000)), Math.max(...numbers.slice(-1000))];
    return high !== 0 && high - low <= STUCK_SHARE * Math.abs(high) ? [`the loss ${name} did not move: ${high} at each of the last ${Math.min(1000, numbers.length)} points; look at the learning rate, warm-up and whether texts belong to their clips`] : [];
  });
}

/** The losses that fall while a voice is learned; the others are a contest (gen, disc, fm) or small from the start (kl). */
const FALLING = new Set(['total_loss_epoch', 'mel', 'cfm']);
/** Points from which a first and a last third say something. Ours. */
const SLOW_POINTS = 9;
/** A loss that keeps more than this of its value has hardly fallen. Ours: below the noise of a small set's batches. */
const SLOW_SHARE = 0.98;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A sentence for each loss that hardly fell: the mean of its last third against that of its first. */
export function slowNotes(logged: readonly LossSeries[]): readonly string[] {
  return logged.flatMap((each) => {
    const numbers = each.values.filter((value): value is number => value !== null);
    if (!FALLING.has(each.name) || numbers.length < SLOW_POINTS || stuckNotes([each]).length > 0) return [];
    const third = Math.floor(numbers.length / 3);
    const [first, last] = [mean(numbers.slice(0, third)), mean(numbers.slice(-third))];
    return first > 0 && last > SLOW_SHARE * first ? [`the loss ${each.name} hardly fell: ${first.toPrecision(4)} to ${last.toPrecision(4)} over ${numbers.length} points; it had converged before, or it learns slowly: look at the learning rate, warm-up and whether texts belong to their clips`] : [];
  });
}

/** The series we wrote down; none when there is no such file. */
export async function readSeries(path: string): Promise<readonly LossSeries[]> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as { series?: readonly LossSeries[] };
    return value.series ?? [];
  } catch {
    return [];
  }
}

/** Adds what a training logged to the series we keep. */
export async function keepSeries(path: string, logged: readonly LossSeries[]): Promise<void> {
  if (logged.length === 0) return;
  const merged = mergeSeries(await readSeries(path), logged);
  await writeFileAtomic(path, `{"v":1,"series":[\n${merged.map((each) => JSON.stringify(each)).join(',\n')}\n]}\n`);
}
