// Where models run, how many sentences at once, and how long one may take.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, lastJson, SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

/** Hears in a file whether another like it was at work at the same time; gives up waiting after a while. */
const TOGETHER = `const { writeFileSync, readdirSync } = require('node:fs'), { join } = require('node:path');
writeFileSync(join(__dirname, 'at-work-' + process.pid), '');
const look = (left) => { const seen = readdirSync(__dirname).filter((name) => name.startsWith('at-work-')).length; if (seen < 2 && left > 0) setTimeout(look, 50, left - 1); else console.log(seen < 2 ? 'alone' : 'together'); };
look(600);`;

it('evaluate.workers has sentences in work at once, evaluate.timeoutSec ends one that hangs', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 3), epochs: [2, 2] });
  const file = join(path, 'voxtune.yaml');
  const configure = async (from: string, to: string): Promise<void> => writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
  await configure('sentences: 8', 'sentences: 2\n  checkpoints: last\n  workers: 2');
  await writeFile(join(parent, 'together.cjs'), TOGETHER);
  await configure('evaluate:', `transcribe:\n  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(join(parent, 'together.cjs'))}, "{wav}"]\n\nevaluate:`);
  const finished = await run(path, ['--until', 'evaluate']);
  expect(finished.code, JSON.stringify(finished.outcome.error)).toBe(0);
  const [id] = await readdir(join(path, 'work/evaluation'));
  const report = JSON.parse(await readFile(join(path, 'work/evaluation', id!, 'report.json'), 'utf8')) as { sentences: { heard: string }[] };
  expect(report.sentences.map(({ heard }) => heard)).toEqual(['together', 'together']);

  await configure('  workers: 2', '  seed: 7\n  timeoutSec: 1'); // another seed: nothing is spoken yet
  const hung = await run(path, ['--until', 'evaluate'], { env: { STAND_IN_FAULTS: 'api:hang' } });
  expect(hung.outcome.error).toMatchObject({ stage: 'evaluate', code: 'EVAL_SYNTHESIS_TIMEOUT', message: 'no sentence could be spoken: No audio came within 1.0 s.' });
  await configure('timeoutSec: 1', 'timeoutSec: 0');
  expect(await cli(['status', path, '--json']).then((f) => [f.code, lastJson<{ error: { code: string; message: string } }>(f).error])).toEqual([2, expect.objectContaining({ code: 'CLI_CONFIG_INVALID', message: expect.stringContaining('timeoutSec') as string })]);
}, 240_000);

it.skipIf(!existsSync(join(SHARED, 'models/dnsmos')))('--provider: an unknown one is refused by name, one that does not work here before anything is done, and the first that works is taken (skipped without ../shared/models)', async () => {
  const parent = await temporaryFolder();
  const models = join(parent, 'models');
  await mkdir(models);
  for (const name of ['dnsmos', 'speaker-ge2e']) await symlink(join(SHARED, 'models', name), join(models, name));
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 3), epochs: [2, 2] });
  const absent = process.platform === 'darwin' ? 'cuda' : 'coreml'; // of no build for this system
  const failure = async (args: readonly string[]) => { const finished = await cli([...args, '--json']); return [finished.code, lastJson<{ error: { code: string; message: string } }>(finished).error]; };
  for (const verb of [['evaluate', path, '--models', models], ['score', join(parent, 'recordings'), '--models', models], ['similarity', 'a.wav', 'b.wav', '--model', join(models, 'speaker-ge2e/ge2e.onnx')]]) {
    expect(await failure([...verb, '--provider', 'cudda'])).toEqual([2, expect.objectContaining({ code: 'CLI_USAGE', message: expect.stringContaining('did you mean cuda') as string })]);
    expect(await failure([...verb, '--provider', absent])).toEqual([4, expect.objectContaining({ code: 'EVAL_RUNTIME_PROVIDER', message: expect.stringContaining(`${absent}: this onnxruntime-node has only`) as string })]);
  }
  expect(existsSync(join(path, 'work/clips.jsonl'))).toBe(false);
  const file = join(path, 'voxtune.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('sentences: 8', 'sentences: 2\n  checkpoints: last'));
  const evaluated = await run(path, ['--until', 'evaluate', '--models', models, '--provider', `${absent},cpu`]);
  expect(evaluated.code, JSON.stringify(evaluated.outcome.error)).toBe(0);
  expect(stageOf(evaluated.outcome, 'evaluate')).toMatchObject({ in: 2, kept: 2 });
}, 240_000);
