import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../test/make-audio.js';
import { ingestRecordings } from './ingest/ingest-recordings.js';
import type { Language } from './language.js';
import { formatTrainingList } from './list/format-training-list.js';
import { planLists } from './list/plan-lists.js';
import { sliceRecordings } from './cut/slice-recordings.js';
import { assignTranscripts } from './transcript/assign-transcripts.js';
import { parseLjspeechMetadata } from './transcript/parse-ljspeech-metadata.js';
import { readTranscripts } from './transcript/read-transcripts.js';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const present = existsSync(join(data, 'recordings', 'segments.tsv'));

/** Ingested once a folder: measuring takes most of the time. */
const known = new Map<string, ReturnType<typeof ingestRecordings>>();

async function build(recordingsDir: string, clipsDir: string, language: Language, withWords = true) {
  const ingested = await (known.get(recordingsDir) ?? known.set(recordingsDir, ingestRecordings({ recordingsDir })).get(recordingsDir)!);
  const { recordings } = ingested;
  const sources = withWords ? await readTranscripts({ recordings, recordingsDir, language }) : { cues: {}, texts: [], findings: [] };
  const sliced = await sliceRecordings({ recordings, recordingsDir, clipsDir, sources });
  const assigned = assignTranscripts({ clips: sliced.clips, sources, language });
  const lists = planLists({ clips: sliced.clips, transcripts: assigned.transcripts, recordings, speaker: 'lj', language });
  return { ...ingested, sources, sliced, assigned, lists };
}
const ljWords = async () => new Map(parseLjspeechMetadata(await readFile(join(data, 'ljspeech', 'metadata.csv'), 'utf8')).entries.map((e) => [e.id, e.text]));

describe.skipIf(!present)('real recordings (skipped where ../shared/data is not present)', () => {
  it('ends at least 30 of 32 utterances in clips of 3 to 10 s with exactly their words, no speech cut by more than 50 ms', () => withFolder(async (dir) => {
    const { recordings, assigned, sliced, lists } = await build(join(data, 'recordings'), dir, 'en');
    expect(recordings.map((r) => [r.path, r.format, r.kept])).toEqual([['recording_01.wav', 'wav', true], ['recording_02.mp3', 'mp3', true], ['recording_03.m4a', 'm4a', true], ['recording_04.flac', 'flac', true]]);
    const words = await ljWords();
    const clips = new Map(sliced.clips.map((c) => [c.id, c]));
    const spoken = assigned.transcripts.map((t) => ({ text: t.text, clip: clips.get(t.clip)! }));
    const rows = (await readFile(join(data, 'recordings', 'segments.tsv'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split('\t'));
    const segments = rows.map(([recording = '', id = '', start, end]) => ({ recording, id, startSec: Number(start), endSec: Number(end) }));
    const good = segments.filter(({ recording, id, startSec, endSec }) => spoken.some(({ text, clip }) => {
      const inside = segments.filter((s) => s.recording === recording && s.startSec >= clip.startSec - 0.05 && s.endSec <= clip.endSec + 0.05);
      const others = segments.filter((s) => s.recording === recording && !inside.includes(s) && s.startSec < clip.endSec - 0.05 && s.endSec > clip.startSec + 0.05);
      const lengthSec = clip.endSec - clip.startSec;
      return clip.recordingPath.startsWith(recording) && clip.startSec <= startSec + 0.05 && clip.endSec >= endSec - 0.05 && lengthSec >= 3 && lengthSec <= 10
        && others.length === 0 && inside.some((s) => s.id === id) && text === inside.map((s) => words.get(s.id)).join(' ');
    }));
    expect(segments).toHaveLength(32);
    expect(good.length).toBeGreaterThanOrEqual(30);
    expect(sliced.dropped).toEqual([]);
    expect(lists.train.length + lists.valid.length + lists.test.length).toBe(assigned.transcripts.length);
    expect(lists.splitBy).toBe('clip');
    const files = new Set(await readdir(dir));
    for (const part of [lists.train, lists.valid, lists.test]) {
      for (const line of formatTrainingList(part, { form: 'upstream', clipsDir: dir }).trim().split('\n')) {
        const [wav = '', ...rest] = line.split('|');
        expect(rest).toHaveLength(3);
        expect(files.has(wav.slice(dir.length + 1))).toBe(true);
      }
    }
  }), 180_000);
  it('slices the same recordings without their words, and says of each clip what would give it words', () => withFolder(async (dir) => {
    const { sliced, assigned } = await build(join(data, 'recordings'), dir, 'en', false);
    expect(new Set(sliced.clips.map((c) => c.recordingPath)).size).toBe(4);
    expect(sliced.clips.every((c) => c.cut === 'slicer' && c.endSec - c.startSec <= 10.000001)).toBe(true);
    expect(assigned.withoutText).toHaveLength(sliced.clips.length);
    expect(assigned.withoutText[0]?.reason).toMatch(/no words are known; give recording_01\.srt with times/);
  }), 180_000);
  it('makes each LJSpeech file one clip with its words', () => withFolder(async (dir) => {
    const { sliced, assigned, lists } = await build(join(data, 'ljspeech'), dir, 'en');
    const words = await ljWords();
    const clips = new Map(sliced.clips.map((c) => [c.id, c]));
    expect(assigned.transcripts.map((t) => [clips.get(t.clip)?.recordingPath, clips.get(t.clip)?.cut, t.text])).toEqual([...words].map(([id, text]) => [`wavs/${id}.wav`, 'whole', text]));
    expect(lists.splitBy).toBe('recording');
    expect(lists.test.length).toBeGreaterThanOrEqual(3);
  }), 180_000);
  it('gives the Mandarin clips their words from a list', () => withFolder(async (dir) => {
    const { assigned, recordings } = await build(join(data, 'zh'), dir, 'zh');
    expect(recordings.filter((r) => r.kept)).toHaveLength(3);
    expect(assigned.transcripts.map((t) => [t.text, t.language])).toEqual([['希望你以后能够做的比我还好呦。', 'zh'], ['欢迎大家来体验达摩院推出的语音识别模型。', 'zh']]);
  }), 180_000);
});
