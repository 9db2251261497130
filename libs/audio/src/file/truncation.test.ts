import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../test/outcome.mjs';
import { sampleFiles } from '../../test/sample-files.mjs';
import { encodeWav } from '../wav/encode-wav.js';
import { decodeFile } from './decode-file.js';
import golden from './files.golden.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'audio-cut-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Cuts of a file here; `tools/fuzz --truncate` cuts at every byte. */
const CUTS = 150;

describe('cut off anywhere: a typed error, or the samples so far and a warning', () => {
  it.each(sampleFiles(golden, encodeWav).map((file) => [file.name, file] as const))('%s', async (name, { bytes, lengthless }) => {
    const path = join(folder, name), step = Math.ceil(bytes.length / CUTS);
    writeFileSync(path, bytes);
    // What decodes here knows its length; what has no decoder here is probed, and names the one that is missing.
    const samples = await decodeFile(path, { ffmpegPath: null }).then(({ channels }) => channels[0]!.length, () => Infinity);
    const outcomes = new Set<string>();
    for (let end = bytes.length - 1; end >= 0; end -= step) {
      truncateSync(path, end);
      const { outcome, bad } = await outcomeOf(path, { samples, lengthless });
      expect(bad, `cut at byte ${end}`).toBeNull();
      outcomes.add(outcome);
    }
    expect([...outcomes].some((outcome) => outcome.startsWith('AUDIO_'))).toBe(true);
  }, 60_000);
});
