// SIGKILL at any moment, run again: the same voice, byte for byte, but for what holds a clock.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, treeOf } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

/** The tree of a finished voice without the folder's own name in it. */
const finish = async (path: string) => {
  const { code, stdout, stderr } = await run(path);
  expect(code, stderr + stdout.slice(-2000)).toBe(0);
  return treeOf(path);
};

describe('a killed run', () => {
  it('ends in the same output as one that was never killed, whenever it was killed', async () => {
    const parent = await temporaryFolder();
    const recordings = await someRecordings(join(parent, 'recordings'), 8);
    const at = (n: string) => demoVoice(join(parent, n), { recordings });
    // Same absolute path for every voice: lists hold absolute clip paths.
    const { rename, rm } = await import('node:fs/promises');
    const home = join(parent, 'home');
    const first = await at('home');
    const whole = await finish(first);
    expect(Object.keys(whole).length).toBeGreaterThan(20);
    await rename(home, join(parent, 'whole'));
    for (const stage of ['ingest', 'slice', 'transcribe', 'review', 'list', 'features-text', 'features-ssl', 'features-speaker', 'features-semantic', 'train-gpt', 'train-sovits', 'evaluate', 'publish']) {
      const path = await at('home');
      const killed = await run(path, [], { killWhen: (e) => e['event'] === 'stage-start' && e['stage'] === stage });
      expect(killed.signal, stage).toBe('SIGKILL');
      expect(await finish(path), `killed as ${stage} started`).toEqual(whole);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    }
    for (const killAfterMs of [700, 1100, 1500, 2000, 2600, 3300]) {
      const path = await at('home');
      await run(path, [], { killAfterMs });
      expect(await finish(path), `killed after ${killAfterMs} ms`).toEqual(whole);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    }
  }, 900_000);
});
