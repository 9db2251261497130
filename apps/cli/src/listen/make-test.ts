// Makes the folder of a listening test: `public/`, a static page with clips under names that say nothing, and `key.json`, kept from it.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { decodeFile, downmix, encodeWav, measureAudio, resample } from '@voxtune/audio';
import { planListening, type ListeningKey, type ListeningKind, type ListeningTest } from '@voxtune/eval/listening';
import { hashValue, writeFileAtomic } from '@voxtune/pipeline';
import { CliError } from '../exit.js';

/** Every clip is played at this loudness: louder passes for better. EBU R 128 (2023), −23 LUFS. */
const TARGET_LUFS = -23;
/** No clip is raised beyond this peak. Ours. */
const MOST_PEAK_DBFS = -1;
/** The anchor is the reference without what lies above 3.5 kHz: ITU-R BS.1534-3, §5.1. */
const ANCHOR_RATE_HZ = 7000;
const AUDIO = /\.(wav|flac|mp3|m4a|ogg|opus)$/i;

export type ListenSource = { readonly name: string; readonly dir: string; /** Clips to be heard; the others of the folder were never meant to be. @default all */ readonly only?: readonly string[] };
export type MakeTestOptions = {
  readonly kind: ListeningKind;
  readonly sources: readonly ListenSource[];
  readonly reference?: string | undefined;
  readonly anchor: boolean;
  readonly baseline?: string | undefined;
  readonly items?: number | undefined;
  readonly perListener?: number | undefined;
  readonly seed: number;
  readonly title: string;
  readonly language: string;
  readonly outDir: string;
  /** Folder of the built page. */
  readonly pageDir: string;
  readonly signal: AbortSignal;
};
export type MadeTest = { readonly test: ListeningTest; readonly key: ListeningKey; readonly pageDir: string; /** Sentences that not every system has. */ readonly dropped: readonly { readonly item: string; readonly reason: string }[]; readonly notes: readonly string[] };

/** @throws {CliError} CLI_USAGE for a test that cannot be asked, CLI_PATH_MISSING for a folder that is not there, CLI_UNPAIRED when the systems have no sentence in common. */
export async function makeListeningTest({ kind, sources, reference, anchor, baseline, items: most, perListener, seed, title, language, outDir, pageDir, signal }: MakeTestOptions): Promise<MadeTest> {
  const files = await Promise.all(sources.map(async ({ name, dir, only }) => ({ name, dir, items: await clipsIn(dir, only) })));
  const all = [...new Set(files.flatMap(({ items }) => [...items.keys()]))].sort();
  const lacking = (item: string): string[] => files.filter(({ items }) => !items.has(item)).map(({ name }) => name);
  const dropped = all.flatMap((item) => (lacking(item).length === 0 ? [] : [{ item, reason: `not in ${lacking(item).join(', ')}` }]));
  const common = all.filter((item) => lacking(item).length === 0);
  if (common.length === 0) throw new CliError('CLI_UNPAIRED', `the folders have no file name in common: ${files.map(({ name, items }) => `${name} has ${items.size} clips`).join(', ')}`, {}, { hint: 'Clips of one sentence carry one file name in every folder.' });
  const byHash = (item: string): string => createHash('sha256').update(`${seed} ${item}`).digest('hex');
  const items = most === undefined || most >= common.length ? common : [...common].sort((a, b) => (byHash(a) < byHash(b) ? -1 : 1)).slice(0, most).sort();
  dropped.push(...common.filter((item) => !items.includes(item)).map((item) => ({ item, reason: `more than the ${items.length} asked for` })));
  const anchorName = sources.some(({ name }) => name === 'anchor') ? 'anchor (3.5 kHz)' : 'anchor';
  const systems = [...sources.map(({ name }) => ({ name, role: name === reference ? ('reference' as const) : ('system' as const) })), ...(anchor ? [{ name: anchorName, role: 'anchor' as const }] : [])];

  const clips = new Map<string, Uint8Array>();
  const notes: string[] = [];
  const place = (system: string, item: string): string => JSON.stringify([system, item]);
  for (const { name, items: paths } of files) {
    for (const item of items) {
      signal.throwIfAborted();
      const path = paths.get(item)!; // every system has it
      const audio = await decodeFile(path, { signal });
      const mono = downmix(audio);
      const rate = audio.sampleRateHz;
      const quiet = levelled(mono, rate);
      if (quiet.note !== null) notes.push(`${name}, ${item}: ${quiet.note}`);
      clips.set(place(name, item), encodeWav({ sampleRateHz: rate, channels: [quiet.samples] }));
      if (anchor && name === reference) clips.set(place(anchorName, item), encodeWav({ sampleRateHz: rate, channels: [levelled(resample(resample(mono, rate, ANCHOR_RATE_HZ), ANCHOR_RATE_HZ, rate), rate).samples] }));
    }
  }
  const hashes = Object.fromEntries([...clips].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')]));
  const id = hashValue({ kind, systems, items, baseline: baseline ?? null, perListener: perListener ?? null, seed, hashes }).slice(0, 12);
  const nameOf = (system: string, item: string): string => createHash('sha256').update(JSON.stringify([id, system, item])).digest('hex').slice(0, 16);
  let plan: ReturnType<typeof planListening>;
  try {
    plan = planListening({ id, kind, systems, items, nameOf, baseline, language, title, seed, perListener });
  } catch (error) {
    if (error instanceof RangeError) throw new CliError('CLI_USAGE', `listen: ${error.message}`, {}, { cause: error });
    throw error;
  }
  const publicDir = join(outDir, 'public');
  await rm(publicDir, { recursive: true, force: true });
  await mkdir(join(publicDir, 'audio'), { recursive: true });
  await cp(pageDir, publicDir, { recursive: true });
  await cp(join(pageDir, 'listen.html'), join(publicDir, 'index.html'));
  await rm(join(publicDir, 'listen.html'));
  for (const { name } of systems) for (const item of items) await writeFileAtomic(join(publicDir, 'audio', `${nameOf(name, item)}.wav`), clips.get(place(name, item))!);
  const { test, key } = plan;
  // What a listener sees of a sentence is a number: its file name could say whose it is.
  const numbers = new Map(items.map((item, i) => [item, `s${i + 1}`]));
  await writeFileAtomic(join(publicDir, 'test.json'), `${JSON.stringify({ ...test, trials: test.trials.map((trial) => ({ ...trial, item: numbers.get(trial.item) })) }, null, 1)}\n`);
  await writeFileAtomic(join(outDir, 'key.json'), `${JSON.stringify(key, null, 1)}\n`);
  return { test, key, pageDir: publicDir, dropped, notes };
}

async function clipsIn(dir: string, only?: readonly string[]): Promise<Map<string, string>> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there is no folder ${dir}`, { path: dir }, { cause }); });
  return new Map(entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && AUDIO.test(entry.name)).map((entry) => [parse(entry.name).name.normalize('NFC'), join(dir, entry.name)] as const).filter(([item]) => only === undefined || only.includes(item)));
}

/** The clip at the test's loudness. */
function levelled(samples: Float32Array, sampleRateHz: number): { readonly samples: Float32Array; readonly note: string | null } {
  const { loudnessLufs, peakDbfs } = measureAudio(samples, sampleRateHz);
  if (loudnessLufs === null || peakDbfs === null) return { samples, note: 'its loudness cannot be measured; played as it is' };
  const wanted = TARGET_LUFS - loudnessLufs;
  const gainDb = Math.min(wanted, MOST_PEAK_DBFS - peakDbfs);
  const gain = 10 ** (gainDb / 20);
  return { samples: samples.map((sample) => sample * gain), note: wanted - gainDb > 0.5 ? `${(wanted - gainDb).toFixed(1)} dB quieter than the others, for its peaks` : null };
}
