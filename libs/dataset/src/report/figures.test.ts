import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipEntry, Utterance } from '../manifest.js';
import { diffDatasets, type DatasetRow } from './diff-datasets.js';
import { measureDataset } from './measure-dataset.js';
import { renderDropped, renderFigures } from './render-figures.js';

const row = (clip: string, more: Partial<DatasetRow> = {}): DatasetRow => ({ clip, recording: 'a.wav', split: 'train', durationSec: 2, language: 'en', text: 'hi', audio: 'x', ...more });

describe('diffDatasets', () => {
  it('tells what came, what went and what changed in what', () => {
    const diff = diffDatasets([row('a'), row('b'), row('c', { recording: 'old.wav' })], [row('a'), row('b', { text: 'ho', split: 'test' }), row('d', { recording: 'new.wav', durationSec: 3.5 })]);
    expect(diff).toMatchObject({ added: [{ clip: 'd' }], removed: [{ clip: 'c' }], changed: [{ clip: 'b', what: ['text', 'split'] }], unchanged: 1, seconds: { before: 6, after: 7.5 }, recordings: { added: ['new.wav'], removed: ['old.wav'] } });
  });
  it('accounts for every utterance of both', () => {
    const rows = fc.uniqueArray(fc.record({ clip: fc.constantFrom(...'abcdefgh'), text: fc.constantFrom('x', 'y'), split: fc.constantFrom('train' as const, 'test' as const) }), { selector: ({ clip }) => clip }).map((all) => all.map(({ clip, ...more }) => row(clip, more)));
    fc.assert(fc.property(rows, rows, (before, after) => {
      const { added, removed, changed, unchanged } = diffDatasets(before, after);
      expect([removed.length + changed.length + unchanged, added.length + changed.length + unchanged]).toEqual([before.length, after.length]);
      expect(diffDatasets(before, before)).toMatchObject({ added: [], removed: [], changed: [], unchanged: before.length });
    }));
  });
});

const utterance = (at: number): Utterance => ({ clip: `c${at}`, path: `clips/c${at}.wav`, recordingId: 'r', recordingPath: 'r.wav', durationSec: 1 + at, speaker: 's', language: 'en', text: `<b>${'a'.repeat(10)}</b>` });
const clip = (at: number): ClipEntry => ({ v: 1, id: `c${at}`, path: `clips/c${at}.wav`, recordingId: 'r', recordingPath: 'r.wav', startSec: 0, endSec: 1 + at, cut: 'whole', measurements: { loudnessLufs: -20 - at, snrDb: at === 0 ? null : 30 }, findings: [], kept: true, reason: null });
const lists = { train: [utterance(0), utterance(1), utterance(2), utterance(99)], valid: [], test: [], splitBy: 'none' as const, dropped: [], findings: [], notes: [], accounting: { in: 4, kept: 4, dropped: [], notes: [] } };

describe('measureDataset', () => {
  const figures = measureDataset({ parts: { recordings: [], clips: [0, 1, 2].map(clip), lists }, language: 'en', pronouncer: null });
  it('counts each utterance once where its figure is known, the outliers at the ends', () => {
    expect(figures.histograms.map(({ name, n, counts }) => [name, n, counts.reduce((sum, count) => sum + count, 0)])).toEqual([['length', 4, 4], ['loudness', 3, 3], ['SNR', 2, 2], ['pace', 4, 4]]);
    expect(figures.histograms[0]!.counts.at(-1)).toBe(1); // 100 s
  });
  it('tells the middle: of an even count the mean of the two in the middle', () => {
    expect(figures.histograms.map(({ name, median }) => [name, median])).toEqual([['length', 2.5], ['loudness', -21], ['SNR', 30], ['pace', 5]]); // 1, 2, 3 and 100 s; 12 letters in each
    expect(renderFigures(figures)[0]!.html).toContain('pace, characters a second: median 5.0, of 4');
  });
  it('says which clips the trainers would leave out', () => {
    expect(figures.preflight.drops.map(({ clip: id, trainer, rule }) => [id, trainer, rule])).toEqual([['c99', 's2', 'duration'], ['c99', 's1', 'tokens']]);
    expect(renderFigures(figures).find(({ id }) => id === 'preflight')!.html).toContain('GPT training uses 1350 at most');
  });
});

describe('renderDropped', () => {
  it('has a player where there is sound, and lets no markup through', () => {
    const { html } = renderDropped([{ id: '<i>', reason: 'a & b' }, { id: 'c', reason: 'noisy' }], (id) => (id === 'c' ? 'clips/c.wav?"' : null));
    expect(html).toContain('&lt;i&gt;');
    expect(html).toContain('src="clips/c.wav?&quot;"');
    expect(html.match(/<audio/g)).toHaveLength(1);
  });
  it('calls a stretch by its recording and its seconds, and unfolds what is much', () => {
    const id = 'r0123456789ab-0000032000-0000080000';
    const recordings = [{ v: 1 as const, id: 'r0123456789ab', path: 'a\n.wav', format: null, codec: null, sampleRateHz: null, channels: null, durationSec: null, sha256: '', measurements: null, findings: [], kept: true, reason: null }];
    const { html } = renderDropped(Array.from({ length: 101 }, () => ({ id, reason: 'a\\n.wav: another speaker' })), () => null, { recordings, clipRateHz: 32_000 });
    expect(html).toContain(`<td role="cell"><span title="${id}">a\\n.wav <span class="muted range">1.00–2.50 s</span></span></td><td role="cell" data-label="why">another speaker</td>`);
    expect(html).toContain('<summary>1 more</summary>');
    expect(html.match(/another speaker/g)).toHaveLength(101);
    expect(renderDropped([{ id, reason: 'b' }], () => null, { recordings: [], clipRateHz: 32_000 }).html).toContain(`>${id}</td>`);
  });
});
