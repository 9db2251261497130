// separate and denoise with the engine that stands in: better is kept, worse and nothing are told, recordings stay as they are.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cli, lastJson, STAND_IN, DEMO } from './cli.js';
import { readdirSync } from 'node:fs';

const RECORDING = join(DEMO, 'recordings', readdirSync(join(DEMO, 'recordings')).filter((name) => name.endsWith('.wav')).sort()[0]!);
type Result = { files: { path: string; output: string | null; measure: string; before: number | null; after: number | null; reason: string | null }[] };

it.each([
  ['denoise', [], '', 0, null], ['separate', [], '', 0, null], ['separate', ['--profile', 'guide'], '', 0, null],
  ['denoise', [], 'clean:worse', 3, /^it got worse: SNR, dB [\d.]+ before, -?[\d.]+ after$/], ['separate', [], 'clean:empty', 3, /made nothing of it/],
] as const)('%s %j with the fault "%s" ends with %i', { timeout: 120_000 }, async (verb, flags, fault, code, reason) => {
  const out = await mkdtemp(join(tmpdir(), 'voxtune-clean-'));
  onTestFinished(() => rm(out, { recursive: true, force: true }));
  const before = await readFile(RECORDING);
  const run = await cli([verb, RECORDING, '--out', out, '--engine', STAND_IN, ...flags, '--json'], { env: { STAND_IN_FAULTS: fault } });
  expect(run.code, run.stderr + run.stdout).toBe(code);
  const [file] = lastJson<Result>(run).files;
  expect(file!.reason).toEqual(reason === null ? null : expect.stringMatching(reason));
  expect(file!.output).toBe(reason === null ? join(out, `${basename(RECORDING, '.wav')}.wav`) : null);
  expect(existsSync(join(out, `${basename(RECORDING, '.wav')}.wav`))).toBe(reason === null);
  expect(await readFile(RECORDING)).toEqual(before);
});
