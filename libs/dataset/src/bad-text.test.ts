// Words as they come: too long, in any form, in any order. Nothing is lost, and nothing takes for ever.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../test/any-text.js';
import { planPreflight } from './list/plan-preflight.js';
import { planLists } from './list/plan-lists.js';
import type { ClipEntry, TranscriptEntry } from './manifest.js';
import { countPhones } from './sounds/count-phones.js';
import { checkTexts } from './text/check-texts.js';
import { gatherSources } from './transcript/gather-sources.js';
import { parseTranscriptFile, TRANSCRIPT_EXTENSIONS } from './transcript/read-transcript-file.js';

const clip = (at: number): ClipEntry => ({ v: 1, id: `c${at}`, path: `clips/c${at}.wav`, recordingId: `r${at % 50}`, recordingPath: `${at % 50}.wav`, startSec: at * 6, endSec: at * 6 + 5, cut: 'cues', measurements: null, findings: [], kept: true, reason: null });
const words = (c: ClipEntry, text: string): TranscriptEntry => ({ v: 1, clip: c.id, text, language: 'zh', source: 'import', from: 'a.list:1', confidence: null, findings: [] });

describe('a transcript of 5 000 characters', () => {
  const text = '您好请问有什么可以帮您的吗'.repeat(385).slice(0, 5000);
  it('is read whole, is found out as a loop, and the trainers’ silent drop of it is foretold', () => {
    expect(parseTranscriptFile('a.list', `a.wav|s|ZH|${text}\n`, '')!.texts[0]!.text).toBe(text);
    const codes = checkTexts([{ clip: 'c', text, language: 'zh', durationSec: 5 }]).byClip.get('c')!.map(({ code }) => code);
    expect(codes).toContain('TEXT_REPEATS');
    const { train } = planLists({ clips: [clip(0)], transcripts: [words(clip(0), text)], recordings: [], speaker: 's', language: 'zh' });
    expect(planPreflight({ utterances: train, phonesOf: (u) => countPhones(u.text, u.language) }).drops).toMatchObject([{ clip: 'c0', trainer: 's1', rule: 'phones', value: 10_000 }]);
  });
});

describe('any file', () => {
  it('never throws, whatever its name says it is', () => {
    const broken = fc.oneof(anyText(), fc.json(), fc.constantFrom('[{"data":{}}]', '[{"data":{"audio":"a.wav"},"annotations":[{"result":[{"type":"textarea","value":{"text":[3]}}]}]}]', 'File type = "ooTextFile"\n"TextGrid"\n0 1 <exists> 99999999\n', '{"type":"MonoCut","supervisions":[{}]}', '1\t2\t3\n\\\t1\t2\n', '"a","b\n', 'file_name,text\n"', '{"segments":[{"start":"x","end":null,"text":1}]}'));
    fc.assert(fc.property(fc.constantFrom(...TRANSCRIPT_EXTENSIONS, 'text'), broken, (kind, text) => {
      const content = parseTranscriptFile(kind === 'text' ? 'text' : `a${kind}`, text, ' ', { segments: text, 'wav.scp': text, 'recordings.jsonl': text });
      for (const { cues } of content?.cues ?? []) for (const { startSec, endSec } of cues) expect(endSec >= startSec && startSec >= 0).toBe(true);
      for (const { line } of content?.problems ?? []) expect(line).toBeGreaterThan(0);
    }), { numRuns: 600 });
  });
  it('keeps or reports each row of a table', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z\t]{1,8}$/), { maxLength: 20 }), (lines) => {
      const rows = lines.filter((line) => line.trim() !== '');
      const { texts, problems } = parseTranscriptFile('a.tsv', `path\ttext\n${rows.join('\n')}`, ' ')!;
      expect(texts.length + problems.filter(({ used }) => !used).length).toBe(rows.length);
    }));
  });
});

describe('a list of 10 000 lines', () => {
  const lines = Array.from({ length: 10_000 }, (_, at) => `/old/root/rec ${at}.wav|ann|ZH|您好，这是第${at}句话，请问有什么可以帮您？`);
  it('is read, matched and split with every line in one place', () => {
    const content = parseTranscriptFile('big.list', lines.join('\r\n'), '')!;
    const { texts, findings } = gatherSources(Array.from({ length: 10_000 }, (_, at) => ({ id: `r${at}`, path: `rec ${at}.wav`, kept: true, sha256: `${at}` })), [{ file: 'big.list', folder: undefined, content }]);
    expect(texts).toHaveLength(10_000);
    expect(findings.find(({ code }) => code === 'TRANSCRIPT_MOVED')).toMatchObject({ level: 'note', value: '/old/root', message: expect.stringContaining('10000 paths') as string });
    const clips = texts.map((_, at) => clip(at));
    const lists = planLists({ clips, transcripts: texts.map(({ text }, at) => words(clips[at]!, text)), recordings: [], speaker: 's', language: 'zh' });
    expect(lists.train.length + lists.valid.length + lists.test.length + lists.dropped.length).toBe(10_000);
    expect(lists.splitBy).toBe('recording');
  });
});
