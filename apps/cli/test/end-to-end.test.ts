// From a folder of recordings to a voice that speaks, as a user does it, with the stand-in engine.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { cli, hasShared, lastJson, processesWith, SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, stageOf } from './voices.js';

const lines = async (file: string) => (await readFile(file, 'utf8')).split('\n').filter((l) => l !== '');
const jsonl = async <T>(file: string) => (await lines(file)).map((l) => JSON.parse(l) as T);

describe('the demo', () => {
  it('becomes a published voice that speaks, and a second run changes nothing', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent);
    const first = await run(path);
    expect(first.code, first.stderr + first.stdout.slice(-2000)).toBe(0);
    for (const stage of first.outcome.stages) {
      if (stage.id === 'separate' || stage.id === 'denoise') { // off by default, and saying so
        expect(stage).toMatchObject({ state: 'skipped', reason: expect.stringMatching(/^off: /) as string });
        continue;
      }
      expect(stage.state, `${stage.id}: ${stage.reason}`).toBe('done');
      expect(stage.kept! + stage.dropped.length, stage.id).toBe(stage.in);
    }
    for (const file of ['train.list', 'valid.list', 'test.list']) {
      for (const line of await lines(join(path, 'work/lists', file))) {
        const fields = line.split('|');
        expect(fields).toHaveLength(4);
        expect(existsSync(fields[0]!), fields[0]).toBe(true);
      }
    }
    const voice = JSON.parse(await readFile(join(path, 'voice.json'), 'utf8')) as { engine: { kind: string }; notice: string; figures: { verdict: string }; weights: { gpt: { path: string } } };
    expect(voice).toMatchObject({ engine: { kind: 'stand-in' }, figures: { verdict: 'stand-in: not judged' } });
    expect(voice.notice).toMatch(/stand-in/);
    expect(existsSync(join(path, voice.weights.gpt.path))).toBe(true);
    const report = await readFile(join(path, 'work/report.html'), 'utf8');
    expect(report).toContain('stand-in engine');
    expect(report).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    const silent = report.replaceAll(/<script type="text\/plain" id="evaluation-sound-\d+" data-type="audio\/wav">[\w+/=]+<\/script>/g, ''); // sound, and the one script that gives it to the players
    expect([silent.length < report.length / 2, silent.match(/<script/g)?.length, silent.match(/src="(?!data:image)/g)]).toEqual([true, 1, null]);

    const second = await run(path);
    expect(second.code).toBe(0);
    expect(second.stdout).not.toContain('"event":"stage-start"');

    const again = await cli(['publish', path, '--force', '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout.split('\n').filter((l) => l.includes('"event":"stage-start"')).map((l) => (JSON.parse(l) as { stage: string }).stage)).toEqual(['publish']);
    expect(JSON.parse(await readFile(join(path, 'voice.json'), 'utf8'))).toEqual(voice);

    const listening = await cli(['listen', 'make', '--voice', path, '--anchor', '--out', join(parent, 'listening'), '--json']); // the held-out sentences beside their real recordings; the other clips of the voice were never asked for
    expect(listening.code, listening.stdout).toBe(0);
    const { systems, sentences, dropped } = lastJson<{ systems: { name: string; role: string }[]; sentences: number; dropped: { item: string; reason: string }[] }>(listening);
    expect(systems).toEqual([{ name: 'real', role: 'reference' }, { name: 'demo', role: 'system' }, { name: 'anchor', role: 'anchor' }]);
    expect(sentences).toBeGreaterThan(0);
    expect(new Set(dropped.map(({ item, reason }) => [/^en-\d\d$/.test(item), reason].join()))).toEqual(new Set(['true,not in real'])); // built-in sentences, which nobody recorded

    const wav = join(parent, 'hello.wav');
    const said = await cli(['say', path, 'Thank you for calling. How may I help you?', '-o', wav, '--json']);
    expect(said.code, said.stderr).toBe(0);
    const { durationSec, warnings } = lastJson<{ durationSec: number; warnings: string[] }>(said);
    expect(warnings.join()).toMatch(/stand-in/);
    const audio = decodeWav(await readFile(wav));
    expect(audio.channels[0]!.length / audio.sampleRateHz).toBeCloseTo(durationSec, 6);
    expect(durationSec).toBeGreaterThan(1);
    expect(audio.channels[0]!.some((x) => Math.abs(x) > 0.02)).toBe(true);
    expect(await processesWith(path)).toEqual([]);
  }, 240_000);

  it('is served over HTTP as the OpenAI clients ask for it', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent);
    expect((await run(path)).code).toBe(0);
    const { spawn } = await import('node:child_process');
    const { MAIN } = await import('./cli.js');
    const server = spawn(process.execPath, [MAIN, 'serve', path, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        server.stdout.setEncoding('utf8').once('data', (text: string) => resolve((JSON.parse(text) as { url: string }).url));
        server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
      });
      const voices = (await (await fetch(`${url}/v1/audio/voices`)).json()) as { voices: { id: string }[] };
      expect(voices.voices.map((v) => v.id)).toEqual(['demo']);
      const response = await fetch(`${url}/v1/audio/speech`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'voxtune', voice: 'demo', input: 'Good morning.', response_format: 'wav' }) });
      expect(response.status).toBe(200);
      expect(decodeWav(new Uint8Array(await response.arrayBuffer())).channels[0]!.some((x) => Math.abs(x) > 0.02)).toBe(true);
      const wav = join(parent, 'through-gateway.wav');
      const said = await cli(['say', path, 'Good morning.', '-o', wav, '--url', url, '--json']);
      expect(said.code, said.stderr).toBe(0);
    } finally {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    }
    expect(await processesWith(path)).toEqual([]);
  }, 240_000);
});

type Clip = { id: string; recordingPath: string; startSec: number; endSec: number; kept: boolean };
type Transcript = { clip: string; text: string };

describe.skipIf(!hasShared)('real recordings (skipped where ../shared is absent)', () => {
  it('accounts for all four recordings; clips hold exactly their words, with no speech cut off', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent, { recordings: join(SHARED, 'data/recordings'), transcripts: null });
    const { code, outcome, stdout } = await run(path, ['--until', 'list']);
    expect(code, stdout.slice(-2000)).toBe(0);
    const recordings = await jsonl<{ path: string; kept: boolean }>(join(path, 'work/recordings.jsonl'));
    expect(recordings.filter((r) => r.kept)).toHaveLength(4);
    const clips = new Map((await jsonl<Clip>(join(path, 'work/clips.jsonl'))).map((c) => [c.id, c]));
    const words = new Map((await lines(join(SHARED, 'data/ljspeech/metadata.csv'))).map((l) => [l.split('|')[0]!, l.split('|')[1]!]));
    const truth = (await lines(join(SHARED, 'data/recordings/segments.tsv'))).slice(1).map((l) => l.split('\t')).map(([recording, utterance, start, end]) => ({ recording: recording!, text: words.get(utterance!)!, start: Number(start), end: Number(end) }));
    let whole = 0;
    for (const { clip, text } of await jsonl<Transcript>(join(path, 'work/transcripts.jsonl'))) {
      const { recordingPath, startSec, endSec } = clips.get(clip)!;
      const inside = truth.filter((t) => recordingPath.startsWith(t.recording) && t.start < endSec && t.end > startSec);
      const complete = inside.every((t) => t.start >= startSec - 0.05 && t.end <= endSec + 0.05);
      if (complete && endSec - startSec >= 2.999 && endSec - startSec <= 10.001 && text === inside.map((t) => t.text).join(' ')) whole += inside.length;
    }
    expect(truth).toHaveLength(32);
    expect(whole).toBeGreaterThanOrEqual(30);
    expect(stageOf(outcome, 'list').kept).toBeGreaterThan(0);
  }, 240_000);

  it('reports similarity and DNSMOS of the recordings and of what was spoken, with models', async () => {
    const parent = await temporaryFolder();
    const path = await demoVoice(parent, { recordings: join(SHARED, 'data/recordings'), transcripts: null });
    const { code, stdout } = await run(path, ['--models', join(SHARED, 'models')]);
    expect(code, stdout.slice(-2000)).toBe(0);
    const voice = JSON.parse(await readFile(join(path, 'voice.json'), 'utf8')) as { figures: { metrics: { id: string; value: number | null; ceiling: { value: number } | number | null }[] } };
    for (const id of ['similarity', 'mos']) {
      const metric = voice.figures.metrics.find((m) => m.id.includes(id))!;
      expect(metric.value, id).toBeTypeOf('number');
      expect(metric.ceiling, id).not.toBeNull();
    }
  }, 400_000);

  it('cuts at silences without words and lists every clip as wordless, with what would give it words', async () => {
    const parent = await temporaryFolder();
    const { cp, mkdir } = await import('node:fs/promises');
    const folder = join(parent, 'no words');
    await mkdir(folder);
    for (const name of ['recording_01.wav', 'recording_04.flac']) await cp(join(SHARED, 'data/recordings', name), join(folder, name));
    const path = await demoVoice(parent, { recordings: folder, transcripts: null });
    const { code, outcome } = await run(path);
    expect(code).toBe(3);
    expect(outcome.error).toMatchObject({ code: 'CLI_NO_WORDS' });
    const transcribe = stageOf(outcome, 'transcribe');
    expect(transcribe.in).toBeGreaterThan(8);
    expect(transcribe.dropped).toHaveLength(transcribe.in!);
    expect(transcribe.dropped[0]!.reason).toMatch(/srt|transcripts?/i);
  }, 120_000);
});
