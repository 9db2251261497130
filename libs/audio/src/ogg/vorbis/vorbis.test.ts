import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { damage } from '../../../test/damage.mjs';
import { hasShared, noise, SHARED } from '../../../test/signals.js';
import { decodeBlocks } from '../../file/decode-blocks.js';
import { decodeFile } from '../../file/decode-file.js';
import { oggCrc } from '../ogg-crc.js';
import { createImdct } from './imdct.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-vorbis-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const encoders = spawnSync('ffmpeg', ['-v', 'error', '-encoders']);
const canEncode = encoders.status === 0 && encoders.stdout.toString().includes('libvorbis');
const ffmpeg = (...args: string[]): Buffer => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 1 << 28 });
const decode = (path: string): ReturnType<typeof decodeFile> => decodeFile(path, { ffmpegPath: null });
let made = 0;
/** Tones with clicks, so that short blocks come too. */
const encoded = (channels: number, seconds: number, ...args: string[]): string => {
  const path = join(folder, `${made++}.ogg`);
  ffmpeg('-f', 'lavfi', '-i', `aevalsrc=${Array.from({ length: channels }, (_, c) => `0.3*sin(2*PI*${200 + 77 * c}*t)+0.5*lt(mod(t\\,0.3)\\,0.002)`).join('|')}:s=44100:d=${seconds}`, '-c:a', 'libvorbis', ...args, path);
  return path;
};
/** Largest difference from ffmpeg's own decoder, which is checked against libvorbis by its makers. */
async function differs(path: string): Promise<{ audio: Awaited<ReturnType<typeof decode>>; samples: number; worst: number }> {
  const audio = await decode(path), count = audio.channels.length, raw = ffmpeg('-i', path, '-f', 'f32le', '-'), theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  return { audio, samples: theirs.length / count, worst: audio.channels.reduce((most, channel, c) => channel.reduce((m, x, i) => Math.max(m, Math.abs(x - (theirs[i * count + c] ?? x))), most), 0) };
}

it('the inverse MDCT is that of the definition', () => {
  for (const m of [32, 256]) {
    const spectrum = Float64Array.from(noise(m, 3)), out = new Float64Array(2 * m);
    createImdct(m)(spectrum, out);
    out.forEach((x, i) => { expect(x).toBeCloseTo(spectrum.reduce((sum, value, k) => sum + value * Math.cos((Math.PI / m) * (i + 0.5 + m / 2) * (k + 0.5)), 0), 9); });
  }
});

describe.skipIf(!canEncode)('Ogg Vorbis is decoded as ffmpeg does (skipped without ffmpeg with libvorbis)', () => {
  it.each([
    ['mono, lowest quality', 1, 1.234, ['-q:a', '-1']], ['stereo', 2, 3.21, ['-q:a', '3']], ['stereo, highest quality', 2, 1, ['-q:a', '10']], ['8 kHz', 1, 2, ['-ar', '8000', '-q:a', '2']],
    ['5.1, in the order of WAV', 6, 1.01, []], ['three channels', 3, 0.5, []], ['96 kHz', 1, 0.5, ['-ar', '96000']],
  ] as const)('%s', async (_, channels, seconds, args) => {
    const { audio, samples, worst } = await differs(encoded(channels, seconds, ...args));
    expect([audio.channels.length, audio.channels[0]!.length, audio.warnings]).toEqual([channels, Math.round(seconds * audio.sampleRateHz), []]);
    expect([0, 128]).toContain(audio.channels[0]!.length - samples); // ffmpeg 5.1 loses half a short block at the end where the last one is short; libvorbis does not
    expect(worst).toBeLessThan(2e-6); // float32 against double sums
  });
  it.skipIf(spawnSync('oggdec', ['--version']).status !== 0)('libvorbis gives as many samples, and the same to 16 bits (skipped without oggdec)', async () => {
    const path = encoded(2, 1, '-q:a', '10'), wav = join(folder, 'libvorbis.wav'), ours = await decode(path);
    execFileSync('oggdec', ['-Q', '-o', wav, path]);
    const theirs = await decode(wav);
    expect(ours.channels[0]!.length).toBe(theirs.channels[0]!.length);
    ours.channels.forEach((channel, c) => { channel.forEach((x, i) => { if (Math.abs(x - theirs.channels[c]![i]!) > 1.01 / 65536) throw new Error(`sample ${i} of channel ${c}: ${x} and ${theirs.channels[c]![i]!}`); }); });
  });
  it('a file whose only page is its last has the length that it says', async () => {
    expect((await decode(encoded(1, 0.01))).channels[0]!.length).toBe(441);
  });
  it('chained streams follow one another; one of another rate is left out, and said', async () => {
    const a = encoded(2, 0.5), b = encoded(2, 0.7), c = encoded(2, 0.5, '-ar', '22050'), both = join(folder, 'chain.ogg');
    writeFileSync(both, Buffer.concat([readFileSync(a), readFileSync(b)]));
    const [one, two, chain] = [await decode(a), await decode(b), await decode(both)];
    expect(chain.channels.map((channel) => Array.from(channel))).toEqual(one.channels.map((channel, i) => [...channel, ...two.channels[i]!]));
    expect(chain.warnings).toEqual([]);
    writeFileSync(both, Buffer.concat([readFileSync(a), readFileSync(c)]));
    const changed = await decode(both);
    expect([changed.channels[0]!.length, changed.warnings.map(({ code }) => code)]).toEqual([22050, ['AUDIO_CHANGED_MIDWAY']]);
  });
  it('in blocks of any size the samples are the same', async () => {
    const path = encoded(2, 1.5), whole = await decode(path);
    for (const blockSamples of [1000, 44100]) {
      const parts: number[] = [];
      for await (const block of (await decodeBlocks(path, { ffmpegPath: null, blockSamples })).blocks) parts.push(...block[1]!);
      expect(parts).toEqual(Array.from(whole.channels[1]!));
    }
  });
  it.skipIf(!hasShared('data/recordings'))('real speech (skipped without shared data)', async () => {
    const path = join(folder, 'speech.ogg');
    ffmpeg('-i', `${SHARED}data/recordings/recording_01.wav`, '-t', '20', '-c:a', 'libvorbis', '-q:a', '4', path);
    const { audio, samples, worst } = await differs(path);
    expect(audio.channels[0]!.length).toBe(samples);
    expect(worst).toBeLessThan(2e-6);
  });

  describe('damage', () => {
    it('a file cut anywhere keeps what is before the cut, and says so', async () => {
      const good = readFileSync(encoded(1, 1)), whole = await decode(join(folder, `${made - 1}.ogg`)), path = join(folder, 'cut.ogg');
      for (const share of [0.6, 0.9, 0.999]) {
        writeFileSync(path, good.subarray(0, Math.floor(good.length * share)));
        const got = await decode(path).catch((error: unknown) => error as Error & { code: string });
        if (got instanceof Error) { expect(['AUDIO_EMPTY', 'AUDIO_TRUNCATED']).toContain(got.code); continue; }
        expect(got.channels[0]).toEqual(whole.channels[0]!.slice(0, got.channels[0]!.length));
        expect(got.warnings.map(({ code }) => code)).toContain('AUDIO_TRUNCATED');
      }
    });
    it('a last page that counts more than the file holds is told', async () => {
      const far = Uint8Array.from(readFileSync(encoded(1, 1))), data = new DataView(far.buffer), path = join(folder, 'far.ogg'), lastPage = Buffer.from(far).lastIndexOf('OggS');
      data.setBigUint64(lastPage + 6, BigInt(44_100 * 60), true);
      data.setUint32(lastPage + 22, oggCrc(far, lastPage, far.length), true);
      writeFileSync(path, far);
      expect((await decode(path)).warnings).toMatchObject([{ code: 'AUDIO_TRUNCATED', message: expect.stringContaining('counts 60.00 s, of which 1.0') as string }]);
    });
    it('whatever is damaged, decoding ends, stays small, and throws nothing but an AudioError', async () => {
      const good = Uint8Array.from(readFileSync(encoded(2, 0.3))), path = join(folder, 'bad.ogg');
      await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true })), async (numbers) => {
        writeFileSync(path, damage('ogg', good, () => numbers.next().value as number));
        try {
          const { channels } = await decodeFile(path, { ffmpegPath: null, maxDecodedBytes: 1 << 26 });
          expect(channels.every((channel) => channel.length === channels[0]!.length)).toBe(true);
        } catch (error) { expect(error).toHaveProperty('name', 'AudioError'); }
      }), { numRuns: 300 });
    });
  });
});
