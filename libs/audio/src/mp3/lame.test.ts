import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-lame-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasLame = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=0.1', '-c:a', 'libmp3lame', '-f', 'null', '-']).status === 0;

/** A tone that changes, noise, and clicks, so that short blocks come. */
const sound = (rate: number, channels: number): string => `aevalsrc=${["0.3*sin(2*PI*(300+200*t)*t)+0.05*random(0)+0.4*lt(mod(t\\,0.2)\\,0.001)", '0.2*sin(2*PI*500*t)+0.1*random(1)*lt(mod(t\\,0.3)\\,0.1)'].slice(0, channels).join('|')}:s=${rate}:d=0.6`;
// 24 kHz is in mpeg.golden.json: ffmpeg 5.1 has another end of a band there than LAME and the standard
const rates = [[48000, '96k'], [44100, '128k'], [32000, '320k'], [22050, '64k'], [16000, '24k'], [12000, '32k'], [11025, '48k'], [8000, '8k']] as const;
const cases = rates.flatMap(([rate, bitrate]) => [[rate, 2, 'constant, joint stereo', ['-b:a', bitrate, '-joint_stereo', '1']], [rate, 1, 'variable', ['-q:a', '5']]] as const);

describe.skipIf(!hasLame)('what LAME encodes has the length of its source and ffmpeg’s samples (skipped without ffmpeg and libmp3lame)', () => {
  it.each([...cases, [44100, 2, 'average, plain stereo', ['-b:a', '96k', '-abr', '1', '-joint_stereo', '0']] as const])('%d Hz, %d channels, %s', async (rate, channels, name, options) => {
    const path = join(folder, `${rate}-${channels}-${name}.mp3`);
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', sound(rate, channels), '-c:a', 'libmp3lame', ...options, path]);
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-c:a', 'pcm_f32le', '-']), theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    const audio = await decodeFile(path, { ffmpegPath: null });
    expect([audio.sampleRateHz, audio.channels.length, audio.channels[0]!.length, audio.warnings]).toEqual([rate, channels, rate * 0.6, []]);
    let worst = 0;
    for (let i = 0; i < theirs.length; i++) worst = Math.max(worst, Math.abs(theirs[i]! - audio.channels[i % channels]![Math.floor(i / channels)]!));
    expect(theirs.length).toBe(rate * 0.6 * channels);
    expect(worst).toBeLessThan(1e-5); // both sum in float32
  }, 60_000);
});
