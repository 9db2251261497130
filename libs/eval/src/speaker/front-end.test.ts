// Front ends on real sessions: models made here whose answers a law foretells.
import fc from 'fast-check';
import { kaldiFbank } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { onnxBytes } from '../../test/onnx-bytes.js';
import { cosine } from './cosine.js';
import { createSpeakerEncoder } from './encoder.js';
import { planWholeClip, planWindows } from './windows.js';

const noise = (length: number, seed = 1): Float32Array => {
  let state = seed;
  return Float32Array.from({ length }, () => { state = (state * 1103515245 + 12345) % 2 ** 31; return 0.4 * (state / 2 ** 30 - 1); });
};
/** The spread of each band over time: sums of squares, what is left of a band when its mean is gone. */
const spread = (inputs: readonly [string, ...string[]] = ['x'], mels: number | string = 80): Uint8Array => onnxBytes({
  nodes: [{ op: 'ReduceSumSquare', inputs: ['x'], output: 'embedding', ints: { axes: [1] }, int: { keepdims: 0 } }],
  inputs: inputs.map((name) => ({ name, shape: ['N', 'T', mels] })), outputs: [{ name: 'embedding', shape: ['N', mels] }],
});
const campplus = (rest: object = {}) => ({ id: 'cam', frontEnd: { kind: 'kaldi-fbank', inputScale: 1, ...rest }, embeddingLength: 80 });

describe('a filter bank', () => {
  it('reaches the model as Kaldi has it (the fbank itself is held against vectors in @voxtune/audio), each band without its mean', async () => {
    const encoder = await createSpeakerEncoder({ model: spread(), descriptor: campplus() });
    const clip = noise(24_000);
    const { values, frames } = kaldiFbank(clip, 16_000, { melBins: 80, inputScale: 1 });
    const expected = Array.from({ length: 80 }, (_, band) => {
      const column = Array.from({ length: frames }, (__, frame) => values[frame * 80 + band]!);
      const mean = column.reduce((a, b) => a + b) / frames;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    });
    const norm = Math.hypot(...expected);
    (await encoder.embed(clip, 16_000)).forEach((value, band) => expect(value).toBeCloseTo(expected[band]! / norm, 5));
    await encoder.dispose();
  });

  it('without its mean does not mind how loud the clip is, and with it does', async () => {
    const angle = async (mean: 'subtract' | 'keep'): Promise<number> => {
      const encoder = await createSpeakerEncoder({ model: spread(), descriptor: campplus({ mean, inputScale: 32_768 }) });
      const [loud, soft] = [noise(16_000), noise(16_000).map((sample, i) => sample * 0.2 + 1e-4 * Math.sin(i))];
      const result = cosine(await encoder.embed(loud, 16_000), await encoder.embed(soft, 16_000));
      await encoder.dispose();
      return result;
    };
    expect(await angle('subtract')).toBeGreaterThan(0.9999);
    expect(await angle('keep')).not.toBeGreaterThan(0.9999);
  });

  it('takes window, edges and bands from the descriptor', async () => {
    const clip = noise(16_123);
    const embed = async (rest: object, mels = 80): Promise<Float32Array> => {
      const encoder = await createSpeakerEncoder({ model: spread(['x'], mels), descriptor: { ...campplus(rest), embeddingLength: mels } });
      const embedding = await encoder.embed(clip, 16_000);
      await encoder.dispose();
      return embedding;
    };
    const plain = await embed({});
    for (const rest of [{ window: 'hamming' }, { snipEdges: false }, { highHz: -400 }]) expect(cosine(plain, await embed(rest)), JSON.stringify(rest)).toBeLessThan(1 - 1e-7);
    expect(await embed({ mels: 40 }, 40)).toHaveLength(40);
  });

  it('names what does not fit: which input, what was expected, what was found', async () => {
    const wrong = onnxBytes({ nodes: [{ op: 'Identity', inputs: ['wave'], output: 'out' }], inputs: [{ name: 'wave', shape: [1, 512] }], outputs: [{ name: 'out', shape: [1, 512] }] });
    await expect(createSpeakerEncoder({ model: wrong, descriptor: campplus() })).rejects.toMatchObject({
      code: 'EVAL_MODEL_SHAPE', message: 'The model cam does not fit: input expected one input float32 [any, any, 80]; found wave float32 [1, 512].', facts: { tensor: 'input' },
    });
    await expect(createSpeakerEncoder({ model: spread(['x'], 40), descriptor: campplus() })).rejects.toMatchObject({ message: expect.stringContaining('expected one input float32 [any, any, 80]; found x float32 [N, T, 40]') as string });
    await expect(createSpeakerEncoder({ model: spread(['x', 'lengths']), descriptor: campplus() })).rejects.toMatchObject({ message: expect.stringContaining('found x float32 [N, T, 80], lengths') as string });
  });
});

describe('samples, WavLM-style', () => {
  // cumulated sums over time of a fixed count of samples would hide the scale; sums of |x| and x² over the clip show it
  const moments = onnxBytes({
    nodes: [
      { op: 'Cast', inputs: ['attention_mask'], output: 'mask', int: { to: 1 } },
      { op: 'Mul', inputs: ['input_values', 'mask'], output: 'x' },
      { op: 'ReduceMean', inputs: ['x'], output: 'mean', ints: { axes: [1] }, int: { keepdims: 1 } },
      { op: 'Mul', inputs: ['x', 'x'], output: 'square' },
      { op: 'ReduceMean', inputs: ['square'], output: 'power', ints: { axes: [1] }, int: { keepdims: 1 } },
      { op: 'Concat', inputs: ['mean', 'power'], output: 'embeddings', int: { axis: 1 } },
    ],
    inputs: [{ name: 'input_values', shape: ['N', 'T'] }, { name: 'attention_mask', shape: ['N', 'T'], int64: true }], outputs: [{ name: 'embeddings', shape: ['N', 2] }],
  });
  const descriptor = (normalize: string) => ({ frontEnd: { kind: 'waveform', normalize, attentionMask: 'attention_mask' }, embeddingLength: 2, outputs: ['embeddings'] });

  it('have mean 0 and variance 1 where the descriptor says so, whatever the clip', async () => {
    const encoder = await createSpeakerEncoder({ model: moments, descriptor: descriptor('zero mean, unit variance') });
    const raw = await createSpeakerEncoder({ model: moments, descriptor: descriptor('none') });
    for (const offset of [0, 0.3]) {
      const clip = noise(20_000).map((sample) => 0.5 * sample + offset);
      const [mean, power] = await encoder.embed(clip, 16_000);
      expect(mean).toBeCloseTo(0, 4);
      expect(power).toBeCloseTo(1, 4);
      const [own] = await raw.embed(clip, 16_000);
      if (offset > 0) expect(own!).toBeGreaterThan(0.9); // 0.3 against 0.3² + 0.0133
    }
    await encoder.dispose();
    await raw.dispose();
  });
});

describe('windows of whole clips', () => {
  it('are one to five minutes, then equal parts that lose nothing', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200_000_000 }), (length) => {
      const parts = planWholeClip(length, 16_000);
      expect(parts[0]!.start).toBe(0);
      expect(parts.at(-1)!.end).toBe(length);
      parts.forEach(({ start, end }, i) => {
        if (i > 0) expect(start).toBe(parts[i - 1]!.end);
        expect(end - start).toBeLessThanOrEqual(300 * 16_000);
      });
      if (length <= 300 * 16_000) expect(parts).toHaveLength(1);
    }));
  });
  it('keep the rest at the end where it is to be filled', () => {
    expect(planWindows(51_201, 25_600, 12_800, 'pad with zeros')).toEqual([0, 12_800, 25_600, 38_400]);
    expect(planWindows(51_200, 25_600, 12_800, 'pad with zeros')).toEqual([0, 12_800, 25_600]);
    expect(planWindows(51_201, 25_600, 12_800)).toEqual([0, 12_800, 25_600]);
  });
  it('of a short clip are filled with zeros or with the clip again, and averaged as they are or by direction', async () => {
    const last = onnxBytes({ nodes: [{ op: 'ReduceSumSquare', inputs: ['x'], output: 'p', ints: { axes: [1] }, int: { keepdims: 1 } }, { op: 'ReduceMax', inputs: ['x'], output: 'm', ints: { axes: [1] }, int: { keepdims: 1 } }, { op: 'Concat', inputs: ['p', 'm'], output: 'embedding', int: { axis: 1 } }], inputs: [{ name: 'x', shape: ['N', 8000] }], outputs: [{ name: 'embedding', shape: ['N', 2] }] });
    const embed = async (rest: object, clip: Float32Array): Promise<Float32Array> => {
      const encoder = await createSpeakerEncoder({ model: last, descriptor: { frontEnd: { kind: 'waveform' }, windowSamples: 8000, hopSamples: 8000, embeddingLength: 2, ...rest } });
      const embedding = await encoder.embed(clip, 16_000);
      await encoder.dispose();
      return embedding;
    };
    const half = noise(4000);
    const energy = half.reduce((sum, sample) => sum + sample * sample, 0), top = Math.max(...half);
    const near = (embedding: Float32Array, x: number, y: number): void => { expect(embedding[0]! / embedding[1]!).toBeCloseTo(x / y, 2); };
    near(await embed({}, half), energy, top);
    near(await embed({ shorter: 'repeat' }, half), 2 * energy, top);
    const [a, b] = [noise(8000, 3), noise(8000, 4).map((sample) => sample * 0.01)];
    const both = new Float32Array(16_000);
    both.set(a); both.set(b, 8000);
    const of = (x: Float32Array): [number, number] => [x.reduce((sum, sample) => sum + sample * sample, 0), x.reduce((m, sample) => Math.max(m, sample), -1)];
    const [[pa, ma], [pb, mb]] = [of(a), of(b)];
    near(await embed({}, both), pa + pb, ma + mb);
    const unit = (p: number, m: number): [number, number] => [p / Math.hypot(p, m), m / Math.hypot(p, m)];
    const [[ua, va], [ub, vb]] = [unit(pa, ma), unit(pb, mb)];
    near(await embed({ combine: 'mean of unit lengths, scaled to unit length' }, both), ua + ub, va + vb);
  });
});

it('refuses a descriptor that contradicts itself', async () => {
  const { parseSpeakerDescriptor } = await import('./descriptor.js');
  for (const [value, key] of [[{ ...campplus(), input: { name: 'x', holds: 'samples' } }, 'input.holds'], [{ ...campplus(), windowSamples: 100 }, 'hopSamples'], [{ frontEnd: { kind: 'mfcc' }, embeddingLength: 4 }, 'frontEnd.kind'], [{ ...campplus({ dither: 1 }) }, 'frontEnd']] as const) {
    expect(() => parseSpeakerDescriptor(value), key).toThrow(expect.objectContaining({ code: 'EVAL_DESCRIPTOR_INVALID', facts: { key } }));
  }
});
