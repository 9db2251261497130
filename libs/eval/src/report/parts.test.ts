import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compareRuns } from './compare-reports.js';
import { encodePng } from './encode-png.js';
import { countEdits, renderAlignment } from './render-alignment.js';
import { renderComparisonPage } from './render-comparison.js';
import { renderSweepSection } from './render-sweep.js';
import { type ClipScores, evaluationReportJsonSchema } from './schema.js';
import { renderSpectrogram } from './spectrogram.js';

const scores = (similarity: number | null): ClipScores => ({ similarity, sig: null, bak: null, ovrl: null, p808: null, utmos: null, naturalness: null, intelligibility: null });

it('publishes the schema that the report is checked with (npm run schema -w @voxtune/eval writes it)', () => {
  expect(JSON.parse(readFileSync(new URL('../../schema/evaluation-report.schema.json', import.meta.url), 'utf8'))).toEqual(JSON.parse(JSON.stringify(evaluationReportJsonSchema())));
});

describe('aligned differences', () => {
  it.each([
    ['thank you for calling', 'thank for calling us', 'en', 'thank <del title="not heard">you</del> for calling <ins title="heard instead">us</ins>', { hits: 3, substitutions: 0, insertions: 1, deletions: 1 }],
    ['hold the line', 'fold a line', 'en', '<del title="not heard">hold the</del> <ins title="heard instead">fold a</ins> line', { hits: 1, substitutions: 2, insertions: 0, deletions: 0 }],
    ['您好，欢迎', '您号欢迎', 'zh', '您<del title="not heard">好</del><ins title="heard instead">号</ins>欢迎', { hits: 3, substitutions: 1, insertions: 0, deletions: 0 }],
    ['a <b>', '', 'en', '<del title="not heard">a b</del>', { hits: 0, substitutions: 0, insertions: 0, deletions: 2 }],
  ] as const)('%s | %s', (reference, hypothesis, language, html, edits) => {
    expect(renderAlignment(reference, hypothesis, language)).toBe(html);
    expect(countEdits(reference, hypothesis, language)).toEqual(edits);
  });
});

describe('pictures', () => {
  it('are PNG that inflates to the rows that went in', () => {
    const width = 300, height = 260, indices = Uint8Array.from({ length: width * height }, (_, i) => i % 7);
    const png = Buffer.from(encodePng(indices, width, height, Array.from({ length: 7 }, (_, i) => [i, i, i] as const)));
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const at = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))); // checks the Adler sum too
    expect(rows).toHaveLength((width + 1) * height);
    expect(rows.subarray(1, 5)).toEqual(Buffer.from([0, 1, 2, 3]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  });
  it('show the pitch as lines, as high as it is, and nothing for a clip too short', () => {
    const tone = (hz: number) => ({ sampleRateHz: 16_000, samples: Float32Array.from({ length: 16_000 }, (_, n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / 16_000)) });
    const heightOf = (hz: number): number => Number(/points="[\d.]+,([\d.]+)/.exec(renderSpectrogram(tone(hz), 'x', 1))![1]);
    expect(heightOf(120)).toBeCloseTo(64 * (1 - Math.log(2) / Math.log(10)), 0);
    expect(heightOf(240)).toBeCloseTo(64 * (1 - Math.log(4) / Math.log(10)), 0);
    expect(renderSpectrogram({ sampleRateHz: 16_000, samples: new Float32Array(300).fill(0.1) }, 'x', 1)).toBe('');
  });
});

it('the sweep is a heat map with pick and runner-up', () => {
  const entries = [[2, 2, 0.5, 2], [2, 4, 0.9, 8], [4, 2, 0.7, 8], [4, 4, 0.6, 2]].map(([gptEpoch, sovitsEpoch, merit, sentences]) => ({ gptEpoch: gptEpoch!, sovitsEpoch: sovitsEpoch!, merit: merit!, sentences: sentences!, failed: 0 }));
  const { html } = renderSweepSection({ pick: { gptEpoch: 2, sovitsEpoch: 4 }, runnerUp: { gptEpoch: 4, sovitsEpoch: 2 }, why: 'because <', sweep: { rule: 'rule', entries } });
  expect(html.match(/<td class="num heat"/g)).toHaveLength(4);
  expect(html).toContain('--heat:100%" title="8 sentences, 0 failed">0.900 <b>★ pick</b>');
  expect(html).toContain('0.700 <b>runner-up</b>');
  expect(html).toContain('because &#60;');
});

describe('two runs', () => {
  const first = [0.5, 0.6, 0.7, 0.8].map((value, i) => ({ id: `s${i}`, text: `text ${i} </script>`, scores: scores(value) }));
  const second = [...first.map((one, i) => ({ ...one, scores: i === 3 ? null : scores(one.scores.similarity! + 0.1) })), { id: 'new', text: '', scores: scores(1) }];
  it('are paired by sentence; what only one has, or failed in one, is not compared', () => {
    const { rows, pairs, unpaired } = compareRuns(first, second);
    expect(rows).toMatchObject([{ measure: 'similarity', n: 3, mean: expect.closeTo(0.1, 9) as number, better: 'second', wins: 3 }]);
    expect([pairs.length, unpaired]).toEqual([4, { first: [], second: ['new'] }]);
    expect(compareRuns([], [])).toEqual({ rows: [], pairs: [], unpaired: { first: [], second: [] } });
  });
  it('are heard blind: sides and order follow the seed, names stay out of the trials, text cannot end the script', () => {
    const page = (seed: number): string => renderComparisonPage(compareRuns(first, second), { firstName: 'Vorher </script>', secondName: 'Nachher', seed, audio: (id, system) => `data:audio/wav;base64,${Buffer.from(`${id}-${system}`).toString('base64')}` });
    const html = page(1);
    expect(html.match(/class="trial"/g)).toHaveLength(4);
    expect([html.match(/<script[ >]/g), html.match(/<\/script>/g)].map((tags) => tags?.length)).toEqual([10, 10]); // eight sounds, what gives them to the players, and the comparison's own
    expect(html).not.toMatch(/https?:/);
    expect(new Set([1, 2, 3, 4].map(page)).size).toBe(4);
    expect(page(1)).toBe(html);
    const trials = html.split('class="trial"').slice(1);
    for (const trial of trials) expect(trial.split('<p id="tally"')[0]).not.toMatch(/Vorher|Nachher/);
  });
});
