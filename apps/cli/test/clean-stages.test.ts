// separate and denoise as stages of a run: off unless asked for; the recordings stay, what was cleaned is cut, one more recording costs one.
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DEMO, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

const lines = async <T>(path: string) => (await readFile(path, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as T);
const add = async (path: string, more: object) => writeFile(join(path, 'voxtune.yaml'), `${await readFile(join(path, 'voxtune.yaml'), 'utf8')}\n${stringify(more)}`);
type Row = { id: string; from: string; before: number; after: number; reason: string | null };

it('cleans, cuts what was cleaned, and cleans only what is new', { timeout: 180_000 }, async () => {
  const parent = await temporaryFolder();
  const recordings = await someRecordings(join(parent, 'recordings'), 3);
  const path = await demoVoice(parent, { recordings });
  const off = await run(path, ['--until', 'list']);
  expect(off.code, off.stdout.slice(-1500)).toBe(0);
  for (const id of ['separate', 'denoise']) expect(stageOf(off.outcome, id)).toMatchObject({ state: 'skipped', reason: 'off: this stage is optional and not switched on' });
  const clipsOf = async () => Promise.all((await readdir(join(path, 'work/clips'))).sort().map((name) => readFile(join(path, 'work/clips', name))));
  const [asTheyCame, received] = [await clipsOf(), await Promise.all((await readdir(recordings)).map((name) => readFile(join(recordings, name))))];

  await add(path, { separate: { enabled: true }, denoise: { enabled: true } });
  const on = await run(path, ['--until', 'list']);
  expect(on.code, on.stdout.slice(-1500)).toBe(0);
  const [separated, denoised] = [await lines<Row>(join(path, 'work/separated.jsonl')), await lines<Row>(join(path, 'work/denoised.jsonl'))];
  expect(stageOf(on.outcome, 'separate')).toMatchObject({ state: 'done', in: 3, kept: 3 });
  expect(separated.filter(({ reason }) => reason === null).length).toBeGreaterThan(0);
  for (const { reason, before, after } of [...separated, ...denoised]) if (reason === null) expect(after).toBeGreaterThanOrEqual(before);
  expect(denoised.map(({ from }) => from)).toEqual(separated.map(({ reason }) => (reason === null ? 'separated' : 'recordings')));
  expect(await clipsOf()).not.toEqual(asTheyCame);
  expect(await Promise.all((await readdir(recordings)).map((name) => readFile(join(recordings, name))))).toEqual(received);

  const more = (await readdir(join(DEMO, 'recordings'))).filter((name) => name.endsWith('.wav')).sort().at(-1)!;
  await copyFile(join(DEMO, 'recordings', more), join(recordings, more));
  const third = await run(path, ['--until', 'denoise'], { env: { STAND_IN_FAULTS: 'clean:empty' } });
  expect(stageOf(third.outcome, 'separate')).toMatchObject({ in: 4, kept: 4 });
  const again = await lines<Row>(join(path, 'work/separated.jsonl'));
  expect(separated.map((row) => again.find(({ id }) => id === row.id))).toEqual(separated); // the engine would have made nothing of them
  expect(again.filter(({ reason }) => reason?.includes('made nothing of it'))).toHaveLength(1 + separated.filter(({ reason }) => reason?.includes('made nothing of it')).length);

  const another = (await readdir(join(DEMO, 'recordings'))).filter((name) => name.endsWith('.wav')).sort().at(-2)!;
  await copyFile(join(DEMO, 'recordings', another), join(recordings, another));
  const fourth = await run(path, ['--until', 'separate']); // what failed is tried again
  expect(stageOf(fourth.outcome, 'separate')).toMatchObject({ in: 5, kept: 5 });
  expect((await lines<Row>(join(path, 'work/separated.jsonl'))).every(({ after }) => after !== null)).toBe(true);
});

it('says what is missing, and what waits for it', { timeout: 60_000 }, async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 2) });
  const file = join(path, 'voxtune.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^ {2}path: .*$/m, '  path: null'));
  await add(path, { separate: { enabled: true } });
  const { outcome, code } = await run(path, ['--until', 'list']);
  expect(code).toBe(4);
  expect(stageOf(outcome, 'separate')).toMatchObject({ state: 'skipped', reason: expect.stringContaining('no GPT-SoVITS checkout — set engine.path') as string });
  expect(stageOf(outcome, 'slice')).toMatchObject({ state: 'skipped', reason: expect.stringContaining('separate') as string });
});
