import { describe, expect, it } from 'vitest';
import { onnxBytes, type Shape } from '../../test/onnx-bytes.js';
import { createUtmos, naturalnessOfUtmos } from './utmos.js';

const tone = (seconds: number, level = 0.5, rate = 16_000): Float32Array => Float32Array.from({ length: seconds * rate }, (_, n) => level * Math.sign(Math.sin((2 * Math.PI * 200 * (n + 0.5)) / rate)));
/** A model that hears the mean square of its samples: 0.25 for a square wave of 0.5. */
const power = (input: Shape = { name: 'wave', shape: ['N', 'T'] }, keepdims = 0): Uint8Array => onnxBytes({
  nodes: [{ op: 'Mul', inputs: [input.name, input.name], output: 'square' }, { op: 'ReduceMean', inputs: ['square'], output: 'mos', ints: { axes: [1] }, int: { keepdims } }],
  inputs: [input], outputs: [{ name: 'mos', shape: keepdims === 1 ? ['N', 1] : ['N'] }],
});

describe('UTMOS by descriptor', () => {
  it.each([0, 1])('gives what the model says of the clip at 16 kHz, whatever the shape of its one number (%i)', async (keepdims) => {
    const utmos = await createUtmos({ model: power(undefined, keepdims), descriptor: { sampleRateHz: 16_000, input: { name: 'wave' }, outputs: ['mos'] } });
    expect(utmos.model.id).toBe('utmos22-strong');
    expect(await utmos.score(tone(2), 16_000)).toBeCloseTo(0.25, 6);
    const slow = Float32Array.from({ length: 32_000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 200 * n) / 32_000));
    expect(await utmos.score(slow, 32_000)).toBeCloseTo(0.125, 3);
    await utmos.dispose();
  });

  it('scores a long clip in equal parts of at most 30 s', async () => {
    const utmos = await createUtmos({ model: power() });
    const long = new Float32Array(61 * 16_000);
    long.set(tone(61 / 3, 0.5).subarray(0, Math.round(long.length / 3)));
    long.set(tone(1, 0.2), long.length - 16_000);
    const mean = long.reduce((sum, sample) => sum + sample * sample, 0) / long.length;
    expect(await utmos.score(long, 16_000)).toBeCloseTo(mean, 4); // parts of one length weigh alike
    await utmos.dispose();
  });

  it('names what does not fit, and a wrong key', async () => {
    await expect(createUtmos({ model: power({ name: 'wave', shape: ['N', 'T', 80] }) })).rejects.toMatchObject({
      code: 'EVAL_MODEL_SHAPE', message: 'The model utmos22-strong does not fit: input expected one input float32 [any, any]; found wave float32 [N, T, 80].',
    });
    await expect(createUtmos({ model: power(), descriptor: { outputs: ['score'] } })).rejects.toMatchObject({ facts: { tensor: 'output', expected: 'score float32 […]' } });
    await expect(createUtmos({ model: power(), descriptor: { sampleRateHz: 0 } })).rejects.toMatchObject({ code: 'EVAL_DESCRIPTOR_INVALID', facts: { key: 'sampleRateHz' } });
    const utmos = await createUtmos({ model: power() });
    await expect(utmos.score(new Float32Array(16_000), 16_000)).rejects.toMatchObject({ code: 'EVAL_CLIP_SILENT' });
    await utmos.dispose();
  });

  it.each([[1, 0], [3.8, 0.7], [5, 1], [0.5, 0], [5.2, 1]])('naturalness of %d is %d', (utmos, naturalness) => expect(naturalnessOfUtmos(utmos)).toBeCloseTo(naturalness, 12));
});
