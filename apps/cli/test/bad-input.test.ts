// What people do wrong, and what machines do to them: a clear word, the right exit code, no stack trace, nothing lost.
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli, DEMO, hasShared, lastJson, MAIN, SHARED, STAND_IN, temporaryFolder, type Finished } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

const tidy = ({ stdout, stderr }: Finished) => { expect(stderr).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m); expect(stderr).not.toContain('CLI_UNEXPECTED'); expect(stdout).not.toContain('CLI_UNEXPECTED'); };
const withFiles = async (files: (folder: string) => Promise<unknown>) => {
  const parent = await temporaryFolder();
  const recordings = join(parent, 'recordings');
  await mkdir(recordings);
  await files(recordings);
  return { parent, recordings };
};
const wav = (seconds: number, amplitude: number) => {
  const samples = Math.round(22_050 * seconds);
  const bytes = Buffer.alloc(44 + 2 * samples);
  bytes.write('RIFF', 0); bytes.writeUInt32LE(36 + 2 * samples, 4); bytes.write('WAVEfmt ', 8); bytes.writeUInt32LE(16, 16); bytes.writeUInt16LE(1, 20); bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(22_050, 24); bytes.writeUInt32LE(44_100, 28); bytes.writeUInt16LE(2, 32); bytes.writeUInt16LE(16, 34); bytes.write('data', 36); bytes.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) bytes.writeInt16LE(Math.round(amplitude * 32767 * Math.sin((2 * Math.PI * 220 * i) / 22_050)), 44 + 2 * i);
  return bytes;
};

/** A tmpfs of its own, unmounted when the test ends; null where that is not allowed. */
async function smallDisk(size: string): Promise<{ folder: string; remount(options: string): Promise<unknown> } | null> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  const { failed } = await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { reject: false });
  if (failed) return null;
  onTestFinished(async () => { await execa('umount', ['-l', folder], { reject: false }); });
  return { folder, remount: (options) => execa('mount', ['-o', `remount,${options}`, folder]) };
}

describe('recordings', () => {
  it.each([
    ['an empty folder', async () => undefined, 'CLI_NO_RECORDINGS'],
    ['no audio in it', (dir: string) => writeFile(join(dir, 'notes.docx'), 'PK not audio'), /CLI_NO_RECORDINGS|CLI_ALL_REJECTED/],
    ['recordings all too short', async (dir: string) => { for (const n of ['a', 'b']) await writeFile(join(dir, `${n}.wav`), wav(n === 'a' ? 0.4 : 0.5, 0.3)); }, 'CLI_ALL_REJECTED'],
    ['a text file named .wav', (dir: string) => writeFile(join(dir, 'talk.wav'), 'this is not audio\n'), 'CLI_ALL_REJECTED'],
    ['zero-length files', (dir: string) => writeFile(join(dir, 'empty.mp3'), ''), 'CLI_ALL_REJECTED'],
    ['silence only', (dir: string) => writeFile(join(dir, 'quiet.wav'), wav(12, 0)), 'CLI_ALL_REJECTED'],
  ])('%s: exit 3, each file with its reason', async (_, files, code) => {
    const { parent, recordings } = await withFiles(files as (dir: string) => Promise<unknown>);
    const path = await demoVoice(parent, { recordings, transcripts: null });
    const finished = await run(path);
    tidy(finished);
    expect(finished.code, finished.stdout).toBe(3);
    expect(finished.outcome.error!.code).toMatch(code);
    expect(finished.outcome.error!.hint.length).toBeGreaterThan(20);
  });

  it('bad files beside good ones are listed with reasons and lose nothing else', async () => {
    const { parent, recordings } = await withFiles(async (dir) => {
      await someRecordings(dir, 4);
      await writeFile(join(dir, 'text.wav'), 'plain words');
      await writeFile(join(dir, 'zero.flac'), '');
      await writeFile(join(dir, 'silent 客服 "q" |.wav'), wav(11, 0));
      await mkdir(join(dir, 'folder.wav'));
      await symlink(dir, join(dir, 'loop'));
      await cp(join(DEMO, 'recordings', (await import('node:fs')).readdirSync(join(DEMO, 'recordings')).find((n) => n.endsWith('.mp3'))!), join(dir, 'cut.mp3'));
      await truncate(join(dir, 'cut.mp3'), 9000);
    });
    const path = await demoVoice(parent, { recordings });
    const finished = await run(path, ['--until', 'list']);
    tidy(finished);
    const ingest = stageOf(finished.outcome, 'ingest');
    const reasons = Object.fromEntries(ingest.dropped.map((d) => [d.id, d.reason]));
    for (const name of ['text.wav', 'zero.flac', 'silent 客服 "q" |.wav']) expect(reasons[name], `${name} in ${JSON.stringify(reasons)}`).toBeTruthy();
    expect(ingest.kept! + ingest.dropped.length).toBe(ingest.in);
    expect(ingest.kept).toBeGreaterThanOrEqual(4);
  });

  it.skipIf(process.getuid?.() === 0)('unreadable permissions are a reason (skipped for root, who may read all)', async () => {
    const { parent, recordings } = await withFiles(async (dir) => {
      await someRecordings(dir, 3);
      await writeFile(join(dir, 'secret.wav'), wav(12, 0.3));
      await chmod(join(dir, 'secret.wav'), 0);
    });
    const path = await demoVoice(parent, { recordings });
    const { outcome } = await run(path, ['--until', 'ingest']);
    expect(stageOf(outcome, 'ingest').dropped.find((d) => d.id === 'secret.wav')!.reason).toMatch(/permission|read/i);
  });

  it('a transcript for a recording that does not exist is found, with file and line', async () => {
    const parent = await temporaryFolder();
    const words = join(parent, 'metadata.csv');
    await writeFile(words, `${await readFile(join(DEMO, 'transcripts/metadata.csv'), 'utf8')}\nnobody_99|Words of nobody.\n`.replace(/\n\n/g, '\n'));
    const path = await demoVoice(parent, { transcripts: words });
    const finished = await run(path, ['--until', 'transcribe']);
    tidy(finished);
    expect(finished.code).toBe(0);
    expect(finished.stdout).toMatch(/nobody_99/);
    expect(finished.stdout).toMatch(/metadata\.csv, line \d+/);
  });
});

describe('configuration and folders', () => {
  it.each([
    [(t: string) => t.replace('engine:', 'engin:'), /voxtune\.yaml:\d+:\d+: unknown key engin; did you mean engine\?/],
    [(t: string) => t.replace('language: en', 'language: klingon'), /voxtune\.yaml:\d+:\d+: language: .*got "klingon"/],
    [(t: string) => `${t}\n  bad: [`, /voxtune\.yaml:\d+:\d+/],
  ])('a wrong configuration names file, line and column: exit 2', async (spoil, message) => {
    const path = await demoVoice(await temporaryFolder());
    const file = join(path, 'voxtune.yaml');
    await writeFile(file, spoil(await readFile(file, 'utf8')));
    const finished = await cli(['run', path]);
    tidy(finished);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(message);
  });
  it('an engine path that is not a checkout: exit 4, at init and at run', async () => {
    const parent = await temporaryFolder();
    const atInit = await cli(['init', 'v', '--dir', parent, '--engine', parent, '--json']);
    tidy(atInit);
    expect(atInit.code).toBe(4);
    expect(existsSync(join(parent, 'v'))).toBe(false);
    const path = await demoVoice(parent);
    const file = join(path, 'voxtune.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(STAND_IN, parent));
    const atRun = await cli(['run', path]);
    tidy(atRun);
    expect(atRun.code).toBe(4);
  });
  it('init twice, an unknown voice, an unknown verb and an unknown flag: exit 2, nothing changed', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent);
    const before = await readFile(join(path, 'voxtune.yaml'), 'utf8');
    for (const args of [['init', 'demo', '--dir', parent], ['run', join(parent, 'nobody')], ['rum', path], ['run', path, '--untill', 'list'], ['run', path, '--until', 'lst']]) {
      const finished = await cli(args);
      tidy(finished);
      expect(finished.code, args.join(' ')).toBe(2);
    }
    expect(await readFile(join(path, 'voxtune.yaml'), 'utf8')).toBe(before);
  });
  it('a failure with --json is one document on stdout and nothing else there', async () => {
    const finished = await cli(['run', '/nowhere/at/all', '--json']);
    expect(lastJson(finished)).toMatchObject({ error: { code: 'CLI_CONFIG_MISSING' } });
    expect(finished.stdout.trim().split('\n')).toHaveLength(1);
  });
  it('two runs at once: the second is refused, naming the first; the first finishes', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent);
    const first = spawn(process.execPath, [MAIN, 'run', path, '--json', '--until', 'list'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => first.once('exit', resolve));
    await new Promise((resolve) => first.stdout.once('data', resolve));
    const second = await cli(['run', path, '--json']);
    tidy(second);
    expect(second.code).toBe(1);
    expect(lastJson<{ error: { code: string; message: string } }>(second).error).toMatchObject({ code: 'PIPELINE_LOCKED', message: expect.stringContaining(String(first.pid)) as string });
    expect(await ended).toBe(0);
  });
  it.skipIf(process.platform !== 'linux')('a full disk: exit 4, and the same command continues once there is room (Linux tmpfs as root; skipped elsewhere)', async ({ skip }) => {
    const disk = await smallDisk('1500k');
    if (disk === null) { skip('a tmpfs cannot be mounted here'); return; }
    const path = await demoVoice(disk.folder);
    const full = await run(path, ['--until', 'list']);
    tidy(full);
    expect(full.code, full.stdout).toBe(4);
    expect(full.outcome.error?.code ?? lastJson<{ error?: { code: string } }>(full).error?.code).toMatch(/DISK_FULL|CLIP_WRITE/);
    await disk.remount('size=100m');
    const again = await run(path, ['--until', 'list']);
    expect(again.code, again.stdout).toBe(0);
  });
  it.skipIf(process.platform !== 'linux')('a read-only disk: exit 4, for init and run (Linux tmpfs as root; skipped elsewhere)', async ({ skip }) => {
    const disk = await smallDisk('100m');
    if (disk === null) { skip('a tmpfs cannot be mounted here'); return; }
    const path = await demoVoice(disk.folder);
    await disk.remount('ro');
    for (const args of [['run', path, '--json'], ['init', 'another', '--dir', disk.folder, '--json']]) {
      const finished = await cli(args);
      tidy(finished);
      expect(finished.code, finished.stdout).toBe(4);
    }
  });
  it.skipIf(process.getuid?.() === 0)('a read-only folder: exit 4 (skipped for root, whom permissions do not bind)', async () => {
    const path = await demoVoice(await temporaryFolder());
    await chmod(path, 0o555);
    const finished = await cli(['run', path, '--json']);
    await chmod(path, 0o755);
    expect(finished.code).toBe(4);
  });
});

describe('plain files', () => {
  it('wer compares two texts line by line and refuses unpaired ones', async () => {
    const parent = await temporaryFolder();
    const [ref, hyp, short] = ['ref.txt', 'hyp.txt', 'short.txt'].map((name) => join(parent, name)) as [string, string, string];
    await writeFile(ref, '\ufeffone two three four\r\nyes\r\n');
    await writeFile(hyp, 'one two tree four\nyes\n');
    await writeFile(short, 'one\n');
    expect(lastJson(await cli(['wer', ref, hyp, '--language', 'en', '--json']))).toEqual({ micro: { wer: 0.2, cer: expect.any(Number) as number }, macro: { wer: 0.125, cer: expect.any(Number) as number }, pairs: 2 });
    const unpaired = await cli(['wer', ref, short, '--json']);
    expect([unpaired.code, lastJson<{ error: { code: string } }>(unpaired).error.code]).toEqual([3, 'CLI_UNPAIRED']);
  });
  it.skipIf(!hasShared)('score and similarity measure real clips with real models (skipped where ../shared is absent)', async () => {
    const clips = ['ljspeech/wavs/LJ001-0001.wav', 'ljspeech/wavs/LJ001-0002.wav', 'zh/cosyvoice_zero_shot_prompt.wav'].map((name) => join(SHARED, 'data', name)) as [string, string, string];
    const { pairs } = lastJson<{ pairs: { cosine: number }[] }>(await cli(['similarity', ...clips, '--model', join(SHARED, 'models/speaker-ge2e/ge2e.onnx'), '--json']));
    expect(pairs[0]!.cosine).toBeGreaterThan(pairs[1]!.cosine + 0.1);
    const bad = join(await temporaryFolder(), 'bad.wav');
    await writeFile(bad, 'not audio');
    const { files } = lastJson<{ files: { ovrl: number | null; p808: number | null; error: { code: string } | null }[] }>(await cli(['score', clips[0], bad, '--models', join(SHARED, 'models'), '--json']));
    expect(files[0]!.p808).toBeGreaterThan(3);
    expect(files[1]).toMatchObject({ ovrl: null, p808: null, error: { code: expect.stringMatching(/^AUDIO_/) as string } });
    expect((await cli(['score', clips[0], '--models', join(SHARED, 'data/zh')])).code).toBe(4);
  });
  it('slice, probe and measure work outside any voice and say what is wrong with a file', async () => {
    const parent = await temporaryFolder();
    const long = join(DEMO, 'recordings', (await import('node:fs')).readdirSync(join(DEMO, 'recordings')).find((n) => n.endsWith('.srt'))!.replace('.srt', '.flac'));
    const input = existsSync(long) ? long : long.replace('.flac', '.mp3');
    await writeFile(join(parent, 'bad.wav'), 'not audio');
    const sliced = await cli(['slice', input, join(parent, 'bad.wav'), '--out', join(parent, 'clips'), '--json']);
    expect(sliced.code, sliced.stderr).toBe(0);
    const { clips, dropped } = lastJson<{ clips: { path: string; startSec: number; endSec: number }[]; dropped: { recording: string; reason: string }[] }>(sliced);
    expect(clips.length).toBeGreaterThan(2);
    for (const clip of clips) { expect(existsSync(clip.path)).toBe(true); expect(clip.endSec - clip.startSec).toBeLessThanOrEqual(10.001); }
    expect(dropped).toMatchObject([{ recording: join(parent, 'bad.wav'), reason: expect.stringMatching(/^AUDIO_/) as string }]);
    const probed = lastJson<{ files: { path: string; ok: boolean; durationSec?: number; findings: unknown[] }[] }>(await cli(['probe', input, join(parent, 'bad.wav'), '--deep', '--json']));
    expect(probed.files).toMatchObject([{ ok: true }, { ok: false }]);
    const measured = lastJson<{ files: { peakDbfs: number; loudnessLufs: number; f0MedianHz: number }[] }>(await cli(['measure', input, '--json']));
    expect(measured.files[0]!.peakDbfs).toBeLessThanOrEqual(0);
    expect(measured.files[0]!.f0MedianHz).toBeGreaterThan(50);
    const at32 = join(parent, 'at32.wav');
    const resampled = lastJson<{ samples: number; channels: number }>(await cli(['resample', input, at32, '--rate', '32000', '--mono', '--json']));
    const seconds = probed.files[0]!.durationSec!;
    expect(resampled.channels).toBe(1);
    expect(Math.abs(resampled.samples - seconds * 32_000)).toBeLessThanOrEqual(1);
    expect(lastJson<{ files: { sampleRateHz: number; durationSec: number }[] }>(await cli(['probe', at32, '--json'])).files[0]).toMatchObject({ sampleRateHz: 32_000 });
    expect((await cli(['resample', input, at32])).code).toBe(2);
    const missing = await cli(['slice', join(parent, 'none.wav'), '--out', parent]);
    expect(missing.code).toBe(3);
  });
});
