import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClipEntry } from '../manifest.js';
import { commandRecogniser, type Recogniser } from './command-recogniser.js';
import { parseRecognition } from './parse-recognition.js';
import { recogniseClips } from './recognise-clips.js';

let dir = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'recognise-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));
const node = (script: string, timeoutMs?: number) => commandRecogniser({ command: [process.execPath, '-e', script, '{wav}'], timeoutMs });
const clip = (id: string): ClipEntry => ({ v: 1, id, path: `clips/${id}.wav`, recordingId: 'r', recordingPath: 'r.wav', startSec: 0, endSec: 4, cut: 'slicer', measurements: null, findings: [], kept: true, reason: null });

describe('parseRecognition', () => {
  it.each([
    ['hello there\n', { text: 'hello there', confidence: null, language: null }],
    ['\ufeffone\r\n two \n\n', { text: 'one two', confidence: null, language: null }],
    ['{"text": "您好", "confidence": 0.9, "language": "zh"}', { text: '您好', confidence: 0.9, language: 'zh' }],
    ['{"text": "x", "confidence": 7, "language": "tlh"}', { text: 'x', confidence: null, language: null }],
    ['{not json}', { text: '{not json}', confidence: null, language: null }],
    ['', { text: '', confidence: null, language: null }],
  ])('reads %j', (output, expected) => expect(parseRecognition(output)).toEqual(expected));
  it('gives one line of any output', () => { fc.assert(fc.property(fc.string(), (output) => { expect(parseRecognition(output).text).not.toMatch(/[\r\n]/); })); });
});

describe('commandRecogniser', () => {
  it('passes the path as one argument, whatever is in it', async () => {
    const path = join(dir, 'a b"; echo $HOME \' 客服.wav');
    expect((await node('process.stdout.write(process.argv[1])').recognise(path)).text).toBe(path);
  });
  it.each([
    ['ends with a code', 'console.error("model missing"); process.exit(3)', undefined, /it ended with code 3 — model missing/],
    ['is killed', 'process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 1e5)', undefined, /it ended with SIGKILL/],
    ['never answers', 'setTimeout(() => {}, 1e5)', 300, /no answer within 0.3 s/],
    ['never stops talking', 'for (;;) { try { require("fs").writeSync(1, "x".repeat(1e5)); } catch { /* the pipe is full */ } }', undefined, /more than 1000000 characters/],
  ])('a program that %s fails with what it said', async (_, script, timeoutMs, message) => {
    await expect(node(script, timeoutMs).recognise('a.wav')).rejects.toMatchObject({ code: 'DATASET_ASR_FAILED', message: expect.stringMatching(message) as string });
  });
  it('a program that is not there is told apart', async () => {
    await expect(commandRecogniser({ command: [join(dir, 'none'), '{wav}'] }).recognise('a.wav')).rejects.toMatchObject({ code: 'DATASET_ASR_MISSING' });
  });
  it('ends with the signal', async () => {
    const controller = new AbortController();
    const heard = node('setTimeout(() => {}, 1e5)').recognise('a.wav', controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(heard).rejects.toThrow('enough');
  });
  it.each([[[]], [['asr']], [['', '{wav}']]])('refuses the command %j', (command) => expect(() => commandRecogniser({ command })).toThrow(TypeError));
});

describe('recogniseClips', () => {
  const recogniser: Recogniser = {
    id: 'toy',
    recognise: async (wav) => {
      if (wav.includes('crash')) throw new Error('segmentation fault');
      return { text: wav.includes('quiet') ? '...' : `words of ${wav.split('/').at(-1)}`, confidence: 0.5, language: null };
    },
  };
  it('gives each clip words or a reason, in order, whatever fails', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'crash1', 'crash2', 'quiet1', 'quiet2', 'd')), fc.integer({ min: 1, max: 4 }), async (ids, concurrency) => {
      const { transcripts, withoutText, accounting } = await recogniseClips({ clips: ids.map(clip), clipsDir: dir, recogniser, language: 'en', concurrency });
      expect(transcripts.map((t) => t.clip)).toEqual(ids.filter((id) => !/crash|quiet/.test(id)));
      expect(withoutText.map((w) => w.id)).toEqual(ids.filter((id) => /crash|quiet/.test(id)));
      expect(accounting.in).toBe(accounting.kept + accounting.dropped.length);
      for (const { source, from, confidence } of transcripts) expect([source, from, confidence]).toEqual(['asr', 'toy', 0.5]);
    }));
  });
  it('keeps what was heard: an interrupted run does not hear it again, another recogniser does', async () => {
    let calls = 0;
    const counting: Recogniser = { id: 'one', recognise: async () => ({ text: `heard ${(calls += 1)}`, confidence: null, language: null }) };
    const options = { clips: [clip('a'), clip('b')], clipsDir: dir, keepDir: join(dir, 'kept'), language: 'en' as const };
    const first = await recogniseClips({ ...options, recogniser: counting });
    await writeFile(join(dir, 'kept/b.json'), '{"text": "tor'); // as after a crash of the machine
    const second = await recogniseClips({ ...options, recogniser: counting });
    expect(calls).toBe(3);
    expect(second.transcripts[0]).toEqual(first.transcripts[0]);
    await recogniseClips({ ...options, recogniser: { ...counting, id: 'two' } });
    expect(calls).toBe(5);
    expect((await readdir(join(dir, 'kept'))).sort()).toEqual(['a.json', 'b.json']);
    expect(await readFile(join(dir, 'kept/a.json'), 'utf8')).toContain('"by":"two"');
  });
  it('stops when the recogniser cannot be started at all', async () => {
    await expect(recogniseClips({ clips: [clip('a')], clipsDir: dir, recogniser: commandRecogniser({ command: [join(dir, 'none'), '{wav}'] }), language: 'en' })).rejects.toMatchObject({ code: 'DATASET_ASR_MISSING' });
  });
});
