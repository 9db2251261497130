import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseTrainLog } from './parse-s2-log.js';
import { readTrainLog } from './read-train-log.js';

const dir = mkdtempSync(join(tmpdir(), 'voxtune-log-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const line = (step: number): string => `2026-11-23 15:35:56,231\texp1\tINFO\t[2.5, 3.5, 0.5, ${step + 0.25}, 0.0, 1.5, ${step}, 9.99875e-05]`;
const written = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

it('reads what the parser of a whole text reads, a repeated step once, and a last line without its end', async () => {
  const text = `2026\texp1\tINFO\tTrain Epoch: 1 [0%]\n${line(0)}\n${line(1)}\nTraceback (most recent call last):\n  [1, 2]\n${line(1).replace('1.25', '7.5')}\n語\n${line(2)}`;
  const losses = await readTrainLog(written('small.log', text));
  expect(losses).toEqual(parseTrainLog(text));
  expect(losses.map(({ step, losses: { mel } }) => [step, mel])).toEqual([[0, 0.25], [1, 7.5], [2, 2.25]]);
  expect(await readTrainLog(join(dir, 'none.log'))).toEqual([]);
});

it('thins a very long log, keeping its first and last step', async () => {
  const losses = await readTrainLog(written('long.log', `${Array.from({ length: 90_002 }, (_, step) => line(step)).join('\n')}\n`));
  expect(losses.length).toBeLessThanOrEqual(40_001);
  expect([losses[0]?.step, losses.at(-1)?.step, (losses[1]?.step ?? 0) % 4]).toEqual([0, 90_001, 0]);
});
