// Clips without known words are heard by the recogniser that voxtune.yaml names.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { corpusErrorRate } from '@voxtune/text';
import { cli, hasShared, lastJson, REPOSITORY, SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

type Transcript = { clip: string; text: string; source: string; from: string; confidence: number | null };
const transcripts = async (path: string) => (await readFile(join(path, 'work/transcripts.jsonl'), 'utf8')).trim().split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Transcript);
const withCommand = async (path: string, command: readonly string[]) => {
  const file = join(path, 'voxtune.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}\n${stringify({ transcribe: { command } })}`);
};
const hasPocketsphinx = ['pocketsphinx_continuous', 'ffmpeg'].every((program) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined);

it('hears what has no words; a clip that the recogniser dies on is listed, the others go on', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 4), transcripts: null });
  const script = join(parent, 'hear.mjs');
  await writeFile(script, `
    import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(join(parent, 'calls'))}, process.argv[2] + '\\n');
    const n = [...process.argv[2]].reduce((sum, c) => sum + c.codePointAt(0), 0);
    if (process.env.DIE_ON && process.argv[2].includes(process.env.DIE_ON)) process.kill(process.pid, 'SIGSEGV');
    console.log(JSON.stringify({ text: 'Clip number ' + n + ' says hello.', confidence: 0.75 }));
  `);
  await withCommand(path, [process.execPath, script, '{wav}']);
  const first = await run(path, ['--until', 'slice']);
  expect(first.code).toBe(0);
  const clips = (await readFile(join(path, 'work/clips.jsonl'), 'utf8')).trim().split('\n').map((l) => (JSON.parse(l) as { id: string }).id);
  const [victim] = clips as [string];
  const crashed = await run(path, ['--until', 'list'], { env: { DIE_ON: victim } });
  expect(crashed.code, crashed.stdout.slice(-1500)).toBe(0);
  const { dropped, kept } = stageOf(crashed.outcome, 'transcribe');
  expect(dropped).toMatchObject([{ id: victim, reason: expect.stringMatching(/SIGSEGV/) as string }]);
  expect(kept).toBe(clips.length - 1);
  for (const { source, from, confidence, text } of await transcripts(path)) expect([source, from.length > 0, confidence, /^Clip number \d+ says hello\.$/.test(text)]).toEqual(['asr', true, 0.75, true]);
  const before = (await readFile(join(parent, 'calls'), 'utf8')).trim().split('\n').length;
  const again = await run(path, ['--until', 'list', '--from', 'transcribe', '--force']);
  expect(stageOf(again.outcome, 'transcribe').kept).toBe(clips.length);
  expect((await readFile(join(parent, 'calls'), 'utf8')).trim().split('\n').length - before).toBe(clips.length);
}, 120_000);

it('a recogniser that is not installed stops the run before anything is lost: exit 4', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 2), transcripts: null });
  await withCommand(path, ['no-such-recogniser', '{wav}']);
  const { code, outcome } = await run(path);
  expect([code, outcome.error?.code]).toEqual([4, 'DATASET_ASR_MISSING']);
}, 60_000);

it.skipIf(!hasShared || !hasPocketsphinx)('pocketsphinx hears LJSpeech (skipped without ../shared, pocketsphinx or ffmpeg)', async ({ annotate }) => {
  const parent = await temporaryFolder();
  const recordings = join(parent, 'recordings');
  await mkdir(recordings);
  const names = ['LJ001-0002', 'LJ001-0004', 'LJ001-0008', 'LJ001-0012', 'LJ001-0016', 'LJ001-0022'];
  for (const name of names) await cp(join(SHARED, 'data/ljspeech/wavs', `${name}.wav`), join(recordings, `${name}.wav`));
  const path = await demoVoice(parent, { recordings, transcripts: null });
  await withCommand(path, [process.execPath, join(REPOSITORY, 'examples/recognisers/pocketsphinx.mjs'), '{wav}']);
  const { code, outcome } = await run(path, ['--until', 'transcribe']);
  expect(code).toBe(0);
  const clips = (await readFile(join(path, 'work/clips.jsonl'), 'utf8')).trim().split('\n').map((l) => JSON.parse(l) as { id: string; recordingPath: string; startSec: number });
  const words = new Map((await readFile(join(SHARED, 'data/ljspeech/metadata.csv'), 'utf8')).trim().split('\n').map((l) => l.split('|') as [string, string]));
  const heard = new Map((await transcripts(path)).map((t) => [t.clip, t.text]));
  const pairs = names.map((name) => ({ reference: words.get(name)!, hypothesis: clips.filter((c) => c.recordingPath === `${name}.wav`).sort((a, b) => a.startSec - b.startSec).map((c) => heard.get(c.id) ?? '').join(' ') }));
  const { micro } = corpusErrorRate(pairs, { language: 'en' });
  await annotate(`pocketsphinx on ${names.length} LJSpeech clips: WER ${micro.wer.toFixed(3)}, CER ${micro.cer.toFixed(3)}`);
  expect(stageOf(outcome, 'transcribe').kept).toBeGreaterThan(0);
  expect(micro.wer).toBeLessThan(0.9); // words of these sentences, not noise; the recogniser is no good for more
}, 240_000);

const SPEAKER = join(SHARED, 'models/speaker-ge2e/ge2e.onnx');
it.skipIf(!hasShared || !hasPocketsphinx || !existsSync(SPEAKER))('what the speaker says in no cue is cut and heard; without a recogniser it is told (skipped without ../shared, pocketsphinx or ffmpeg)', async ({ annotate }) => {
  const parent = await temporaryFolder();
  const recordings = join(parent, 'recordings');
  await mkdir(recordings);
  await cp(join(SHARED, 'data/recordings/recording_01.wav'), join(recordings, 'long.wav'));
  const cues = (await readFile(join(SHARED, 'data/recordings/recording_01.srt'), 'utf8')).replaceAll('\r', '').trim().split('\n\n');
  await writeFile(join(recordings, 'long.srt'), `${cues.slice(0, 4).join('\n\n')}\n`); // of eight utterances the last four have no words
  const beyond = (await readFile(join(SHARED, 'data/recordings/segments.tsv'), 'utf8')).trim().split('\n').map((line) => line.split('\t')).filter(([recording]) => recording?.startsWith('recording_01')).slice(4).map((fields) => ({ startSec: Number(fields.at(-2)), endSec: Number(fields.at(-1)) }));
  const made = await cli(['init', 'half', '--dir', parent, '--recordings', recordings, '--language', 'en', '--enrolment', join(SHARED, 'data/ljspeech/wavs/LJ001-0030.wav'), '--models', join(SHARED, 'models'), '--json']);
  const { path } = lastJson<{ path: string }>(made);
  const clipsOf = async () => (await readFile(join(path, 'work/clips.jsonl'), 'utf8')).trim().split('\n').map((l) => JSON.parse(l) as { id: string; cut: string; kept: boolean; startSec: number; endSec: number });
  const silent = await run(path, ['--until', 'slice']);
  expect(silent.code, silent.stderr).toBe(0);
  expect((await clipsOf()).map(({ cut }) => cut)).toEqual(['cues', 'cues', 'cues', 'cues']);
  const told = stageOf(silent.outcome, 'slice').dropped.filter(({ reason }) => reason.includes('the speaker’s, but'));
  expect(told.length).toBeGreaterThan(0);
  await withCommand(path, [process.execPath, join(REPOSITORY, 'examples/recognisers/pocketsphinx.mjs'), '{wav}']);
  const heard = await run(path, ['--until', 'transcribe']);
  expect(heard.code, heard.stderr).toBe(0);
  const words = new Map((await transcripts(path)).map((t) => [t.clip, t]));
  const clips = (await clipsOf()).filter(({ kept }) => kept);
  expect(clips.filter(({ cut }) => cut === 'cues').map(({ id }) => words.get(id)?.source)).toEqual(['import', 'import', 'import', 'import']);
  const wordless = clips.filter(({ cut }) => cut === 'slicer');
  expect(wordless.map(({ id }) => words.get(id)?.source)).toEqual(wordless.map(() => 'asr'));
  const covered = beyond.map(({ startSec, endSec }) => wordless.reduce((sum, clip) => sum + Math.max(0, Math.min(clip.endSec, endSec) - Math.max(clip.startSec, startSec)), 0) / (endSec - startSec));
  for (const share of covered) expect(share).toBeGreaterThan(0.9);
  const { micro } = corpusErrorRate([{ reference: cues.slice(4).map((cue) => cue.split('\n').slice(2).join(' ')).join(' '), hypothesis: wordless.map(({ id }) => words.get(id)?.text ?? '').join(' ') }], { language: 'en' });
  await annotate(`pocketsphinx on what no cue covers, ${wordless.length} clips: WER ${micro.wer.toFixed(3)}, ${(100 * Math.min(...covered)).toFixed(0)} % of each utterance is in a clip`);
  expect(micro.wer).toBeLessThan(0.9); // words of these sentences, not noise
}, 240_000);
