// A voice's words go out in another tool's format and come back; a data set says what it is and what changed.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, DEMO, lastJson, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

type Exported = { files: string[]; audio: number; utterances: number; lost: { what: string; count: number }[] };
const wordsOf = async (path: string): Promise<string[]> => (await readFile(join(path, 'work/lists/train.list'), 'utf8')).trim().split('\n').map((line) => line.split('|')[3]!).sort();

it('every format is written, and what has times cuts another voice the same way', async () => {
  const parent = await temporaryFolder();
  const recordings = join(parent, 'with-times');
  await mkdir(recordings);
  const names = (await readdir(join(DEMO, 'recordings'))).filter((name) => name.endsWith('.srt')).slice(0, 1);
  for (const name of await readdir(join(DEMO, 'recordings'))) if (names.some((srt) => name.startsWith(srt.slice(0, -4)))) await cp(join(DEMO, 'recordings', name), join(recordings, name));
  const path = await demoVoice(parent, { recordings, transcripts: null });
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  const listed = await cli(['export', path, '--json']);
  const { formats } = lastJson<{ formats: { name: string; audio: boolean }[] }>(listed);
  expect(formats.length).toBeGreaterThanOrEqual(17);
  const all = await wordsOf(path);
  for (const { name, audio } of formats) {
    const out = join(parent, 'out', name);
    const made = await cli(['export', path, '--format', name, '--out', out, '--json']);
    expect(made.code, `${name}: ${made.stderr}`).toBe(0);
    const exported = lastJson<Exported>(made);
    expect([exported.audio, exported.lost.filter(({ what }) => what === 'text')]).toEqual([audio ? exported.utterances : 0, []]);
    expect(exported.files.length).toBeGreaterThan(0);
  }
  for (const format of ['textgrid', 'audacity', 'labelstudio-regions']) {
    const again = join(parent, `again-${format}`);
    await cp(recordings, again, { recursive: true });
    for (const name of await readdir(again)) if (name.endsWith('.srt')) await rm(join(again, name));
    await cp(join(parent, 'out', format), join(again), { recursive: true });
    const other = await demoVoice(join(parent, format), { name: 'again', recordings: again, transcripts: null });
    const ran = await run(other, ['--until', 'list']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(await wordsOf(other)).toEqual(all);
  }
}, 240_000);

it('dataset says what a voice learns from, and what changed since', async () => {
  const parent = await temporaryFolder();
  const recordings = await someRecordings(join(parent, 'recordings'), 3);
  const path = await demoVoice(parent, { recordings });
  const missing = await cli(['dataset', path, '--json']);
  expect(missing).toMatchObject({ code: 3 });
  expect(lastJson<{ error: { hint: string } }>(missing).error.hint).toContain('voxtune list');
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  const before = join(parent, 'before.json');
  await cp(join(path, 'work/dataset.json'), before);
  const shown = lastJson<{ sha256: string; utterances: { clip: string; text: string }[]; figures: { preflight: { drops: unknown[] }; coverage: { kinds: { missing: string[] }[] } } }>(await cli(['dataset', path, '--json']));
  expect(shown.utterances).toHaveLength(3);
  expect(shown.figures.coverage.kinds[0]!.missing.length).toBeGreaterThan(0);
  expect(lastJson<{ same: boolean }>(await cli(['dataset', 'diff', path, before, '--json'])).same).toBe(true);
  await mkdir(join(path, 'transcripts'), { recursive: true });
  await writeFile(join(path, 'transcripts', `${shown.utterances[0]!.clip}.txt`), 'Other words for this one.\n');
  const config = join(path, 'voxtune.yaml');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/^transcripts: \[/m, 'transcripts: ["transcripts", '));
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  const diff = await cli(['dataset', 'diff', before, path, '--json']);
  expect(lastJson(diff)).toMatchObject({ same: false, added: [], removed: [], unchanged: 2, changed: [{ clip: shown.utterances[0]!.clip, what: ['text'], after: { text: 'Other words for this one.' } }] });
  expect((await cli(['dataset', 'diff', before])).code).toBe(2);
  const page = await readFile(join(path, 'work/dataset.html'), 'utf8');
  expect(page).toContain('Sounds of the language');
  expect(page).not.toMatch(/https?:\/\//);
}, 120_000);
