import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeWav } from '@voxtune/audio';
import { hashFile, type StageContext } from '@voxtune/pipeline';
import { type Voice } from '../voice/folder.js';
import { ingestStage } from './ingest.js';

it('tells how far it is, and stops when it is asked to', async () => {
  const root = await mkdtemp(join(tmpdir(), 'voxtune-ingest-'));
  try {
    const recordingsDir = join(root, 'recordings');
    await mkdir(recordingsDir);
    for (const name of ['a', 'b', 'c']) await writeFile(join(recordingsDir, `${name}.wav`), encodeWav({ sampleRateHz: 8000, channels: [Float32Array.from({ length: 8000 }, (_, n) => 0.3 * Math.sin(n * name.charCodeAt(0)))] }));
    const voice = { recordingsDir, at: (place: string) => join(root, 'work', place), config: { ingest: { reject: null, ffmpeg: null } } } as unknown as Voice;
    const stop = new AbortController();
    const told: number[] = [];
    const context = { signal: stop.signal, hash: hashFile, progress: ({ done }: { done: number }) => { told.push(done); if (done > 0) stop.abort(new Error('enough')); } } as unknown as StageContext;
    await expect(ingestStage(voice).run(context)).rejects.toThrow('enough');
    expect(told.at(-1)).toBeLessThan(3);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
