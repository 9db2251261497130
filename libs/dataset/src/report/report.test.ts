import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipEntry, RecordingEntry, TranscriptEntry } from '../manifest.js';
import { planLists } from '../list/plan-lists.js';
import { countBins, renderDurationHistogram } from './duration-histogram.js';
import { findNeeds } from './find-needs.js';
import { escapeHtml } from './escape-html.js';
import { renderDatasetSection } from './render-dataset-section.js';
import { summarizeDataset } from './summarize-dataset.js';
import { anyText } from '../../test/any-text.js';

const nasty = `<script>alert("1")</script>'&|\n`;
const recording = (id: string, more: Partial<RecordingEntry> = {}): RecordingEntry => ({ v: 1, id, path: `${id}.wav`, format: 'wav', codec: 'pcm_s16le', sampleRateHz: 44_100, channels: 1, durationSec: 60, sha256: id, measurements: null, findings: [], kept: true, reason: null, ...more });
const clip = (id: string, more: Partial<ClipEntry> = {}): ClipEntry => ({ v: 1, id, path: `clips/${id}.wav`, recordingId: 'r1', recordingPath: nasty, startSec: 1, endSec: 5.5, cut: 'cues', measurements: null, findings: [], kept: true, reason: null, ...more });
const words = (id: string): TranscriptEntry => ({ v: 1, clip: id, text: nasty, language: 'en', source: 'import', from: `${nasty}.srt:1`, confidence: null, findings: [{ code: 'X', level: 'warning', message: nasty, value: null }] });
const recordings = [recording('r1', { path: nasty }), recording('r2', { kept: false, reason: nasty, durationSec: null, format: null, codec: null })];
const clips = [clip('c1'), clip('c2', { kept: false, reason: 'noisy' }), clip('c3', { endSec: 21, cut: 'slicer' })];
const transcripts = [words('c1')];
const lists = planLists({ clips, transcripts, recordings: [], speaker: 's', language: 'en' });
const parts = { recordings, clips, transcripts, lists, clipsDropped: [{ id: 'd', reason: nasty }], withoutText: [{ id: 'c3', reason: nasty }], findings: [{ code: 'Y', level: 'reject' as const, message: nasty, value: null }] };

describe('renderDatasetSection', () => {
  const { id, title, html } = renderDatasetSection(parts);
  it('shows what came in, what was kept and why not the rest', () => {
    expect([id, title]).toEqual(['dataset', 'Data']);
    for (const part of ['<b>1 of 2</b>', '<h3>Recordings</h3>', '<h3>Clips</h3>', '<svg', '<h3>Words</h3>', '<h3>Training lists</h3>', '<h3>Findings</h3>', 'noisy', 'Not made into clips: 2', 'Clips without words: 1', 'Not in a list: 2']) expect(html).toContain(part);
  });
  it('escapes what users write, everywhere', () => {
    expect(html).not.toMatch(/<script|alert\("1"\)/);
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(9);
  });
  it('closes every element that it opens, with no script and no address', () => {
    const open: string[] = [];
    for (const [, close, name = '', self] of html.matchAll(/<(\/?)([a-z0-9]+)[^<>]*?(\/?)>/g)) {
      if (self === '/') continue;
      if (close === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
    expect(html).not.toMatch(/https?:|NaN|undefined|null/);
  });
  it('shows all of many findings and clips, folded', () => {
    const many = Array.from({ length: 150 }, (_, i) => i);
    const page = renderDatasetSection({ recordings, clips: many.map((i) => clip(`c${i}`)), transcripts: many.map((i) => words(`c${i}`)), findings: many.map((i) => ({ code: 'Z', level: 'note', message: `m${i}.`, value: null })) }).html;
    expect(page).toContain('140 more of Z');
    expect(page).toContain('<summary>50 more</summary>');
    for (const i of many) expect(page).toContain(`m${i}.`);
  });
  it('renders what there is when a run has not come far', () => {
    expect(renderDatasetSection({ recordings: [] }).html).toContain('The folder holds no recordings.');
    expect(renderDatasetSection({ recordings, clips: [], transcripts: [] }).html).toContain('No clip was cut.');
  });
});

describe('summarizeDataset', () => {
  it('adds up what was kept and names what was not', () => {
    expect(summarizeDataset(parts)).toMatchObject({
      recordings: { in: 2, kept: { count: 1, durationSec: 60 }, dropped: [{ id: 'r2.wav', reason: nasty }] },
      clips: { kept: { count: 2, durationSec: 24.5 }, byCut: { cues: 1, slicer: 1, whole: 0 }, shortestSec: 4.5, medianSec: 12.25, longestSec: 20, dropped: [{ id: 'd' }, { id: 'c2', reason: 'noisy' }] },
      transcripts: { count: 1, bySource: { import: 1, asr: 0, person: 0 }, byLanguage: { en: 1 } },
      lists: { train: { count: 1, durationSec: 4.5 }, splitBy: 'none' },
      findings: { X: 1, Y: 1 },
    });
    expect(summarizeDataset({ recordings: [] })).toMatchObject({ clips: null, transcripts: null, lists: null });
  });
});

describe('findNeeds', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => recording(`m${i}`));
  const longEnough = { ...lists, train: Array.from({ length: 12 }, () => ({ ...lists.train[0]!, durationSec: 5 })), valid: lists.train };
  it('is silent where enough was recorded and has its words', () => {
    expect(findNeeds({ recordings: many(20), clips, transcripts, lists: longEnough })).toEqual([]);
    expect(findNeeds({ recordings: many(20) })).toEqual([]);
  });
  it('says how much more must be recorded, and what has no words', () => {
    const speech = { code: 'SPEECH_WITHOUT_WORDS', message: '9.0 s have none', value: 9 } as const;
    const needs = findNeeds({ ...parts, findings: [{ ...speech, level: 'note', file: 'a.wav' }, { ...speech, level: 'warning' }] });
    expect(needs.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'reject: Too little to train on: 4.5 s, and the engine asks for a minute at least. Add 56 s of speech and more, with its words.',
      'warning: 1 of the 20 recordings that are asked for: record 19 more of 10 s to 5 min.',
      'warning: Words: 9.0 s have none.',
      'warning: Words of 1 clip, 20.0 s: give them a transcript, or have them recognised.',
      'warning: Clips to validate and test with: none is held out, so nothing tells an over-trained voice from a good one.',
    ]);
    expect(renderDatasetSection(parts).html).toContain('<h3>What is missing</h3><ul><li class="bad">Too little');
  });
  it('shows beside a recording what later stages found of it', () => {
    const { html: page } = renderDatasetSection({ recordings: [recording('r1')], findings: [{ code: 'CHANNEL_CHOSEN', level: 'note', message: 'r1.wav: left: as told', value: 'left', file: 'r1.wav' }] });
    expect(page).toContain('<span class="chip muted">left: as told</span></td>');
  });
});

describe('renderDurationHistogram', () => {
  it('counts each length once', () => {
    expect(countBins([0, 0.99, 1, 9.99, 10, 55], 1, 11)).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), fc.integer({ min: 1, max: 30 }), (values, bins) => {
      expect(countBins(values, 1, bins).reduce((a, b) => a + b, 0)).toBe(values.length);
    }));
  });
  it('marks the lengths that were not asked for', () => {
    const svg = renderDurationHistogram([2, 5, 12]);
    expect(svg.match(/fill="var\(--warn\)"/g)).toHaveLength(2);
    expect(svg.match(/fill="var\(--accent\)"/g)).toHaveLength(1);
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that HTML reads', () => {
    fc.assert(fc.property(anyText(), (text) => { expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/); }));
  });
});
