// Two-party calls against their truth: who speaks when is known to the millisecond, so each 10 ms that is kept is right or wrong.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile, decodeWav, resample } from '@voxtune/audio';
import { attributeSpeakers, chooseChannel, type ChannelMode } from '@voxtune/dataset';
import { createSpeakerEncoder } from '@voxtune/eval';
import { describe, expect, it } from 'vitest';
import { SHARED } from './cli.js';

const CALLS = join(SHARED, 'data/calls');
const MODEL = join(SHARED, 'models/speaker-ge2e/ge2e.onnx');
const present = existsSync(join(CALLS, 'turns.tsv')) && existsSync(MODEL);

/** Of the kept speech, the share that is the agent's alone; of the agent's own speech in stretches of 3 s and more, the share that is kept. */
function score(kept: readonly { startSec: number; endSec: number }[], turns: readonly { party: string; start: number; end: number }[], totalSec: number): { pure: number; found: number } {
  const frames = Math.floor(totalSec * 100);
  const mark = (spans: readonly { start: number; end: number }[]) => {
    const marks = new Uint8Array(frames);
    for (const { start, end } of spans) marks.fill(1, Math.round(start * 100), Math.min(frames, Math.round(end * 100)));
    return marks;
  };
  const [agent, other, taken] = [mark(turns.filter((t) => t.party === 'agent')), mark(turns.filter((t) => t.party !== 'agent')), mark(kept.map((k) => ({ start: k.startSec, end: k.endSec })))];
  let [speech, right, wanted, found] = [0, 0, 0, 0];
  for (let i = 0; i < frames; i += 1) if (taken[i] === 1 && agent[i]! + other[i]! > 0) { speech += 1; if (agent[i] === 1 && other[i] === 0) right += 1; }
  for (let i = 0; i < frames; i += 1) {
    let end = i;
    while (end < frames && agent[end] === 1 && other[end] === 0) end += 1;
    if (end - i >= 300) { wanted += end - i; found += taken.subarray(i, end).reduce((sum, one) => sum + one, 0); }
    i = Math.max(i, end);
  }
  return { pure: right / speech, found: found / wanted };
}

/** The agent as known from an enrolment clip, and who truly speaks when in a call. */
async function prepare() {
  const encoder = await createSpeakerEncoder({ model: MODEL });
  const known = decodeWav(await readFile(join(SHARED, 'data/ljspeech/wavs/LJ001-0030.wav')));
  const { samples: windowLength, sampleRateHz } = encoder.window;
  const speaker = { embed: (windows: readonly Float32Array[]) => encoder.embedWindows(windows), windowLength, sampleRateHz, enrolment: await encoder.embed(known.channels[0]!, known.sampleRateHz) };
  const rows = (await readFile(join(CALLS, 'turns.tsv'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split('\t'));
  const turnsOf = (file: string) => rows.filter(([recording]) => file.startsWith(recording!)).map(([, party = '', , start, end]) => ({ party, start: Number(start), end: Number(end) }));
  return { speaker, turnsOf, dispose: () => encoder.dispose() };
}

describe.skipIf(!present)('two-party calls (skipped where ../shared has no calls or speaker model)', () => {
  it('keeps 90 % of what the agent says alone, and 99 % of what is kept is the agent’s, on every call and on stereo mixed to mono', { timeout: 300_000 }, async () => {
    const { speaker, turnsOf, dispose } = await prepare();
    const { sampleRateHz } = speaker;
    const runs: [string, ChannelMode, string][] = [['call_01.wav', 'auto', 'mix'], ['call_02.mp3', 'auto', 'left'], ['call_02.mp3', 'mix', 'mix'], ['call_03.flac', 'auto', 'mix'], ['call_04.m4a', 'auto', 'mix']];
    for (const [file, mode, expected] of runs) {
      const audio = await decodeFile(join(CALLS, file));
      const choice = await chooseChannel(audio, mode, speaker);
      expect(choice.channel, file).toBe(expected);
      const { kept, chosenBy } = await attributeSpeakers({ samples: resample(choice.samples, audio.sampleRateHz, sampleRateHz), ...speaker, otherSide: choice.otherSide === null ? undefined : resample(choice.otherSide, audio.sampleRateHz, sampleRateHz) });
      const turns = turnsOf(file);
      const { pure, found } = score(kept, turns, audio.channels[0]!.length / audio.sampleRateHz);
      expect(chosenBy).toBe('enrolment');
      expect(pure, `${file} ${choice.channel}: share of the kept speech that is the agent's (found ${found.toFixed(3)})`).toBeGreaterThanOrEqual(0.99);
      expect(found, `${file} ${choice.channel}: share of the agent's speech that is kept (pure ${pure.toFixed(4)})`).toBeGreaterThanOrEqual(0.9);
    }
    await dispose();
  });
  it('chooses the agent among the voices of a diarization: as much is found and as pure with turns that are right to 0.1 s and make two voices of each speaker', { timeout: 300_000 }, async () => {
    const { speaker, turnsOf, dispose } = await prepare();
    const { sampleRateHz } = speaker;
    for (const file of ['call_01.wav', 'call_02.mp3', 'call_03.flac', 'call_04.m4a']) {
      const audio = await decodeFile(join(CALLS, file));
      const truth = turnsOf(file);
      const middle = audio.channels[0]!.length / audio.sampleRateHz / 2;
      const turns = truth.map(({ party, start, end }, i) => ({ speaker: (party === 'agent' ? 2 : 0) + (start < middle ? 0 : 1), startSec: start + [0.1, -0.1, 0][i % 3]!, endSec: end + [-0.1, 0, 0.1][i % 3]! }));
      const { samples } = await chooseChannel(audio, 'mix', null);
      const { kept, speakers, similarity, nextSimilarity } = await attributeSpeakers({ samples: resample(samples, audio.sampleRateHz, sampleRateHz), ...speaker, turns });
      const { pure, found } = score(kept, truth, 2 * middle);
      const figures = `${file}: pure ${pure.toFixed(4)}, found ${found.toFixed(3)}, ${speakers} voices, similarity ${similarity?.toFixed(2)}, next ${nextSimilarity?.toFixed(2)}`;
      expect(pure, figures).toBeGreaterThanOrEqual(0.99);
      expect(found, figures).toBeGreaterThanOrEqual(0.9);
    }
    await dispose();
  });
});
