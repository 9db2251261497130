import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fitTone, tone } from '../../test/signals.js';
import { decodeBlocks } from '../file/decode-blocks.js';
import { decodeFile } from '../file/decode-file.js';
import { encodeWav } from '../wav/encode-wav.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-m4a-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(spawnSync('ffmpeg', ['-version']).status !== 0)('an M4A has the samples that went in, neither priming nor padding (skipped without ffmpeg)', () => {
  it.each([[44100, 12345, []], [44100, 44100, ['-movflags', '+faststart']], [16000, 5001, []], [48000, 2049, ['-movflags', '+faststart']], [22050, 30000, []]] as const)('%d Hz, %d samples, %j', async (rate, samples, flags) => {
    const wav = join(folder, 'x.wav'), path = join(folder, `${rate}-${samples}.m4a`), signal = tone(440, rate, samples / rate, 0.3);
    writeFileSync(wav, encodeWav({ sampleRateHz: rate, channels: [signal] }));
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', wav, '-c:a', 'aac', '-b:a', '96k', ...flags, path]);
    const index = Buffer.from(readFileSync(path)).indexOf('moov'), data = Buffer.from(readFileSync(path)).indexOf('mdat');
    expect(index < data).toBe(flags.length > 0); // the index is at the end, or in front
    const audio = await decodeFile(path);
    expect([audio.channels[0]!.length, audio.probe.durationSec! * rate, audio.warnings]).toEqual([samples, expect.closeTo(samples, 6), []]);
    const { phase } = fitTone(audio.channels[0]!.slice(1000, -200), 440, rate), { phase: original } = fitTone(signal.slice(1000, -200), 440, rate);
    expect(Math.cos(phase - original)).toBeGreaterThan(Math.cos(0.05)); // not a sample late or early: one is 0.06 at 44.1 kHz
    let counted = 0;
    for await (const block of (await decodeBlocks(path, { blockSamples: 1000 })).blocks) counted += block[0]!.length;
    expect(counted).toBe(samples);
  });
});
