import { describe, expect, it } from 'vitest';
import { type Dnsmos, type DnsmosScore } from '../mos/dnsmos.js';
import { EvaluationReportSchema } from '../report/schema.js';
import { type SpeakerEncoder } from '../speaker/encoder.js';
import { recomputeVerdict } from '../report/recompute.js';
import { overallVerdict } from '../verdict.js';
import { evaluateVoice, type EvaluateVoiceOptions } from './evaluate-voice.js';
import { type Audio } from './measure-clip.js';

const RATE = 16_000;
/** A second and a half of a modulated tone; its pitch is what the encoder of this test hears. */
const voice = (pitchHz: number, level = 0.3, durationSec = 1.5): Audio => ({
  sampleRateHz: RATE,
  samples: Float32Array.from({ length: Math.round(durationSec * RATE) }, (_, n) => {
    const t = n / RATE;
    const quiet = t > durationSec - 0.15 ? 0.001 : level * (0.6 + 0.4 * Math.sin(2 * Math.PI * 5 * t));
    return quiet * Math.sin(2 * Math.PI * pitchHz * t);
  }),
});

/** Embeds a clip as an angle: 100 zero crossings a second are half a radian. */
const encoder: SpeakerEncoder = {
  model: { id: 'test-speaker', sha256: 'ab'.repeat(32) }, window: { samples: 25_600, sampleRateHz: 16_000 }, embedWindows: async () => { throw new Error('not asked for'); },
  embed: async (samples) => {
    let crossings = 0;
    for (let i = 1; i < samples.length; i += 1) crossings += samples[i]! >= 0 !== samples[i - 1]! >= 0 ? 1 : 0;
    const angle = (crossings / (samples.length / RATE) / 200);
    return Float32Array.of(Math.cos(angle), Math.sin(angle));
  },
  dispose: async () => undefined,
};
/** Scores loudness: peak 0.3 is 4. */
const dnsmos: Dnsmos = {
  model: { p835: { id: 'dnsmos-p835', sha256: 'cd'.repeat(32) }, p808: { id: 'dnsmos-p808', sha256: 'ef'.repeat(32) }, melVariant: 'librosa-0.8.1' },
  score: async (samples): Promise<DnsmosScore> => {
    const mos = Math.min(5, 4 * samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0) / 0.3);
    return { sig: mos, bak: mos, ovrl: mos, p808: mos, segments: [] };
  },
  dispose: async () => undefined,
};
const texts = ['one two three', 'four five six', 'seven eight nine', 'ten eleven twelve'];
const sentences = texts.map((text, i) => ({ id: `s${i + 1}`, text, language: 'en' }));
const base: EvaluateVoiceOptions = {
  sentences,
  synthesize: async (text) => ({ ...voice(200 + texts.indexOf(text)), elapsedSec: 0.3 * (texts.indexOf(text) + 1) }),
  speakerClips: [voice(198), voice(200), voice(206)],
  encoder,
  dnsmos,
  judged: true,
};
const metric = (report: Awaited<ReturnType<typeof evaluateVoice>>, id: string) => report.metrics.find((one) => one.id === id)!;

it('passes a voice that is near the speaker, and says what it did not measure', async () => {
  const report = await evaluateVoice(base);
  expect(EvaluationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(report.verdict).toBe('pass');
  expect(report.accounting).toEqual({ in: 4, scored: 4, failed: 0 });
  expect(metric(report, 'similarity')).toMatchObject({ model: 'test-speaker', n: 4, threshold: 0.75, direction: 'above', verdict: 'pass' });
  expect(metric(report, 'similarity').ceiling).toMatchObject({ n: 3 });
  expect(metric(report, 'mos')).toMatchObject({ title: 'MOS (DNSMOS P.808)', model: 'dnsmos-p808 (front end of librosa-0.8.1)', verdict: 'pass', n: 4 });
  expect(metric(report, 'naturalness')).toMatchObject({ value: null, interval: null, n: 0, verdict: 'not measured', reason: expect.stringContaining('UTMOS') as string });
  expect(metric(report, 'intelligibility')).toMatchObject({ value: null, verdict: 'not measured', reason: 'no speech recogniser was given' });
  expect(report.models.map(({ id }) => id)).toEqual(['test-speaker', 'dnsmos-p835', 'dnsmos-p808']);
  expect(report.speaker).toMatchObject({ in: 3, used: 3, problems: [], clips: [{ id: '#1' }, { id: '#2' }, { id: '#3' }] });
});

it('is the same for the same audio, whatever the clock says, outside `timing`', async () => {
  const [first, second] = await Promise.all([1, 9].map((slower) => evaluateVoice({ ...base, synthesize: async (...asked) => { const audio = await base.synthesize(...asked); return { ...audio, elapsedSec: audio.elapsedSec * slower }; } })));
  expect(JSON.stringify({ ...first, timing: null })).toBe(JSON.stringify({ ...second, timing: null }));
  expect(first!.timing).not.toEqual(second!.timing);
});

it('takes speed after warm-up, and holds it against its threshold apart from the rest', async () => {
  const report = await evaluateVoice(base);
  expect(report.timing).toMatchObject({ warmUpRtf: 0.2, p50: 0.6, rtf: { value: 0.6, n: 3, verdict: 'pass' } });
  const slow = await evaluateVoice({ ...base, synthesize: async (text) => ({ ...voice(200 + texts.indexOf(text)), elapsedSec: 6 }) });
  expect([slow.verdict, slow.timing.rtf.verdict, overallVerdict(slow)]).toEqual(['pass', 'fail', 'fail']);
  const clockless = await evaluateVoice({ ...base, synthesize: async (text) => ({ ...voice(200 + texts.indexOf(text)), elapsedSec: NaN }) });
  expect(clockless.timing).toMatchObject({ rtf: { value: null, verdict: 'not measured', reason: 'no time was given' }, p50: null, p95: null });
});

it('fails a voice that is another speaker, with the value in the reason', async () => {
  const report = await evaluateVoice({ ...base, synthesize: async () => ({ ...voice(420), elapsedSec: 1 }) });
  expect(report.verdict).toBe('fail');
  expect(metric(report, 'similarity')).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/^-?0\.\d+ is not > 0\.75$/) as string });
});

it('scores the real recording of a sentence with the same models, without its own place in the middle', async () => {
  const real = [voice(190), voice(200), voice(230)];
  const report = await evaluateVoice({ ...base, sentences: real.map((clip, i) => ({ ...sentences[i]!, real: clip })), speakerClips: real });
  // the angle of a pitch is proportional to it; leave-one-out of the third is the distance from the middle of the first two
  expect(report.sentences[2]!.real!.similarity!).toBeCloseTo(Math.cos((230 - 195) * 2 / 200), 2);
  expect(metric(report, 'similarity').ceiling).toEqual({ value: expect.any(Number) as number, n: 3, p10: null });
  expect(metric(report, 'mos').ceiling!.value).toBeCloseTo(4, 1);
  expect(report.figures.map(({ id, ceiling }) => [id, ceiling!.n])).toEqual([['ovrl', 3], ['sig', 3], ['bak', 3]]);
});

it('takes the ceiling from the speaker’s clips too, none twice, and DNSMOS of twelve at most', async () => {
  const clips = Array.from({ length: 30 }, (_, i) => ({ ...voice(190 + i), id: `c${i}` }));
  const alone = await evaluateVoice({ ...base, speakerClips: clips });
  expect([metric(alone, 'similarity').ceiling!.n, metric(alone, 'mos').ceiling!.n]).toEqual([30, 12]);
  const beside = await evaluateVoice({ ...base, speakerClips: clips, sentences: sentences.map((sentence, i) => ({ ...sentence, real: voice(190 + i) })) });
  expect([metric(beside, 'similarity').ceiling!.n, metric(beside, 'mos').ceiling!.n]).toEqual([30, 12]);
  const withoutEncoder = await evaluateVoice({ sentences, synthesize: base.synthesize, dnsmos, speakerClips: clips.slice(0, 3), judged: true });
  expect(metric(withoutEncoder, 'mos').ceiling).toMatchObject({ n: 3 });
});

it('has no ceiling of similarity for one clip alone: there is nothing to leave it out of', async () => {
  const report = await evaluateVoice({ ...base, speakerClips: [voice(200)] });
  expect(metric(report, 'similarity')).toMatchObject({ ceiling: null, n: 4 });
});

describe('a sentence that fails is returned with its code', () => {
  const outcomes: Record<string, () => Promise<Audio & { elapsedSec: number }>> = {
    [texts[0]!]: async () => { throw Object.assign(new Error('engine said 400'), { code: 'CLIENT_HTTP' }); },
    [texts[1]!]: async () => ({ samples: new Float32Array(16_000), sampleRateHz: 16_000, elapsedSec: 1 }),
    [texts[2]!]: async () => undefined as never,
  };
  const synthesize: EvaluateVoiceOptions['synthesize'] = (text, signal, sentence) => (outcomes[text] ?? (() => base.synthesize(text, signal, sentence)))();

  it('and counted; the verdict fails on delivery', async () => {
    const report = await evaluateVoice({ ...base, synthesize });
    expect(report.accounting).toEqual({ in: 4, scored: 1, failed: 3 });
    expect(report.sentences.map(({ state, error }) => [state, error?.code ?? null])).toEqual([['failed', 'CLIENT_HTTP'], ['failed', 'EVAL_OUTPUT_FAULTY'], ['failed', 'EVAL_SYNTHESIS_FAILED'], ['scored', null]]);
    expect(report.sentences[1]!.findings).toEqual([expect.objectContaining({ code: 'OUTPUT_ENGINE_ERROR', level: 'reject' })]);
    expect(metric(report, 'delivery')).toMatchObject({ value: 0.25, n: 4, interval: null, verdict: 'fail' });
    expect(metric(report, 'similarity')).toMatchObject({ n: 1, interval: null, reason: 'one sentence only: no interval' });
    expect(report.verdict).toBe('fail');
    EvaluationReportSchema.parse(report);
  });

  it('also when all do: nothing is measured, nothing is NaN', async () => {
    const report = await evaluateVoice({ ...base, synthesize: () => Promise.reject(new Error('down')) });
    expect(report).toMatchObject({ verdict: 'fail', accounting: { in: 4, scored: 0, failed: 4 } });
    expect(metric(report, 'mos')).toMatchObject({ value: null, verdict: 'not measured', reason: 'no sentence gave usable audio' });
    expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
    EvaluationReportSchema.parse(report);
  });
});

it('does not judge a stand-in', async () => {
  const report = await evaluateVoice({ ...base, judged: false, synthesize: async () => ({ ...voice(420), elapsedSec: 9 }) });
  expect([report.verdict, overallVerdict(report)]).toEqual(['stand-in: not judged', 'stand-in: not judged']);
  expect(report.metrics.filter(({ value }) => value !== null).map(({ verdict }) => verdict)).toEqual(['not judged', 'not judged', 'not judged']);
});

it('measures nothing without models or sentences, and says why', async () => {
  const bare = await evaluateVoice({ sentences, synthesize: base.synthesize, judged: true });
  expect([bare.verdict, bare.metrics.map(({ verdict }) => verdict)]).toEqual(['not measured', ['not measured', 'not measured', 'not measured', 'not measured', 'pass']]);
  expect(metric(bare, 'similarity').reason).toBe('no speaker model was given');
  const none = await evaluateVoice({ ...base, sentences: [] });
  expect([none.verdict, none.metrics.map(({ verdict }) => verdict)]).toEqual(['not measured', Array(5).fill('not measured')]);
  expect(metric(none, 'mos').reason).toBe('there was no sentence to speak');
});

it('keeps what one model cannot score as a problem of that sentence', async () => {
  const shy: Dnsmos = { ...dnsmos, score: async () => { throw new Error('out of memory'); } };
  const silent = { samples: new Float32Array(RATE), sampleRateHz: RATE, id: 'clip-7' };
  const broken: SpeakerEncoder = { ...encoder, embed: async (samples, rate) => { if (samples === silent.samples) throw Object.assign(new Error('silent'), { code: 'EVAL_CLIP_SILENT' }); return encoder.embed(samples, rate); } };
  const report = await evaluateVoice({ ...base, dnsmos: shy, encoder: broken, speakerClips: [...base.speakerClips!, silent] });
  expect(report.sentences[0]).toMatchObject({ state: 'scored', scores: { p808: null }, problems: [{ measure: 'dnsmos', message: 'out of memory' }] });
  expect(report.speaker).toMatchObject({ in: 4, used: 3 });
  expect(report.speaker.problems.map(({ id, measure, code }) => [id, measure, code])).toEqual([['clip-7', 'similarity', 'EVAL_CLIP_SILENT'], ...['#1', '#2', '#3', 'clip-7'].map((id) => [id, 'dnsmos', 'EVAL_MEASURE_FAILED'])]);
  expect(metric(report, 'mos')).toMatchObject({ value: null, reason: 'the P.808 model gave no value' });
});

it('measures intelligibility in words or characters, never below 0', async () => {
  const heard: Record<string, string> = { 'one two three': 'one two three', '您好吗': '您号吗', 'four five six': 'a b c d e f g h' };
  const report = await evaluateVoice({
    ...base,
    sentences: [['one two three', 'en'], ['您好吗', 'zh'], ['four five six', 'en']].map(([text, language], i) => ({ id: `s${i}`, text: text!, language: language! })),
    synthesize: async () => ({ ...voice(200), elapsedSec: 1 }),
    transcribe: (() => { let i = 0; return async () => ({ text: Object.values(heard)[i++]!, model: 'test-asr' }); })(),
  });
  expect(report.sentences.map(({ scores }) => scores!.intelligibility)).toEqual([1, expect.closeTo(2 / 3, 5), 0]);
  expect(metric(report, 'intelligibility')).toMatchObject({ model: 'test-asr', n: 3, verdict: 'fail' });
});

it('says when the interval holds the threshold, and when real recordings do not reach it', async () => {
  const levels = [0.2, 0.34, 0.24, 0.33];
  const report = await evaluateVoice({ ...base, synthesize: async (text) => ({ ...voice(200, levels[texts.indexOf(text)]), elapsedSec: 1 }), sentences: sentences.map((sentence) => ({ ...sentence, real: voice(200, 0.22) })) });
  expect(metric(report, 'mos').reason).toMatch(/the interval spans the threshold: more sentences would settle it; real recordings reach 3\.\d+, so the threshold is beyond the material$/);
});

it('stops when aborted, with the signal’s reason, and reports progress before', async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  const run = evaluateVoice({ ...base, signal: controller.signal, onProgress: ({ done, total, note }) => { seen.push(`${done}/${total} ${note}`); if (done === 2) controller.abort(new Error('enough')); } });
  await expect(run).rejects.toThrow('enough');
  expect(seen).toEqual(['1/4 s1', '2/4 s2']);
});

it.each(['synthesize', 'score', 'embed', 'transcribe'])('does not take an abort during %s for a failure of the sentence', async (where) => {
  const controller = new AbortController();
  const abort = async (): Promise<never> => { controller.abort(new Error('enough')); throw new Error('the operation was aborted'); };
  const run = evaluateVoice({
    ...base, sentences: [sentences[0]!], signal: controller.signal,
    ...(where === 'synthesize' ? { synthesize: abort } : where === 'score' ? { dnsmos: { ...dnsmos, score: abort }, speakerClips: [] } : where === 'embed' ? { encoder: { ...encoder, embed: abort } } : { transcribe: abort }),
  });
  await expect(run).rejects.toThrow('enough');
});

it('hands over the audio of every sentence that has some', async () => {
  const kept: string[] = [];
  await evaluateVoice({ ...base, onAudio: (id, { samples }) => void kept.push(`${id} ${samples.length}`) });
  expect(kept).toEqual(['s1 24000', 's2 24000', 's3 24000', 's4 24000']);
});

it.each([
  [{ sentences: [sentences[0]!, sentences[0]!] }, 'sentences must have ids of their own'],
  [{ thresholds: { mos: NaN } }, 'the threshold of mos must be finite, got NaN'],
  [{ thresholds: { moss: 3 } as never }, 'unknown threshold moss; known are similarity, mos'],
])('refuses misuse %#', async (wrong, message) => {
  await expect(evaluateVoice({ ...base, ...wrong })).rejects.toThrow(message);
});

describe('a report', () => {
  it.each([
    ['sound', base],
    ['with failures', { ...base, synthesize: (async (text, ...rest) => (text === texts[1] ? Promise.reject(new Error('no')) : base.synthesize(text, ...rest))) as typeof base.synthesize }],
    ['with ceilings from sentences and clips', { ...base, speakerClips: Array.from({ length: 14 }, (_, i) => voice(196 + i)), sentences: sentences.map((one, i) => ({ ...one, real: voice(190 + i) })) }],
    ['of a stand-in', { ...base, judged: false }],
    ['of nothing', { ...base, sentences: [] }],
  ] as const)('%s is judged anew from its JSON to the same values and verdicts', async (_, options) => {
    const report = EvaluationReportSchema.parse(JSON.parse(JSON.stringify(await evaluateVoice(options))));
    const again = recomputeVerdict(report);
    expect(again.metrics).toEqual(report.metrics);
    expect(again.rtf).toEqual(report.timing.rtf);
    expect([again.verdict, again.withSpeed]).toEqual([report.verdict, overallVerdict(report)]);
  });
  it('that was tampered with does not come out the same', async () => {
    const report = await evaluateVoice(base);
    const better = { ...report, sentences: report.sentences.map((one) => ({ ...one, scores: { ...one.scores!, similarity: 0.2 } })) };
    expect(recomputeVerdict(better).verdict).toBe('fail');
  });
});

it('is the same whatever the number of workers, and keeps them busy', async () => {
  let now = 0, most = 0;
  const synthesize: EvaluateVoiceOptions['synthesize'] = async (text, ...rest) => {
    most = Math.max(most, (now += 1));
    await new Promise((go) => setImmediate(go));
    now -= 1;
    return base.synthesize(text, ...rest);
  };
  const one = await evaluateVoice({ ...base, synthesize });
  expect(most).toBe(1);
  const three = await evaluateVoice({ ...base, synthesize, workers: 3 });
  expect(most).toBe(3);
  expect(three).toEqual(one);
  await expect(evaluateVoice({ ...base, workers: 0 })).rejects.toThrow('workers must be a positive integer, got 0');
});

it('gives up on a sentence that hangs, tells the engine so, and goes on', async () => {
  let told: unknown;
  const report = await evaluateVoice({ ...base, timeoutMs: 20, synthesize: (text, signal, sentence) => (text === texts[0] ? new Promise(() => signal.addEventListener('abort', () => { told = signal.reason; })) : base.synthesize(text, signal, sentence)) });
  expect(report.sentences.map(({ error }) => error?.code ?? null)).toEqual(['EVAL_SYNTHESIS_TIMEOUT', null, null, null]);
  expect(told).toMatchObject({ code: 'EVAL_SYNTHESIS_TIMEOUT' });
});

it('takes other rates for what they are, and senseless ones for a fault', async () => {
  const rates = [8000, 48_000, 1e9, 44_100];
  const report = await evaluateVoice({ ...base, synthesize: async (text) => {
    const sampleRateHz = rates[texts.indexOf(text)]!;
    const seconds = 1.5, from = voice(200);
    return { sampleRateHz, samples: sampleRateHz > 1e6 ? from.samples : Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, n) => from.samples[Math.floor((n * RATE) / sampleRateHz)]!), elapsedSec: 0.3 };
  } });
  expect(report.sentences.map(({ state, durationSec }) => [state, durationSec === null ? null : Math.round(durationSec * 10) / 10])).toEqual([['scored', 1.5], ['scored', 1.5], ['failed', 0], ['scored', 1.5]]);
  expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
});

it('measures naturalness by prosody against five clips or more, and by UTMOS where that is given', async () => {
  const syllables = (pitchHz: number, rate = 4): Audio => ({ sampleRateHz: RATE, samples: Float32Array.from({ length: 3 * RATE }, (_, n) => 0.4 * (0.05 + Math.max(0, Math.sin((2 * Math.PI * rate * n) / RATE))) * Math.sin((2 * Math.PI * pitchHz * n) / RATE)) });
  const speakerClips = [190, 195, 200, 205, 210, 215].map((pitch) => syllables(pitch));
  const own = await evaluateVoice({ ...base, speakerClips, synthesize: async () => ({ ...syllables(203), elapsedSec: 1 }) });
  const high = await evaluateVoice({ ...base, speakerClips, synthesize: async () => ({ ...syllables(330), elapsedSec: 1 }) });
  expect(metric(own, 'naturalness')).toMatchObject({ title: 'Naturalness (prosody overlap with the speaker)', model: expect.stringContaining('prosody overlap') as string, n: 4, verdict: 'pass' });
  expect(metric(own, 'naturalness').ceiling).toMatchObject({ n: 6 });
  expect(metric(high, 'naturalness')).toMatchObject({ verdict: 'fail' });
  const utmos = { model: { id: 'utmos22-strong', sha256: 'aa'.repeat(32) }, score: async () => 3.4, dispose: async () => undefined };
  const predicted = await evaluateVoice({ ...base, speakerClips, utmos, synthesize: async () => ({ ...syllables(330), elapsedSec: 1 }) });
  expect(metric(predicted, 'naturalness')).toMatchObject({ title: 'Naturalness ((UTMOS − 1) ÷ 4)', model: 'utmos22-strong', value: 0.6, verdict: 'fail' });
  expect(predicted.figures.at(-1)).toMatchObject({ id: 'utmos', value: 3.4, n: 4 });
});
