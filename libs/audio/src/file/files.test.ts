import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeExecutable } from '../ffmpeg/find-ffmpeg.js';
import { parseFfmpegHeaders } from '../ffmpeg/probe-ffmpeg.js';
import { ffmpegInput } from '../ffmpeg/run-ffmpeg.js';
import { encodeWav } from '../wav/encode-wav.js';
import { hasShared, SHARED, tone } from '../../test/signals.js';
import { decodeFile } from './decode-file.js';
import golden from './files.golden.json' with { type: 'json' };
import { probeFile } from './probe-file.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ffmpegThere = spawnSync('ffmpeg', ['-version']).status === 0;
const save = (name: string, bytes: Uint8Array | string): string => { const path = join(folder, name); writeFileSync(path, bytes); return path; };
const stored = (name: string): Buffer => Buffer.from(golden.cases.find((c) => c.name === name)!.base64, 'base64');
const codeOf = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'no error', (error: { code?: unknown }) => error.code ?? error);
const OURS = ['wav', 'mp3', 'flac', 'ogg'];

describe(`decodeFile and probeFile agree with ${golden.madeBy} ${golden.version}`, () => {
  it.each(golden.cases)('$name', async ({ name, container, codec, sampleRateHz, channels, samples, every, picked, base64 }) => {
    const path = save(`x${name}.bin`, Buffer.from(base64, 'base64')); // content decides, not the name
    const ours = OURS.includes(container) && codec !== 'adpcm_ima_wav';
    if (container !== 'aiff' || ffmpegThere) {
      const probe = await probeFile(path);
      expect(probe).toMatchObject({ container, sampleRateHz, channels, ...(codec === 'adpcm_ima_wav' ? {} : { codec }) });
      if (probe.durationSec !== null) expect(Math.abs(probe.durationSec - samples / sampleRateHz)).toBeLessThan(0.08); // AAC: one frame of padding; CBR: an estimate
    }
    if (!ours && !ffmpegThere) return;
    const audio = await decodeFile(path, ours ? { ffmpegPath: null } : {});
    expect([audio.sampleRateHz, audio.channels.length, audio.warnings]).toEqual([sampleRateHz, channels, []]);
    if (ours) expect(audio.channels[0]!.length).toBe(samples);
    else expect(Math.abs(audio.channels[0]!.length - samples)).toBeLessThanOrEqual(1024); // ffmpeg versions differ in trimming the last frame
    // 3e-6: float32 sums in another order than ffmpeg's; FLAC and WAV are exact; another ffmpeg than the golden's may differ in lossy codecs
    const tolerance = container === 'mp3' ? 3e-6 : ours || container === 'aiff' ? 0 : 0.02;
    if (container === 'ogg') return; // ffmpeg's own Opus decoder is not libopus; opus.test.ts compares samples with libopus
    picked.forEach((values, i) => values.forEach((value, c) => {
      if (ours || i * every < samples - 1024) expect(Math.abs(audio.channels[c]![i * every]! - value)).toBeLessThanOrEqual(tolerance);
    }));
  });
});

describe('damage is named', () => {
  it('an MP3 cut short', async () => {
    const bytes = stored('tone-mono.mp3');
    const { warnings, channels } = await decodeFile(save('cut.mp3', bytes.subarray(0, Math.floor(bytes.length * 0.6))));
    expect(warnings[0]).toMatchObject({ code: 'AUDIO_TRUNCATED', message: expect.stringMatching(/^the MP3 file ends before its audio does: \d+ of \d+ frames \(0\.\d\d s\) are missing$/) as string });
    expect(channels[0]!.length).toBeGreaterThan(1000);
  });
  it('an MP3 without a tag, cut inside its last frame', async () => {
    const bytes = stored('tone-plain.mp3');
    const { warnings } = await decodeFile(save('cut-plain.mp3', bytes.subarray(0, bytes.length - 10)));
    expect(warnings).toEqual([{ code: 'AUDIO_TRUNCATED', message: 'the MP3 file ends before its audio does: its last frame is cut off' }]);
  });
  it('an MP3 with stray bytes inside', async () => {
    const bytes = stored('tone-mono.mp3');
    const { warnings } = await decodeFile(save('stray.mp3', Buffer.concat([bytes.subarray(0, 600), Buffer.from('some words in between'), bytes.subarray(600)])));
    expect(warnings.map(({ code }) => code)).toContain('AUDIO_CORRUPT');
  });
  it('a FLAC cut short: what is whole stays, exactly', async () => {
    const bytes = stored('tone-16.flac');
    const whole = await decodeFile(save('whole.flac', bytes));
    const cut = await decodeFile(save('cut.flac', bytes.subarray(0, bytes.length - 400)));
    expect(cut.warnings[0]).toMatchObject({ code: 'AUDIO_TRUNCATED', message: expect.stringMatching(/of 0\.30 s are missing$/) as string });
    const length = cut.channels[0]!.length;
    expect(length).toBeGreaterThan(0);
    expect(cut.channels[1]).toEqual(whole.channels[1]!.slice(0, length));
  });
  it('a FLAC with a damaged frame: silence of its length, times stay right', async () => {
    const bytes = stored('tone-24.flac');
    const bad = Buffer.from(bytes);
    const second = bytes.indexOf(Buffer.of(0xff, 0xf8), bytes.indexOf(Buffer.of(0xff, 0xf8)) + 2);
    bad[second - 40]! ^= 0x55;
    const whole = await decodeFile(save('good.flac', bytes)), audio = await decodeFile(save('bad.flac', bad));
    expect(audio.warnings.map(({ code }) => code)).toEqual(['AUDIO_CORRUPT']);
    expect(audio.channels[0]!.length).toBe(whole.channels[0]!.length);
    expect(audio.channels[0]!.slice(-100)).toEqual(whole.channels[0]!.slice(-100));
    expect(Math.max(...audio.channels[0]!.slice(0, 100).map(Math.abs))).toBe(0);
  });
  it.skipIf(!ffmpegThere)('an M4A cut short (skipped without ffmpeg)', async () => {
    const bytes = stored('tone-start.m4a');
    const { warnings } = await decodeFile(save('cut.m4a', bytes.subarray(0, bytes.length - 500)));
    expect(warnings.map(({ code }) => code)).toContain('AUDIO_TRUNCATED');
    expect(JSON.stringify(warnings)).not.toMatch(/0x[0-9a-f]{6}/); // no memory address: the same file gives the same words
  });
});

describe('refusals', () => {
  it.each([
    ['text named .wav', 'note.wav', 'Dear customer,\n'.repeat(200), 'AUDIO_FORMAT_UNKNOWN'],
    ['no bytes', 'zero.mp3', '', 'AUDIO_EMPTY'],
    ['a WAV header alone', 'head.wav', encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(0)] }), 'AUDIO_EMPTY'],
    ['FLAC metadata alone', 'head.flac', stored('tone-16.flac').subarray(0, 60), 'AUDIO_TRUNCATED'],
    ['an M4A whose index never came', 'unfinished.m4a', stored('tone-end.m4a').subarray(0, 900), 'AUDIO_TRUNCATED'],
    ['an ID3 tag and nothing more', 'tag.mp3', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x01\0', 'latin1'), Buffer.alloc(128)]), 'AUDIO_EMPTY'],
    ['RIFF that is no WAVE', 'clip.avi', Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI '), Buffer.alloc(64)]), 'AUDIO_FORMAT_UNKNOWN'],
  ])('%s', async (_, name, bytes, code) => { expect(await codeOf(decodeFile(save(name, bytes)))).toBe(code); });
  it('names the file in the message', async () => {
    const path = save('words.wav', 'only words '.repeat(99));
    await expect(decodeFile(path)).rejects.toMatchObject({ message: `${path} is not audio of a known format`, facts: { path } });
  });
  it('a file that is not there, and a folder', async () => {
    await expect(decodeFile(join(folder, 'none.wav'))).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE', message: expect.stringContaining('there is no such file') as string });
    await expect(probeFile(folder)).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE', message: expect.stringContaining('it is a folder') as string });
  });
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a file this user may not read (skipped as root and on Windows)', async () => {
    const path = save('secret.wav', 'x');
    chmodSync(path, 0);
    expect(await codeOf(decodeFile(path))).toBe('AUDIO_UNREADABLE');
  });
  it('M4A without ffmpeg, saying what would help', async () => {
    const path = save('no-ffmpeg.m4a', stored('tone-end.m4a'));
    await expect(decodeFile(path, { ffmpegPath: null })).rejects.toMatchObject({ code: 'AUDIO_DECODER_MISSING', hint: expect.stringContaining('Install ffmpeg') as string, facts: { path } });
    await expect(decodeFile(path, { ffmpegPath: join(folder, 'no-such-ffmpeg') })).rejects.toMatchObject({ code: 'AUDIO_DECODER_MISSING', message: expect.stringContaining('no-such-ffmpeg') as string });
    expect((await probeFile(path, { ffmpegPath: null })).codec).toBe('aac');
  });
  it('an abort, before and during', async () => {
    const path = save('abort.wav', encodeWav({ sampleRateHz: 8000, channels: [tone(100, 8000, 1)] }));
    await expect(decodeFile(path, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const decoding = decodeFile(save('abort.flac', stored('tone-16.flac')), { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(decoding).rejects.toThrow('stop');
  });
  it.skipIf(process.platform === 'win32')('an abort ends the ffmpeg child (skipped on Windows)', async () => {
    const slow = save('slow-ffmpeg', '#!/bin/sh\nexec sleep 60\n');
    chmodSync(slow, 0o755);
    const controller = new AbortController();
    const started = Date.now();
    const decoding = decodeFile(save('slow.m4a', stored('tone-end.m4a')), { ffmpegPath: slow, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stop')), 100);
    await expect(decoding).rejects.toThrow('stop');
    expect(Date.now() - started).toBeLessThan(10_000);
  });
  it.skipIf(process.platform === 'win32')('an ffmpeg that fails is quoted (skipped on Windows)', async () => {
    const failing = save('bad-ffmpeg', '#!/bin/sh\necho "it broke" >&2\nexit 3\n');
    chmodSync(failing, 0o755);
    await expect(decodeFile(save('bad.m4a', stored('tone-end.m4a')), { ffmpegPath: failing })).rejects.toMatchObject({ code: 'AUDIO_DECODER_FAILED', message: expect.stringContaining('it broke') as string });
  });
});

describe('ffmpeg', () => {
  it.skipIf(process.platform === 'win32')('a binary without the execute bit is made executable (skipped on Windows)', async () => {
    const path = save('tool', '#!/bin/sh\necho run\n');
    chmodSync(path, 0o644);
    expect(await makeExecutable(path)).toEqual({ path, folder: null });
    expect(execFileSync(path).toString()).toBe('run\n');
  });
  it.skipIf(!ffmpegThere)('names with quotes, CJK, emoji and a leading dash are only names (skipped without ffmpeg)', async () => {
    const path = join(folder, `-i "$(id)" 录音 🎧 'x'.m4a`);
    copyFileSync(save('plain.m4a', stored('tone-end.m4a')), path);
    expect((await decodeFile(path)).channels[0]!.length).toBeGreaterThan(4000);
    expect(existsSync(path)).toBe(true);
  });
  it('a path is never an option, nor another protocol', () => {
    expect(ffmpegInput('-version')).toEqual(['-protocol_whitelist', 'file,pipe', '-i', 'file:-version']);
    expect(ffmpegInput('http://host/a.m4a').at(-1)).toBe('file:http://host/a.m4a');
  });
  it('reads the stream line', () => {
    const stderr = "Input #0, asf, from 'x':\n  Duration: 00:01:02.50, start: 0.0, bitrate: 65 kb/s\n    Stream #0:0(eng): Audio: wmav2 (a[1][0][0] / 0x0161), 44100 Hz, 5.1(side), fltp, 64 kb/s\n";
    expect(parseFfmpegHeaders(stderr, 'asf')).toEqual({ container: 'asf', codec: 'wmav2', sampleRateHz: 44100, channels: 6, durationSec: 62.5, bitsPerSample: null });
    expect(() => parseFfmpegHeaders("Input #0, asf, from 'x':\n", 'asf')).toThrow('no audio stream');
    expect(() => parseFfmpegHeaders('x: Invalid data', 'asf')).toThrow('cannot be opened');
  });
});

describe.skipIf(!hasShared('data/recordings'))('the reference recordings (skipped without ../shared/data)', () => {
  it.each([['recording_01.wav', 2591474, 44100, 2], ['recording_02.mp3', 2866364, 44100, 1], ['recording_04.flac', 3195362, 48000, 1]] as const)('%s has %d samples', async (name, samples, rate, channels) => {
    const audio = await decodeFile(`${SHARED}data/recordings/${name}`, { ffmpegPath: null });
    expect([audio.channels[0]!.length, audio.sampleRateHz, audio.channels.length, audio.warnings]).toEqual([samples, rate, channels, []]);
    expect(audio.probe.durationSec).toBeCloseTo(samples / rate, 9);
  });
  it.skipIf(!ffmpegThere)('recording_03.m4a (skipped without ffmpeg)', async () => {
    const audio = await decodeFile(`${SHARED}data/recordings/recording_03.m4a`);
    expect(Math.abs(audio.channels[0]!.length - 2966519)).toBeLessThanOrEqual(9); // the edit list says 2966519; ffmpeg 5.1 leaves 9 more
  });
});
