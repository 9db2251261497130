import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '@voxtune/audio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onnxBytes } from '../../test/onnx-bytes.js';
import { createDnsmos } from '../mos/dnsmos.js';
import { readFields, writeFields } from './protobuf.js';
import { quantizeWeights } from './quantize.js';
import { openModel } from './session.js';

const values = Array.from({ length: 512 }, (_, i) => Math.sin(i * 1.7) * 2 ** ((i % 30) - 20));
/** Gives its weights back, times the input. */
const model = onnxBytes({ nodes: [{ op: 'Mul', inputs: ['x', 'w'], output: 'y' }], inputs: [{ name: 'x', shape: [1] }], outputs: [{ name: 'y', shape: [512] }], weights: [{ name: 'w', dims: [512], values }] });
const weightsOf = async (bytes: Uint8Array): Promise<Float32Array> => {
  const { session } = await openModel(bytes, 'm', {});
  const { y } = await session.run({ x: { data: Float32Array.of(1), dims: [1] } });
  await session.release();
  return Float32Array.from(y!.data);
};

it('protobuf comes back as it was', () => {
  expect(writeFields(readFields(model))).toEqual(model);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => { try { readFields(bytes); } catch (error) { expect(error).toBeInstanceOf(RangeError); } }));
});

describe('smaller copies run, and keep each weight', () => {
  it('to half precision: 2⁻¹¹ of its size, 2⁻²⁵ for the smallest', async () => {
    const { model: copy, tensors, bytesBefore, bytesAfter } = quantizeWeights(model, 'fp16');
    expect([tensors, bytesAfter < 0.65 * bytesBefore]).toEqual([1, true]);
    (await weightsOf(copy)).forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(Math.max(Math.abs(values[i]!) * 2 ** -11, 2 ** -25) * 1.0001));
  });
  it('to 8 bits: half a step of a 127th of the largest', async () => {
    const { model: copy, bytesBefore, bytesAfter } = quantizeWeights(model, 'int8');
    expect(bytesAfter).toBeLessThan(0.45 * bytesBefore);
    const step = Math.max(...values.map(Math.abs)) / 127;
    (await weightsOf(copy)).forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(0.5001 * step));
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));
it.skipIf(!existsSync(`${shared}models/dnsmos`))('DNSMOS drifts little on a real clip (skipped without ../shared)', { timeout: 120_000 }, async () => {
  const { channels, sampleRateHz } = decodeWav(readFileSync(`${shared}data/ljspeech/wavs/LJ001-0001.wav`));
  const p835 = readFileSync(`${shared}models/dnsmos/sig_bak_ovr.onnx`), p808 = readFileSync(`${shared}models/dnsmos/model_v8.onnx`);
  const score = async (a: Uint8Array, b: Uint8Array) => { const dnsmos = await createDnsmos({ p835: a, p808: b }); const result = await dnsmos.score(channels[0]!, sampleRateHz); await dnsmos.dispose(); return [result.sig!, result.bak!, result.ovrl!, result.p808!]; };
  const whole = await score(p835, p808);
  for (const [format, limit] of [['fp16', 0.01], ['int8', 0.2]] as const) {
    const copy = await score(quantizeWeights(p835, format).model, quantizeWeights(p808, format).model);
    copy.forEach((value, i) => expect(Math.abs(value - whole[i]!), `${format} ${i}`).toBeLessThan(limit));
  }
});
