import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../test/any-text.js';
import { parseTranscriptFile } from '../transcript/read-transcript-file.js';
import type { ExportItem } from './export-item.js';
import { CORPUS_FORMATS, type CorpusFormat } from './format-corpus.js';
import { planExport } from './plan-export.js';

const item = (at: number, more: Partial<ExportItem> = {}): ExportItem => {
  const clip = `r0123456789ab-${String(at * 160_000).padStart(10, '0')}-${String(at * 160_000 + 64_000).padStart(10, '0')}`;
  return { clip, path: `clips/${clip}.wav`, recordingId: 'r0123456789ab', recordingPath: 'calls/a b.wav', durationSec: 2, speaker: 'ann', language: 'en', text: `words of ${at}`, startSec: at * 5, endSec: at * 5 + 2, split: 'train', ...more };
};
const plan = (format: CorpusFormat, items: readonly ExportItem[]) => planExport({ items, format, language: 'en', outDir: '/out', sampleRateHz: 32_000, recordingSec: new Map([['calls/a b.wav', 1000]]) });
const FORMATS = Object.keys(CORPUS_FORMATS) as CorpusFormat[];
const lostOf = (format: CorpusFormat, items: readonly ExportItem[]) => plan(format, items).lost.map(({ what }) => what);

describe('planExport', () => {
  it.each([
    ['jsonl', []], ['tsv', []], ['audiofolder', []], ['lhotse', []],
    ['list', ['recording']], ['guide-list', ['language', 'recording']], ['coqui', ['language', 'recording']], ['kaldi', ['language', 'split', 'recording']],
    ['ljspeech', ['speaker', 'language', 'split', 'recording']], ['lab', ['speaker', 'language', 'split', 'recording']], ['txt', ['speaker', 'language', 'split', 'recording']],
    ['labelstudio', ['speaker', 'language']], ['labelstudio-regions', ['language', 'split']],
    ['srt', ['speaker', 'language', 'split']], ['vtt', ['speaker', 'language', 'split']], ['textgrid', ['speaker', 'language', 'split']], ['audacity', ['speaker', 'language', 'split']],
  ] as const)('%s loses %j of plain utterances, and nothing else', (format, lost) => {
    expect(lostOf(format, [item(0), item(1, { split: 'test' }), item(2, { split: 'valid' })])).toEqual(lost);
  });
  it('brings every text back or counts it as lost, whatever it holds', () => {
    fc.assert(fc.property(fc.constantFrom(...FORMATS), fc.array(fc.oneof(anyText(), fc.constantFrom('a|b', 'x\ty', '"q"', '1', '42\n43', 'a --> b', '<i>hi</i>', '{\\an8}x', '00:00:01,000 --> 00:00:02,000', 'a & b &amp; c', "it's", '#x', '[1]', '-', 'WEBVTT', 'NOTE x')), { minLength: 1, maxLength: 5 }), (format, texts) => {
      const items = texts.map((text, at) => item(at, { text: text.trim() }));
      const { files, lost } = plan(format, items);
      const back = files.flatMap(({ path, text }) => { const content = parseTranscriptFile(path, text, ' '); return [...(content?.texts ?? []), ...(content?.cues ?? []).flatMap(({ cues }) => cues)].map(({ text: words }) => words); });
      const missing = items.filter(({ text }) => !back.includes(text)).length;
      expect(lost.find(({ what }) => what === 'text')?.count ?? 0).toBeGreaterThanOrEqual(missing);
      if (format === 'jsonl' || format === 'audiofolder' || format === 'lhotse') expect(missing).toBe(0);
    }), { numRuns: 400 });
  });
  it('says by how much times are off', () => {
    expect(plan('srt', [item(0, { startSec: 1.000_25, endSec: 3.000_25 })]).lost).toContainEqual({ what: 'times', count: 1, message: 'times: times are off by up to 0.250 ms' });
    expect(lostOf('textgrid', [item(0, { startSec: 1.000_25, endSec: 3.000_25 })])).not.toContain('times');
  });
  it('counts what overlaps in a TextGrid', () => {
    expect(plan('textgrid', [item(0), item(1, { startSec: 1, endSec: 3 }), item(2, { startSec: 2.2, endSec: 2.5 })]).lost.filter(({ what }) => what === 'times' || what === 'text')).toMatchObject([{ what: 'text', count: 1 }, { what: 'times', count: 1, message: expect.stringContaining('1000 ms') as string }]);
  });
  it('names the files of two recordings apart that differ only in their extension', () => {
    expect(plan('srt', [item(0), item(1, { recordingPath: 'calls/a b.mp3' })]).files.map(({ path }) => path)).toEqual(['calls/a b.wav.srt', 'calls/a b.mp3.srt']);
  });
  it('sorts Kaldi’s files in the C locale', () => {
    const { files } = plan('kaldi', [item(0, { speaker: 'é' }), item(1, { speaker: 'Z' }), item(2, { speaker: 'a' })]);
    expect(files.find(({ path }) => path === 'spk2utt')!.text.split('\n').map((line) => line.split(' ')[0])).toEqual(['Z', 'a', 'é', '']);
  });
  it('puts each clip’s audio where the files say it is', () => {
    for (const format of FORMATS) {
      const { files, audio } = plan(format, [item(0), item(1, { split: 'test' })]);
      if (CORPUS_FORMATS[format].audio === null) expect(audio).toEqual([]);
      else for (const { to } of audio) expect(files.some(({ path, text }) => text.includes(to) || `${path.slice(0, path.lastIndexOf('/') + 1)}` !== '' && to.startsWith(path.slice(0, path.lastIndexOf('/') + 1)) || /metadata\.csv$|\.txt$/.test(path))).toBe(true);
    }
  });
});
