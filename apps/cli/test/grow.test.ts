// A voice that grows: what a run leaves after the recordings changed is what a first run over the same recordings leaves, byte for byte.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, treeOf } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

const prepare = async (path: string) => {
  const { code, stdout, stderr } = await run(path, ['--until', 'list']);
  expect(code, stderr + stdout.slice(-2000)).toBe(0);
  return treeOf(path);
};

describe('a voice whose recordings change', () => {
  it('is the voice that a first run makes of them', async () => {
    const parent = await temporaryFolder();
    const recordings = await someRecordings(join(parent, 'recordings'), 12);
    const [home, grown] = [join(parent, 'home'), join(parent, 'grown')]; // one place for every voice: lists hold absolute paths
    const voice = () => demoVoice(parent, { name: 'home', recordings });
    const greeting = await readFile(join(recordings, 'greeting.wav'));
    await rm(join(recordings, 'greeting.wav'));
    await prepare(await voice());
    const { sampleRateHz, channels } = decodeWav(greeting);
    const quieter = encodeWav({ sampleRateHz, channels: channels.map((samples) => samples.map((value) => 0.7 * value)) }, { format: 'pcm16' });
    const steps: readonly (readonly [string, () => Promise<void>])[] = [
      ['one more', () => writeFile(join(recordings, 'greeting.wav'), greeting)],
      ['a copy of one, and its speech once more', async () => { await writeFile(join(recordings, 'a-copy.wav'), greeting); await writeFile(join(recordings, 'quieter.wav'), quieter); }],
      ['another in its place, one gone', async () => { await rename(join(recordings, 'password.wav'), join(recordings, 'greeting.wav')); await rm(join(recordings, 'a-copy.wav')); }],
    ];
    for (const [what, change] of steps) {
      await change();
      const after = await prepare(home);
      await rename(home, grown);
      expect(after, what).toEqual(await prepare(await voice()));
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
      await rename(grown, home);
    }
  }, 300_000);
});
