import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FloatTensor, type OnnxSession } from '../onnx/session.js';
import { centroid, cosine } from './cosine.js';
import { GE2E_DESCRIPTOR, parseSpeakerDescriptor } from './descriptor.js';
import { createSpeakerEncoder } from './encoder.js';
import { planWindows } from './windows.js';

describe('cosine', () => {
  const vector = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 4, maxLength: 4 }).filter((v) => Math.hypot(...v) > 1e-3);
  it('is 1 with itself, −1 with its opposite, symmetric, and blind to length', () => {
    fc.assert(fc.property(vector, vector, (a, b) => {
      expect(cosine(a, a)).toBeCloseTo(1, 9);
      expect(cosine(a, a.map((x) => -x))).toBeCloseTo(-1, 9);
      expect(cosine(a, b)).toBe(cosine(b, a));
      expect(cosine(a.map((x) => x * 3), b)).toBeCloseTo(cosine(a, b), 9);
    }));
  });
  it('is the known angle', () => expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12));
  it.each([[[1], [1, 2]], [[], []], [[0, 0], [1, 0]], [[NaN, 1], [1, 0]]])('refuses %j and %j', (a, b) => {
    expect(() => cosine(a, b)).toThrow(RangeError);
  });
});

it('finds the middle of embeddings, at unit length', () => {
  expect([...centroid([Float32Array.of(1, 0), Float32Array.of(0, 1)])]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)]);
  expect(() => centroid([])).toThrow('centroid needs at least one embedding');
  expect(() => centroid([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toThrow(RangeError);
});

describe('windows', () => {
  it.each([[1, [0]], [25_600, [0]], [38_399, [0]], [38_400, [0, 12_800]], [51_200, [0, 12_800, 25_600]]])('of %i samples start at %j', (length, starts) => {
    expect(planWindows(length, 25_600, 12_800)).toEqual(starts);
  });
  it('are full, evenly spaced, and leave less than a hop over', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (length, window, hop) => {
      const starts = planWindows(length, window, hop);
      starts.forEach((start, i) => expect(start).toBe(i * hop));
      if (length >= window) {
        expect(starts.at(-1)! + window).toBeLessThanOrEqual(length);
        expect(starts.at(-1)! + window + hop).toBeGreaterThan(length);
      } else expect(starts).toEqual([0]);
    }));
  });
  it('refuses a fractional hop', () => expect(() => planWindows(10, 5, 0.5)).toThrow('hopSamples must be a positive integer, got 0.5'));
});

describe('the encoder, on a session of the test', () => {
  const fed: { dims: readonly number[]; data: Float32Array }[] = [];
  let released = 0;
  const session = (row: (window: Float32Array) => readonly number[], inputs: OnnxSession['inputs'] = [{ name: 'waveform', type: 'float32', shape: ['n', 't'] }]): OnnxSession => ({
    inputs,
    outputs: [{ name: 'embedding', type: 'float32', shape: ['n', 2] }],
    run: async ({ waveform }) => {
      const { data, dims } = waveform as FloatTensor;
      fed.push({ data, dims });
      const [rows, width] = dims as [number, number];
      return { embedding: { data: Float32Array.from(Array.from({ length: rows }, (_, i) => row(data.subarray(i * width, (i + 1) * width))).flat()), dims: [rows, 2] } };
    },
    release: async () => void (released += 1),
  });
  const create = (row: (window: Float32Array) => readonly number[]) => createSpeakerEncoder({ model: new Uint8Array(), descriptor: { embeddingLength: 2 }, openSession: async () => session(row) });
  const tone = (length: number): Float32Array => Float32Array.from({ length }, (_, n) => 0.5 * Math.sin(n / 9));

  it('fills a short clip with zeros, and averages the windows of a long one, run in batches', async () => {
    const encoder = await create((window) => [window[0]! + 1, window.at(-1) === 0 ? 1 : 0]);
    fed.length = 0;
    const short = await encoder.embed(tone(8000), 16_000);
    expect(fed.map(({ dims }) => dims)).toEqual([[1, 25_600]]);
    expect(fed[0]!.data.subarray(8000).every((sample) => sample === 0)).toBe(true);
    expect(short[0]).toBeCloseTo(Math.SQRT1_2, 6);
    fed.length = 0;
    const long = await encoder.embed(tone(25_600 + 12_800 * 19 + 5), 16_000);
    expect(fed.map(({ dims }) => dims[0])).toEqual([16, 4]);
    expect(Math.hypot(...long)).toBeCloseTo(1, 6);
    await encoder.dispose();
    expect(released).toBe(1);
  });

  it.each([
    ['EVAL_CLIP_EMPTY', new Float32Array(0), 16_000],
    ['EVAL_CLIP_SILENT', new Float32Array(16_000), 16_000],
    ['EVAL_CLIP_TOO_SHORT', tone(160), 16_000],
    ['EVAL_CLIP_NOT_FINITE', tone(16_000).fill(NaN, 5, 7), 16_000],
  ])('refuses a clip: %s', async (code, samples, rate) => {
    await expect((await create(() => [1, 0])).embed(samples, rate)).rejects.toMatchObject({ name: 'EvalError', code });
  });
  it.each([0, -1, NaN, 1e7])('refuses the rate %d', async (rate) => {
    await expect((await create(() => [1, 0])).embed(tone(16_000), rate)).rejects.toThrow(RangeError);
  });
  it.each([['NaN', () => [NaN, 1]], ['zeros', () => [0, 0]]] as const)('reports a model that gives %s', async (_, row) => {
    await expect((await create(row)).embed(tone(16_000), 16_000)).rejects.toMatchObject({ code: 'EVAL_MODEL_OUTPUT' });
  });

  it('names input, expected and found when the model is another one, and releases it', async () => {
    released = 0;
    const wrong = session(() => [1, 0], [{ name: 'feats', type: 'float32', shape: ['B', 'T', 80] }]);
    await expect(createSpeakerEncoder({ model: new Uint8Array(), descriptor: { embeddingLength: 2 }, openSession: async () => wrong })).rejects.toMatchObject({
      code: 'EVAL_MODEL_SHAPE',
      message: 'The model speaker-ge2e does not fit: input expected waveform float32 [any, 25600]; found feats float32 [B, T, 80].',
    });
    expect(released).toBe(1);
  });
});

it('refuses a model whose embedding has another length', async () => {
  const other: OnnxSession = { inputs: [{ name: 'waveform', type: 'float32', shape: ['n', -1] }], outputs: [{ name: 'embedding', type: 'float32', shape: ['n', 192] }], run: async () => ({}), release: async () => undefined };
  await expect(createSpeakerEncoder({ model: new Uint8Array(), openSession: async () => other })).rejects.toMatchObject({
    code: 'EVAL_MODEL_SHAPE', facts: { tensor: 'output', expected: 'embedding float32 [any, 256]', found: 'embedding float32 [n, 192]' },
  });
});

it('completes a descriptor from GE2E and names a wrong key', () => {
  expect(parseSpeakerDescriptor(undefined)).toEqual(GE2E_DESCRIPTOR);
  expect(parseSpeakerDescriptor({ id: 'mine', hopSamples: 100 })).toMatchObject({ id: 'mine', hopSamples: 100, windowSamples: 25_600 });
  for (const [value, key] of [[{ hopSamples: 0.5 }, 'hopSamples'], [{ input: { name: 'x', holds: 'fbank' } }, 'input.holds'], [{ trailing: 'keep' }, 'trailing'], [{ id: '' }, 'id'], ['x', '(the whole descriptor)']] as const) {
    expect(() => parseSpeakerDescriptor(value)).toThrow(expect.objectContaining({ code: 'EVAL_DESCRIPTOR_INVALID', facts: { key } }));
  }
});
