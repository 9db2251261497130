import { chmod, copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWav, encodeWav } from '@voxtune/audio';
import { makeSpeech, withFolder } from '../../test/make-audio.js';
import { sliceRecordings } from '../cut/slice-recordings.js';
import { formatManifest, parseManifest } from '../manifest.js';
import { checkRecording, checkRecordingCount } from './recording-rules.js';
import { ingestRecordings } from './ingest-recordings.js';
import { explainFileError } from './walk-folder.js';

const speech = (pitchHz = 150, totalSec = 3) => makeSpeech(totalSec, [[0.5, totalSec - 0.5]], { pitchHz });
const outcome = (r: { path: string; kept: boolean; reason: string | null }) => [r.path, r.kept ? 'kept' : r.reason];

describe('ingestRecordings', () => {
  it('gives one entry a file, with measurements and findings that carry values', () => withFolder(async (dir, write) => {
    await write('a.wav', speech());
    const { recordings, findings, accounting } = await ingestRecordings({ recordingsDir: dir });
    expect(recordings).toMatchObject([{ v: 1, path: 'a.wav', format: 'wav', sampleRateHz: 22_050, channels: 1, durationSec: 3, kept: true, reason: null, findings: expect.arrayContaining([{ code: 'RECORDING_SHORT', level: 'warning', value: 3, message: '3.0 s long; 10 s to 5 min asked for' }]) }]);
    expect(recordings[0]?.id).toBe(`r${recordings[0]?.sha256?.slice(0, 12)}`);
    expect(recordings[0]?.measurements?.['f0MedianHz']).toBeCloseTo(150, 0);
    expect(findings).toMatchObject([{ code: 'RECORDINGS_FEW', level: 'warning', value: 1 }]);
    expect(accounting).toMatchObject({ in: 1, kept: 1, dropped: [] });
    expect(parseManifest('recordings', formatManifest(recordings))).toEqual(recordings);
  }));
  it('takes any file name, and the same stem twice', () => withFolder(async (dir, write) => {
    const names = ['a b.wav', '您好.wav', '😀.wav', `"it's".wav`, 'x|y.wav', 'line\nend.wav', 'same.wav', 'same.WAV', 'no-extension', '-rf.wav', '--json.wav'];
    for (const [i, name] of names.entries()) await write(name, speech(120 + 10 * i));
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    expect(recordings.map((r) => r.path).sort()).toEqual([...names].sort());
    expect(recordings.every((r) => r.kept)).toBe(true);
    expect(new Set(recordings.map((r) => r.id)).size).toBe(names.length);
  }));
  it('lists what is no usable recording, each with its reason', () => withFolder(async (dir, write) => {
    const good = speech();
    await write('a.wav', good);
    await write('copy.wav', good);
    await write('empty.wav', '');
    await write('headers.wav', makeSpeech(0, []));
    await write('short.wav', makeSpeech(0.8, [[0, 0.8]], { pitchHz: 300 }));
    await write('silent.wav', makeSpeech(3, []));
    await write('text.wav', 'this is no sound at all, whatever its name says');
    await write('photo.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70));
    await symlink(join(dir, 'nowhere'), join(dir, 'link.wav'));
    const { recordings, accounting } = await ingestRecordings({ recordingsDir: dir });
    expect(recordings.map(outcome)).toEqual([
      ['a.wav', 'kept'],
      ['copy.wav', 'duplicate of a.wav'],
      ['empty.wav', 'the file is empty (0 bytes)'],
      ['headers.wav', expect.stringMatching(/no (samples|audio)/)],
      ['link.wav', 'it is gone, or it is a link to nothing'],
      ['photo.jpg', expect.stringMatching(/^not audio: /)],
      ['short.wav', expect.stringMatching(/^0.80 s long/)],
      ['silent.wav', expect.stringMatching(/^never louder than -\d+/)],
      ['text.wav', expect.stringMatching(/^not audio: /)],
    ]);
    for (const { reason } of recordings) expect(reason ?? '').not.toContain(dir);
    expect(new Set(recordings.map((r) => r.id)).size).toBe(recordings.length);
    expect(accounting.in).toBe(accounting.kept + accounting.dropped.length);
    expect(accounting.in).toBe(9);
  }));
  it('takes floats that are no numbers or out of range: every figure is one, and no clip wraps around', () => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'in'));
    const { channels: [samples], sampleRateHz } = decodeWav(speech());
    const spoilt = { 'nan.wav': (v: number, i: number) => (i % 1000 === 7 ? NaN : v), 'infinite.wav': (v: number, i: number) => (i === 30_000 ? Infinity : i === 40_000 ? -Infinity : v), 'loud.wav': (v: number) => 40 * v, 'all-nan.wav': () => NaN };
    const view = (values: Float32Array) => { // as encodeWav writes floats, whatever they are
      const bytes = encodeWav({ sampleRateHz, channels: [new Float32Array(values.length)] }, { format: 'float32' });
      const data = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4 * values.length);
      values.forEach((value, i) => data.setFloat32(4 * i, value, true));
      return bytes;
    };
    for (const [name, spoil] of Object.entries(spoilt)) await write(`in/${name}`, view(samples!.map(spoil)));
    const { recordings } = await ingestRecordings({ recordingsDir: join(dir, 'in') });
    expect(recordings).toHaveLength(4);
    for (const { path, measurements } of recordings) for (const [figure, value] of Object.entries(measurements ?? {})) expect(value === null || Number.isFinite(value), `${path}: ${figure} ${value}`).toBe(true);
    expect(recordings.find(({ path }) => path === 'all-nan.wav')!.kept).toBe(false);
    expect(recordings.find(({ path }) => path === 'loud.wav')!.measurements!['peakDbfs']).toBeGreaterThan(0);
    expect(parseManifest('recordings', formatManifest(recordings))).toEqual(recordings);
    const { clips, dropped } = await sliceRecordings({ recordings, recordingsDir: join(dir, 'in'), clipsDir: join(dir, 'clips') });
    expect(new Set([...clips.map((c) => c.recordingId), ...dropped.map((d) => d.id.slice(0, 13))])).toEqual(new Set(recordings.filter(({ kept }) => kept).map(({ id }) => id)));
    for (const { id } of clips) expect(decodeWav(await readFile(join(dir, 'clips', `${id}.wav`))).channels[0]!.every((value) => Number.isFinite(value))).toBe(true);
  }));
  it('passes over transcripts and hidden files, walks folders named like audio, and ends link loops', () => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'folder.wav'));
    await write('folder.wav/b.wav', speech());
    await symlink(dir, join(dir, 'folder.wav', 'loop'));
    for (const name of ['b.srt', 'b.vtt', 'b.txt', 'b.lab', 'metadata.csv', 'x.list', 'segments.tsv', 'x.TextGrid', '.DS_Store', '._b.wav']) await write(name, 'x');
    const { recordings, findings } = await ingestRecordings({ recordingsDir: dir });
    expect(recordings.map(outcome)).toEqual([['folder.wav/b.wav', 'kept']]);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'RECORDINGS_HIDDEN', level: 'note', value: 2 }));
  }));
  it.skipIf(process.getuid?.() === 0)('says that it may not read a file (not as root, who may)', () => withFolder(async (dir, write) => {
    await write('a.wav', speech());
    await chmod(join(dir, 'a.wav'), 0);
    expect((await ingestRecordings({ recordingsDir: dir })).recordings.map(outcome)).toEqual([['a.wav', 'no permission to read it']]);
  }));
  it('says in words what a refused file operation means', () => {
    expect(explainFileError(Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' }))).toBe('no permission to read it');
  });
  it('rejects by the findings it is told to', () => withFolder(async (dir, write) => {
    await write('a.wav', speech());
    await write('silent.wav', makeSpeech(3, []));
    const { recordings } = await ingestRecordings({ recordingsDir: dir, reject: ['RECORDING_SHORT'] });
    expect(recordings.map(outcome)).toEqual([['a.wav', '3.0 s long; 10 s to 5 min asked for'], ['silent.wav', '3.0 s long; 10 s to 5 min asked for']]);
  }));
  it('keeps the id of a recording that moves, and says when none is there', () => withFolder(async (dir, write) => {
    expect((await ingestRecordings({ recordingsDir: dir })).findings).toMatchObject([{ code: 'RECORDINGS_NONE', level: 'reject' }]);
    await write('a.wav', speech());
    const before = (await ingestRecordings({ recordingsDir: dir })).recordings[0]?.id;
    await mkdir(join(dir, 'sub'));
    await copyFile(join(dir, 'a.wav'), join(dir, 'sub', 'z.wav'));
    await write('a.wav', speech(200));
    expect((await ingestRecordings({ recordingsDir: dir })).recordings.find((r) => r.path === 'sub/z.wav')?.id).toBe(before);
  }));
  it('refuses a folder that is not there', async () => {
    await expect(ingestRecordings({ recordingsDir: '/no/such/folder' })).rejects.toMatchObject({ code: 'DATASET_FOLDER_MISSING', facts: { path: '/no/such/folder' } });
  });
  it('stops at a signal, and tells how far it is', () => withFolder(async (dir, write) => {
    await write('a.wav', speech());
    await write('b.wav', speech(200));
    const events: number[] = [];
    await ingestRecordings({ recordingsDir: dir, onProgress: ({ done, total, unit }) => events.push(done, total, unit.length) });
    expect(events).toEqual([0, 2, 10, 1, 2, 10, 2, 2, 10]);
    const controller = new AbortController();
    await expect(ingestRecordings({ recordingsDir: dir, signal: controller.signal, onProgress: ({ done }) => { if (done === 1) controller.abort(new Error('enough')); } })).rejects.toThrow('enough');
  }));
});

describe('checkRecording', () => {
  const facts = { format: 'wav', sampleRateHz: 44_100, channels: 1, durationSec: 60, measurements: { peakDbfs: -3, snrDb: 40, bandwidthHz: 15_000 } };
  it('finds nothing in a recording as asked for', () => expect(checkRecording(facts)).toEqual([]));
  it.each([
    ['RECORDING_TOO_SHORT', 'reject', { durationSec: 0.99 }, 0.99],
    ['RECORDING_SHORT', 'warning', { durationSec: 9.9 }, 9.9],
    ['RECORDING_LONG', 'warning', { durationSec: 301 }, 301],
    ['RECORDING_SNR', 'warning', { measurements: { ...facts.measurements, snrDb: 20 } }, 20],
    ['RECORDING_BANDWIDTH', 'warning', { measurements: { ...facts.measurements, bandwidthHz: 3400 } }, 3400],
    ['RECORDING_BANDWIDTH', 'note', { measurements: { ...facts.measurements, bandwidthHz: 9000 } }, 9000],
    ['RECORDING_SILENT', 'reject', { measurements: { peakDbfs: null, snrDb: null, bandwidthHz: null } }, null],
    ['RECORDING_SILENT', 'reject', { measurements: { ...facts.measurements, peakDbfs: -70 } }, -70],
    ['RECORDING_FORMAT', 'note', { format: 'ogg' }, 'ogg'],
    ['RECORDING_RATE', 'note', { sampleRateHz: 48_000 }, 48_000],
    ['RECORDING_CHANNELS', 'note', { channels: 2 }, 2],
    ['RECORDING_EMPTY', 'reject', { durationSec: 0 }, 0],
  ] as const)('finds %s as %s in %j', (code, level, change, value) => {
    expect(checkRecording({ ...facts, ...change })).toEqual([{ code, level, value, message: expect.any(String) }]);
  });
  it.each([[0, ['RECORDINGS_NONE', 'reject']], [19, ['RECORDINGS_FEW', 'warning']], [20, ['RECORDINGS_FEW', 'note']], [49, ['RECORDINGS_FEW', 'note']]] as const)('finds %i recordings few', (kept, [code, level]) => {
    expect(checkRecordingCount(kept)).toMatchObject([{ code, level, value: kept }]);
  });
  it('finds 50 recordings enough', () => expect(checkRecordingCount(50)).toEqual([]));
});
