import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';
import golden from '../file/files.golden.json' with { type: 'json' };
import { oggCrc } from './ogg-crc.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-opus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const encoders = spawnSync('ffmpeg', ['-v', 'error', '-encoders']);
const canEncode = encoders.status === 0 && encoders.stdout.toString().includes('libopus');
const ffmpeg = (...args: string[]): Buffer => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 1 << 28 });
const tones = (channels: number, seconds: number, name: string, ...args: string[]): string => {
  const path = join(folder, name);
  ffmpeg('-f', 'lavfi', '-i', `aevalsrc=${Array.from({ length: channels }, (_, c) => `0.3*sin(2*PI*${200 + 77 * c}*t)`).join('|')}:s=48000:d=${seconds}`, '-c:a', 'libopus', ...args, path);
  return path;
};
const decode = (path: string): ReturnType<typeof decodeFile> => decodeFile(path, { ffmpegPath: null });

describe.skipIf(!canEncode)('Ogg Opus is decoded as ffmpeg and libopus do (skipped without ffmpeg with libopus)', () => {
  it.each([
    ['mono, 16 kbit/s', 1, 0.3, ['-b:a', '16k']], ['stereo', 2, 7.123, []], ['60 ms frames, 256 kbit/s', 2, 2.2, ['-frame_duration', '60', '-b:a', '256k']],
    ['10 ms in all', 1, 0.01, []], ['5.1, mapping family 1', 6, 1.01, ['-mapping_family', '1']],
  ] as const)('%s', async (name, channels, seconds, args) => {
    const path = tones(channels, seconds, `${name.replace(/\W/g, '')}.opus`, ...args);
    const raw = ffmpeg('-c:a', 'libopus', '-i', path, '-f', 'f32le', '-'), theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    const audio = await decode(path);
    expect([audio.channels.length, audio.channels[0]!.length, audio.warnings]).toEqual([channels, theirs.length / channels, []]);
    expect(audio.channels[0]!.length).toBe(Math.round(seconds * 48000));
    const worst = audio.channels.reduce((most, channel, c) => channel.reduce((m, x, i) => Math.max(m, Math.abs(x - theirs[i * channels + c]!)), most), 0);
    expect(worst).toBeLessThan(2e-4); // ffmpeg's libopus gives 16-bit integers where it likes
  });
  it('chained streams follow one another', async () => {
    const a = tones(2, 0.5, 'a.opus'), b = tones(2, 0.7, 'b.opus'), both = join(folder, 'chain.opus');
    writeFileSync(both, Buffer.concat([readFileSync(a), readFileSync(b)]));
    const [one, two, chain] = [await decode(a), await decode(b), await decode(both)];
    expect(chain.channels.map((channel) => Array.from(channel))).toEqual(one.channels.map((channel, c) => [...channel, ...two.channels[c]!]));
    expect(chain.warnings).toEqual([]);
  });
});

describe('damage', () => {
  const good = Uint8Array.from(Buffer.from(golden.cases.find(({ name }) => name === 'tone.opus')!.base64, 'base64'));
  const save = (bytes: Uint8Array): string => { const path = join(folder, 'x.opus'); writeFileSync(path, bytes); return path; };
  const lastPage = Buffer.from(good).lastIndexOf('OggS');
  it('a file cut inside its last page says so', async () => {
    const long = await decode(save(good));
    expect([long.channels[0]!.length, long.warnings]).toEqual([14400, []]);
    const result = await decode(save(good.subarray(0, good.length - 5))).catch((error: unknown) => error as Error & { code: string });
    if (result instanceof Error) expect(result.code).toBe('AUDIO_EMPTY'); // all of its sound is in one page
    else expect(result.warnings.map(({ code }) => code)).toContain('AUDIO_TRUNCATED');
  });
  it('a page with a wrong checksum is left out', async () => {
    const bad = good.slice();
    bad[lastPage + 60]! ^= 1;
    const result = await decode(save(bad)).catch((error: unknown) => error as Error & { code: string });
    expect(result instanceof Error ? result.code : result.warnings.map(({ code }) => code)).toEqual(result instanceof Error ? 'AUDIO_EMPTY' : expect.arrayContaining(['AUDIO_CORRUPT', 'AUDIO_TRUNCATED']));
  });
  it('a last page that counts more than the file holds is told', async () => { // found by tools/fuzz, seed 2027, file 28217
    const far = good.slice(), data = new DataView(far.buffer);
    data.setBigUint64(lastPage + 6, 12_269_944n, true);
    data.setUint32(lastPage + 22, oggCrc(far, lastPage, far.length), true);
    const { channels, warnings } = await decode(save(far));
    expect(channels[0]!.length).toBeGreaterThanOrEqual(14400);
    expect(warnings).toMatchObject([{ code: 'AUDIO_TRUNCATED', message: expect.stringContaining('counts 255.62 s, of which 0.31 s') as string }]);
  });
  it('the output gain of the header counts', async () => {
    const loud = good.slice(), at = Buffer.from(loud).indexOf('OpusHead') + 16;
    loud[at + 1] = 6; // 6 dB in Q7.8
    new DataView(loud.buffer).setUint32(22, oggCrc(loud, 0, Buffer.from(loud).indexOf('OggS', 4)), true);
    const [one, two] = [await decode(save(good)), await decode(save(loud))];
    expect(two.channels[0]![5000]! / one.channels[0]![5000]!).toBeCloseTo(10 ** (6 / 20), 5);
  });
});
