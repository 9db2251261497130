// Makes voices for the end-to-end tests: the demo's recordings, or a few of them, with the stand-in engine.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cli, DEMO, lastJson, STAND_IN, type Finished } from './cli.js';

export type StageRow = { readonly id: string; readonly state: string; readonly in: number | null; readonly kept: number | null; readonly dropped: readonly { id: string; reason: string }[]; readonly reason: string | null };
export type Outcome = { readonly event: 'done'; readonly ok: boolean; readonly stages: readonly StageRow[]; readonly error?: { code: string; message: string; hint: string; stage: string; facts: Record<string, unknown> } };

/** Creates a voice of the demo's recordings; `settings` replaces the lines of voxtune.yaml with those keys. */
export async function demoVoice(parent: string, { name = 'demo', engine = STAND_IN, recordings = join(DEMO, 'recordings'), transcripts = join(DEMO, 'transcripts') as string | null, language = 'en', epochs = [4, 4] as readonly [number, number] } = {}): Promise<string> {
  const made = await cli(['init', name, '--dir', parent, '--recordings', recordings, ...(transcripts === null ? [] : ['--transcripts', transcripts]), '--language', language, '--engine', engine, '--json']);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  const { path } = lastJson<{ path: string }>(made);
  const file = join(path, 'voxtune.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/gpt: \{.*\}/, `gpt: { epochs: ${epochs[0]}, saveEvery: 2 }`).replace(/sovits: \{.*\}/, `sovits: { epochs: ${epochs[1]}, saveEvery: 2 }`));
  return path;
}

/** A handful of the demo's utterance files in a folder of their own, for quicker runs. */
export async function someRecordings(folder: string, count: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(join(DEMO, 'recordings'))).filter((n) => /\.(wav|flac|mp3)$/.test(n)).sort();
  const withCues = new Set((await readdir(join(DEMO, 'recordings'))).filter((n) => n.endsWith('.srt')).map((n) => n.slice(0, -4)));
  const short = names.filter((n) => !withCues.has(n.replace(/\.\w+$/, ''))).slice(0, count);
  for (const name of short) await cp(join(DEMO, 'recordings', name), join(folder, name));
  return folder;
}

export const run = async (path: string, args: readonly string[] = [], options: Parameters<typeof cli>[1] = {}): Promise<Finished & { outcome: Outcome }> => {
  const finished = await cli(['run', path, '--json', ...args], options);
  return { ...finished, outcome: finished.signal === null ? lastJson<Outcome>(finished) : ({ event: 'done', ok: false, stages: [] } as Outcome) };
};

export const stageOf = (outcome: Outcome, id: string): StageRow => {
  const stage = outcome.stages.find((s) => s.id === id);
  if (stage === undefined) throw new Error(`no stage ${id} in ${outcome.stages.map((s) => s.id).join(', ')}`);
  return stage;
};
