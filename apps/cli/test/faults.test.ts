// Every way in which the engine fails, as recorded from the real one: voxtune notices, names the cause and the clips, and ends with the right code.
// One voice walks through the stages; at each it meets that stage's faults, one run each, and then goes on.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, lastJson, processesWith, STAND_IN, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

type Case = { readonly fault: string; readonly stage: string; readonly code: RegExp; readonly exit?: number; readonly says?: RegExp };

const FATAL: readonly Case[] = [
  { fault: 'text:empty', stage: 'features-text', code: /^TRAINING_NOTHING_KEPT$/ },
  { fault: 'text:oom', stage: 'features-text', code: /OUT_OF_MEMORY|NOTHING_KEPT/, says: /out of memory/i },
  { fault: 'text:killed', stage: 'features-text', code: /^TRAINING_KILLED$/ },
  { fault: 'text:killed-midway', stage: 'features-text', code: /^TRAINING_KILLED$/ },
  { fault: 'ssl:empty', stage: 'features-ssl', code: /^TRAINING_NOTHING_KEPT$/ },
  { fault: 'ssl:oom', stage: 'features-ssl', code: /OUT_OF_MEMORY|NOTHING_KEPT/, says: /out of memory/i },
  { fault: 'ssl:killed-midway', stage: 'features-ssl', code: /^TRAINING_KILLED$/ },
  { fault: 'sv:empty', stage: 'features-speaker', code: /^TRAINING_NOTHING_KEPT$/ },
  { fault: 'semantic:empty', stage: 'features-semantic', code: /^TRAINING_NOTHING_KEPT$/ },
  { fault: 's1:oom', stage: 'train-gpt', code: /^TRAINING_CUDA_OUT_OF_MEMORY$/ },
  { fault: 's1:nan', stage: 'train-gpt', code: /^TRAINING_LOSS_NAN$/ },
  { fault: 's1:no-weights', stage: 'train-gpt', code: /^TRAINING_NO_WEIGHTS$/ },
  { fault: 's1:disk-full', stage: 'train-gpt', code: /^TRAINING_DISK_FULL$/, exit: 4 },
  { fault: 's1:killed=2', stage: 'train-gpt', code: /^TRAINING_KILLED$/ },
  { fault: 's1:hang', stage: 'train-gpt', code: /^TRAINING_SILENT$/ },
  { fault: 's1:deaf', stage: 'train-gpt', code: /^TRAINING_SILENT$/ },
  { fault: 's2:oom', stage: 'train-sovits', code: /^TRAINING_CUDA_OUT_OF_MEMORY$/ },
  { fault: 's2:nan', stage: 'train-sovits', code: /^TRAINING_LOSS_NAN$/ },
  { fault: 's2:no-weights', stage: 'train-sovits', code: /^TRAINING_(NO_WEIGHTS|SAVE_FAILED)$/ },
  { fault: 's2:killed=2', stage: 'train-sovits', code: /^TRAINING_KILLED$/ },
  { fault: 's2:hang', stage: 'train-sovits', code: /^TRAINING_SILENT$/ },
  { fault: 'api:die', stage: 'evaluate', code: /^SERVING_|^CLIENT_|^EVAL_/ },
  { fault: 'api:silence', stage: 'evaluate', code: /^CLIENT_ENGINE_SILENCE$/, says: /silence|zeros/i },
  { fault: 'api:400', stage: 'evaluate', code: /^CLIENT_/ },
  { fault: 'api:drop', stage: 'evaluate', code: /^CLIENT_/ },
];

it('each failure of the engine is noticed, named and survived', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 8) });
  const file = join(path, 'voxtune.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('engine:\n', 'engine:\n  silenceLimitSec: 3\n'));
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  for (const { fault, stage, code, exit = 1, says } of FATAL) {
    const finished = await run(path, ['--until', stage], { env: { STAND_IN_FAULTS: fault } });
    const told = `${fault}: ${JSON.stringify(finished.outcome.error)} ${finished.stderr}`;
    expect(finished.outcome.error?.code, told).toMatch(code);
    expect(finished.outcome.error?.stage, told).toBe(stage);
    expect(finished.code, told).toBe(exit);
    expect(finished.outcome.error!.hint.length, told).toBeGreaterThan(20);
    if (says !== undefined) expect(finished.outcome.error!.message, told).toMatch(says);
    expect(finished.stderr, told).not.toMatch(/^\s+at /m);
    expect(stageOf(finished.outcome, stage).state, told).toBe('failed');
    expect(await processesWith(path), told).toEqual([]);
  }
  const healed = await run(path);
  expect(healed.code, healed.stdout.slice(-2000)).toBe(0);
}, 600_000);

it('a clip that the engine swallows is listed with the engine\'s own line, and the rest goes on', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 9) });
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  const list = (await readFile(join(path, 'work/lists/train.list'), 'utf8')).trim().split('\n').map((l) => l.split('|')[0]!.split('/').at(-1)!.replace('.wav', ''));
  const [text, ssl] = list as [string, string];
  const env = { STAND_IN_FAULTS: `text:swallow=${text},ssl:swallow=${ssl}` };
  const finished = await run(path, ['--until', 'features-ssl'], { env });
  expect(finished.code, finished.stdout.slice(-1500)).toBe(0);
  const byText = stageOf(finished.outcome, 'features-text').dropped;
  expect(byText).toHaveLength(1);
  expect(byText[0]!.id).toContain(text);
  expect(byText[0]!.reason).toMatch(/IndexError|list index out of range/);
  const bySsl = stageOf(finished.outcome, 'features-ssl').dropped;
  expect(bySsl.map((d) => d.id).join()).toContain(ssl);
  for (const { reason } of bySsl) expect(reason.length).toBeGreaterThan(10);
}, 120_000);

it('slow answers are waited for, and crossed voices cannot happen: one request at a time', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 8), epochs: [2, 2] });
  const finished = await run(path, [], { env: { STAND_IN_FAULTS: 'api:slow=300,api:mix' } });
  expect(finished.code, finished.stdout.slice(-1500)).toBe(0);
  const said = await cli(['say', path, 'One moment, please.', '-o', join(parent, 'a.wav'), '--json'], { env: { STAND_IN_FAULTS: 'api:silence' } });
  expect(said.code).toBe(1);
  expect(lastJson<{ error: { code: string } }>(said).error.code).toBe('CLIENT_ENGINE_SILENCE');
}, 120_000);

it('--strict judges the stand-in too: exit 5', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 8), epochs: [2, 2], engine: STAND_IN });
  expect((await run(path)).code).toBe(0);
  expect((await run(path, ['--strict'])).code).toBe(5);
}, 120_000);
