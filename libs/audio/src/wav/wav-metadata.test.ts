import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { WaveFile } from 'wavefile';
import { noise } from '../../test/signals.js';
import { parseBytes } from '../file/byte-requests.js';
import { decodeWav } from './decode-wav.js';
import { encodeWav } from './encode-wav.js';
import { parseWavMetadata } from './parse-wav-metadata.js';
import { readWavMetadata } from './read-wav-metadata.js';
import { type WavMetadata } from './wav-metadata.js';
import { openWavWriter } from './wav-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-wav-metadata-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const audio = { sampleRateHz: 16000, channels: [noise(999, 4)] };
const metadata: WavMetadata = {
  info: { INAM: 'Call 7', IART: 'Zoë, 王小明', ISFT: 'voxtune' },
  broadcast: {
    description: 'A clip', originator: 'voxtune', originatorReference: 'r-1', originationDate: '2026-11-23', originationTime: '10:11:12', timeReferenceSamples: 5_000_000_000,
    loudnessLufs: -23.04, truePeakDbtp: -1.5, codingHistory: 'A=PCM,F=16000,W=16,M=mono\r\n',
  },
  cues: [{ atSample: 10, label: 'start' }, { atSample: 500, lengthSamples: 200, label: '停', note: 'a pause' }, { atSample: 998 }],
};
const read = (bytes: Uint8Array): ReturnType<typeof parseWavMetadata> extends Generator<unknown, infer T> ? T : never => parseBytes(parseWavMetadata(bytes.length), bytes);

it('what is written is read back, and the samples stay', async () => {
  const bytes = encodeWav(audio, { metadata }), path = join(folder, 'tagged.wav');
  expect(read(bytes)).toEqual({ ...metadata, warnings: [] });
  expect(decodeWav(bytes)).toEqual(decodeWav(encodeWav(audio)));
  const writer = await openWavWriter(path, { sampleRateHz: 16000, channels: 1, metadata });
  await writer.write(audio.channels);
  await writer.close();
  expect(await readWavMetadata(path)).toEqual({ ...metadata, warnings: [] });
});
it('a file without any says so', () => { expect(read(encodeWav(audio))).toEqual({ info: {}, cues: [], warnings: [] }); });

describe('agrees with wavefile 11', () => {
  it('which reads what is written here (one list at a time: of two it takes the second for a part of the first)', () => {
    const { cues, ...rest } = metadata, theirs = new WaveFile(encodeWav(audio, { metadata: rest }));
    expect(theirs.listTags()).toMatchObject({ INAM: 'Call 7', ISFT: 'voxtune', IART: 'Zoë, 王小明' });
    const { bext } = theirs as unknown as { bext: Record<string, unknown> };
    expect(bext).toMatchObject({ originationDate: '2026-11-23', originationTime: '10:11:12', version: 2, loudnessValue: 65536 - 2304, maxTruePeakLevel: 65536 - 150 });
    expect(String(bext['description']).replaceAll('\0', '')).toBe('A clip');
    expect(String(bext['codingHistory'])).toBe('A=PCM,F=16000,W=16,M=mono\r\n');
    expect((new WaveFile(encodeWav(audio, { metadata: { cues: cues!.map((cue) => ({ ...cue, note: undefined })) } })).listCuePoints() as { position: number; label: string }[]).map(({ position, label }) => [position, label])).toEqual([[10 / 16, 'start'], [500 / 16, '停'], [998 / 16, '']]);
  });
  it('whose files are read here: texts and labelled cues after the samples', () => {
    const theirs = new WaveFile();
    theirs.fromScratch(1, 16000, '16', Int16Array.from({ length: 999 }, (_, i) => i));
    theirs.setTag('INAM', 'a title');
    theirs.setTag('ICMT', 'odd');
    theirs.setCuePoint({ position: 1000 / 16, label: 'here' });
    theirs.setCuePoint({ position: 500 / 16, end: 750 / 16, label: 'region' });
    const got = read(theirs.toBuffer());
    expect(got.info).toEqual({ INAM: 'a title', ICMT: 'odd' });
    expect(got.cues).toEqual([{ atSample: 500, lengthSamples: 250, label: 'region' }, { atSample: 1000, label: 'here' }]);
  });
});

const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0;
it.skipIf(!hasFfprobe)('ffprobe reads texts and broadcast extension (skipped without ffprobe)', () => {
  const path = join(folder, 'probe.wav');
  writeFileSync(path, encodeWav(audio, { metadata }));
  const { format } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_format', path]).toString()) as { format: { tags: Record<string, string> } };
  expect(format.tags).toMatchObject({ title: 'Call 7', artist: 'Zoë, 王小明', comment: 'A clip', time_reference: '5000000000', originator_reference: 'r-1' });
});

describe('damage', () => {
  it('a text in Latin-1 is read', () => {
    const bytes = encodeWav(audio, { metadata: { info: { INAM: 'Zo~' } } });
    bytes[bytes.indexOf(126)] = 0xeb;
    expect(read(bytes).info).toEqual({ INAM: 'Zoë' });
  });
  it('a list that says more than is there is read as far as it goes', () => {
    const bytes = encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(0)] }, { metadata: { info: { INAM: 'title' } } }), list = Buffer.from(bytes).indexOf('LIST');
    new DataView(bytes.buffer).setUint32(list + 4, 0xfffffff0, true);
    const got = read(bytes);
    expect(got.info['INAM']).toBe('title');
    expect(got.warnings).toMatchObject([{ code: 'AUDIO_TRUNCATED' }]);
  });
  it('whatever byte is damaged, reading ends and throws nothing but an AudioError', () => {
    const good = encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(20)] }, { metadata });
    fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
      const bad = good.slice(0, length);
      if (at < length) bad[at] = value;
      try { expect(read(bad).cues.length).toBeLessThanOrEqual(100_000); } catch (error) { expect(error).toHaveProperty('name', 'AudioError'); }
    }), { numRuns: 1000 });
  });
  it('no WAV file', async () => {
    writeFileSync(join(folder, 'text.wav'), 'this is text, no sound');
    await expect(readWavMetadata(join(folder, 'text.wav'))).rejects.toMatchObject({ code: 'AUDIO_FORMAT_UNKNOWN' });
  });
});

it.each([
  [{ info: { title: 'x' } }, 'info ids have four capital letters or digits, got title'], [{ info: { INAM: 'a\0b' } }, 'info.INAM holds a zero character'],
  [{ broadcast: { originator: 'x'.repeat(33) } }, 'originator has 33 bytes, at most 32 fit'], [{ broadcast: { loudnessLufs: NaN } }, 'loudnessLufs must be a level within ±327, got NaN'],
  [{ broadcast: { timeReferenceSamples: -1 } }, 'timeReferenceSamples must be a whole number'], [{ cues: [{ atSample: 2 ** 32 }] }, 'atSample must be a sample number below 2^32'],
  [{ cues: [{ atSample: 0, lengthSamples: 0.5 }] }, 'lengthSamples must be a number of samples below 2^32, got 0.5'],
] satisfies [WavMetadata, string][])('refuses %j', (bad, message) => { expect(() => encodeWav(audio, { metadata: bad })).toThrow(expect.objectContaining({ code: 'AUDIO_OPTION_INVALID', message: expect.stringContaining(message) as string }) as Error); });
