// The law of every measure: a finite number, null, or an error with a name. Never NaN, never a number that was not measured.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import * as evaluation from './index.js';
import { utmosSession } from '../test/sessions.js';

const shared = fileURLToPath(new URL('../../../../shared/models', import.meta.url));
const RATES = [4000, 8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000, 384_000];

/** Sound of every kind that breaks measures; its length follows the rate, so that no case takes long. */
const audio = (): fc.Arbitrary<{ readonly kind: string; readonly samples: Float32Array; readonly sampleRateHz: number }> =>
  fc.record({
    kind: fc.constantFrom('empty', 'silence', 'below a bit', '10 ms', 'NaN', '+Infinity', '-Infinity', 'DC', 'square', 'beyond full scale', 'denormal', 'one click', 'noise', 'voice', 'half silence', 'stereo interleaved'),
    sampleRateHz: fc.constantFrom(...RATES), seconds: fc.constantFrom(0.001, 0.2, 0.25, 0.4, 1, 1.6, 2.5), at: fc.double({ min: 0, max: 0.999, noNaN: true }), seed: fc.integer({ min: 1, max: 2 ** 30 }),
  }).map(({ kind, sampleRateHz, seconds, at, seed }) => {
    const length = kind === 'empty' ? 0 : Math.round((kind === '10 ms' ? 0.01 : Math.min(seconds, sampleRateHz > 96_000 ? 0.4 : 2.5)) * sampleRateHz);
    let state = seed;
    const random = (): number => { state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff; return state / 0x40000000 - 1; };
    const voice = (n: number): number => 0.3 * Math.sin((2 * Math.PI * 140 * n) / sampleRateHz) * (0.6 + 0.4 * Math.sin((2 * Math.PI * 4 * n) / sampleRateHz));
    const of: Readonly<Record<string, (n: number) => number>> = {
      silence: () => 0, 'below a bit': (n) => (n % 2 === 0 ? 2e-5 : -2e-5), DC: () => 0.5, square: (n) => (Math.floor((n * 200) / sampleRateHz) % 2 === 0 ? 1 : -1), 'beyond full scale': (n) => 1e6 * voice(n), denormal: () => 1e-42,
      'one click': (n) => (n === Math.floor(at * length) ? 1 : 0), noise: () => 0.2 * random(), 'half silence': (n) => (n < length / 2 ? voice(n) : 0), 'stereo interleaved': (n) => (n % 2 === 0 ? voice(n) : -voice(n)),
    };
    const samples = Float32Array.from({ length }, (_, n) => (of[kind] ?? voice)(n));
    const broken = new Map([['NaN', NaN], ['+Infinity', Infinity], ['-Infinity', -Infinity]]).get(kind);
    if (broken !== undefined && length > 0) samples[Math.floor(at * length)] = broken;
    return { kind, samples, sampleRateHz };
  });

/** Every number in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return [...(value as Iterable<unknown>)].flatMap(numbersIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
/** A finite result, or null, or an error that says what is wrong. @returns what came of it */
async function lawful(measure: () => unknown): Promise<unknown> {
  let value: unknown;
  try {
    value = await measure();
  } catch (error) {
    const named = error instanceof RangeError || error instanceof TypeError || (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'hint' in error);
    expect(named && !/undefined|is not (a function|iterable)|Cannot read/.test((error as Error).message), String((error as Error)?.stack ?? error)).toBe(true);
    expect((error as Error).message.length).toBeGreaterThan(10);
    return error;
  }
  expect(value).not.toBeUndefined();
  for (const number of numbersIn(value)) expect(Number.isFinite(number), JSON.stringify(value)?.slice(0, 300)).toBe(true);
  return value;
}
/** Sound that no model may be asked about. */
const isUnusable = ({ kind, samples, sampleRateHz }: { readonly kind: string; readonly samples: Float32Array; readonly sampleRateHz: number }): boolean =>
  ['silence', 'below a bit', 'NaN', '+Infinity', '-Infinity', 'denormal'].includes(kind) || samples.length < 0.25 * sampleRateHz || !samples.some((sample) => Math.abs(sample) > 1 / 32_768);

describe('every measure of one clip', () => {
  it('prosody, faults, pace and what is made of them', { timeout: 120_000 }, async () => {
    const profile = evaluation.profileProsody(Array.from({ length: 6 }, (_, i) => ({ pitchSemitones: i, pitchSpreadSemitones: 2, syllablesPerSec: 4, pauseShare: 0.1, levelSpreadDb: 5 })))!;
    await fc.assert(fc.asyncProperty(audio(), fc.constantFrom('您好，欢迎致电', 'hello there', '', '…', '<b>'), async (clip, text) => {
      const { samples, sampleRateHz } = clip;
      const prosody = await lawful(() => evaluation.measureProsody(samples, sampleRateHz));
      if (isUnusable(clip)) expect(prosody).toBeInstanceOf(evaluation.EvalError);
      if (!(prosody instanceof Error)) await lawful(() => evaluation.compareProsody(prosody as evaluation.Prosody, profile));
      const findings = await lawful(() => evaluation.detectFaults(samples, sampleRateHz, { text, paceCharsPerSec: 5 }));
      if (isUnusable(clip)) expect((findings as { level: string }[]).map(({ level }) => level)).toEqual(['reject']);
      await lawful(() => evaluation.measurePace([{ text, samples, sampleRateHz }]));
    }), { numRuns: 80 });
  });

  it('UTMOS22, whatever the model answers, and naturalness', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(audio(), fc.oneof(fc.constantFrom(NaN, Infinity, -Infinity), fc.float({ noNaN: true, noDefaultInfinity: true })), async (clip, answer) => {
      const { samples, sampleRateHz } = clip;
      const asked: number[] = [];
      const utmos = await evaluation.createUtmos({ model: new Uint8Array(), openSession: utmosSession(answer, asked) });
      const score = await lawful(() => utmos.score(samples, sampleRateHz));
      if (isUnusable(clip)) expect([score instanceof evaluation.EvalError, asked]).toEqual([true, []]); // nothing was asked, nothing made up
      else if (!Number.isFinite(answer)) expect(score).toMatchObject({ code: 'EVAL_MODEL_OUTPUT' });
      else if (typeof score === 'number') await lawful(() => evaluation.naturalnessOfUtmos(score));
    }), { numRuns: 60 });
  });

  it('a whole evaluation, whatever comes back for whatever speaker', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(audio(), { maxLength: 3 }), fc.array(audio(), { maxLength: 6 }), fc.array(audio(), { maxLength: 2 }), fc.constantFrom(NaN, Infinity, -1, 0, 1), fc.constantFrom('', '…', 'hello', '您好'), async (spoken, clips, reals, elapsedSec, heard) => {
      const report = await evaluation.evaluateVoice({
        sentences: spoken.map((_, i) => ({ id: `s${i}`, text: i === 1 ? '…' : '您好，欢迎', language: 'zh', ...(reals[i] === undefined ? {} : { real: reals[i] }) })), judged: true, speakerClips: clips,
        synthesize: async (_t, _s, { id }) => ({ ...spoken[Number(id.slice(1))]!, elapsedSec }), transcribe: async () => ({ text: heard }),
      });
      for (const number of numbersIn(report)) expect(Number.isFinite(number)).toBe(true);
      expect(evaluation.EvaluationReportSchema.safeParse(report).success).toBe(true);
      for (const { value, reason, n } of [...report.metrics, report.timing.rtf]) if (value === null) expect([typeof reason, n]).toEqual(['string', 0]); // null has its reason
      for (const { state, error, scores } of report.sentences) expect(state === 'failed' ? error !== null && scores === null : scores !== null).toBe(true);
      const { html } = evaluation.renderEvaluationSection(report, { samples: (id) => spoken[Number(id.slice(1))], realSamples: (id) => reals[Number(id.slice(1))] });
      expect(html.replaceAll(/samples are NaN or infinit[ey]|samples that are NaN or infinite/g, '')).not.toMatch(/NaN|Infinity|undefined/);
      await lawful(() => evaluation.gateReport(report, evaluation.GATE_PROFILES.production, { strict: true }).checks.map(({ value }) => value));
    }), { numRuns: 40 });
  });

  describe.skipIf(!existsSync(`${shared}/dnsmos`))('the real models (skipped without ../shared/models)', () => {
    const opened = Promise.all([evaluation.createDnsmos({ p808: `${shared}/dnsmos/model_v8.onnx`, p835: `${shared}/dnsmos/sig_bak_ovr.onnx` }), evaluation.createSpeakerEncoder({ model: `${shared}/speaker-ge2e/ge2e.onnx` })]).catch(() => null);
    afterAll(async () => { for (const model of (await opened) ?? []) await model.dispose(); });
    it('DNSMOS and speaker embeddings', { timeout: 300_000 }, async () => {
      const [dnsmos, encoder] = (await opened)!;
      await fc.assert(fc.asyncProperty(audio(), async (clip) => {
        const { samples, sampleRateHz } = clip;
        const score = await lawful(() => dnsmos.score(samples, sampleRateHz));
        const embedding = await lawful(() => encoder.embed(samples, sampleRateHz));
        if (isUnusable(clip)) expect([score, embedding].every((one) => one instanceof evaluation.EvalError)).toBe(true);
        if (embedding instanceof Float32Array) expect(evaluation.cosine(embedding, embedding)).toBeCloseTo(1, 5);
      }), { numRuns: 30 });
    });
  });
});

describe('every measure of numbers and words', () => {
  const numbers = (): fc.Arbitrary<number[]> => fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE)), { maxLength: 8 });
  it('statistics, similarity, error rates and speed', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(numbers(), numbers(), fc.double(), fc.double(), async (a, b, x, y) => {
      await lawful(() => evaluation.bootstrapMean(a, { resamples: 100 }));
      await lawful(() => evaluation.comparePaired(a, b, { resamples: 100 }));
      await lawful(() => evaluation.neededPairs(x, y));
      await lawful(() => evaluation.cosine(a, b));
      await lawful(() => evaluation.centroid([Float32Array.from(a), Float32Array.from(b)]));
      await lawful(() => evaluation.equalErrorRate(a, b));
      await lawful(() => evaluation.calibrateSimilarity(x, { genuine: y, impostor: a[0] ?? 0 }));
      await lawful(() => evaluation.realTimeFactor(x, y));
      await lawful(() => evaluation.summarizeSpeed(a.filter(Number.isFinite)));
      await lawful(() => evaluation.clipMerit({ similarity: Number.isFinite(x) ? x : null, p808: Number.isFinite(y) ? y : null, intelligibility: null }));
    }), { numRuns: 200 });
  });
  it('intelligibility, also of nothing said and nothing heard', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('zh', 'en', 'ja', 'ko', 'yue', 'xx'), async (said, heard, language) => {
      const share = await lawful(() => evaluation.measureIntelligibility(said, heard, language));
      if (typeof share === 'number') expect(share >= 0 && share <= 1).toBe(true);
      await lawful(() => evaluation.countEdits(said, heard, language));
      await lawful(() => evaluation.countSpokenCharacters(said));
    }), { numRuns: 80 });
    expect(evaluation.measureIntelligibility('', 'something', 'en')).toBeNull();
  });
  it('a speaker known by no clip, two runs with nothing in common, a clock that stands still', async () => {
    expect(() => evaluation.centroid([])).toThrow(RangeError);
    expect(evaluation.profileProsody([])).toBeNull();
    expect(evaluation.measurePace([])).toBeNull();
    expect(evaluation.compareRuns([], []).rows).toEqual([]);
    const { rows } = await evaluation.measureSpeed({ sentences: [{ id: 'a', text: 'x', language: 'en', group: 'g' }], clock: () => 0, speak: async (_, first) => { first(); return { durationSec: 0 }; } });
    expect(rows[0]!.rtf).toEqual({ p50: null, p95: null, p99: null });
    for (const number of numbersIn(rows)) expect(Number.isFinite(number)).toBe(true);
  });
});
