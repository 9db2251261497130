import { expect, it, vi } from 'vitest';

const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock('onnxruntime-node', () => {
  loads.count += 1;
  return { InferenceSession: { create: () => Promise.reject(new Error('a runtime of the test')) }, Tensor: class {} };
});

it('loads no native runtime until a model is opened', async () => {
  const { bootstrapMean, createSpeakerEncoder, EVAL_ADVICE } = await import('./index.js');
  bootstrapMean([1, 2]);
  expect(loads.count).toBe(0);
  await expect(createSpeakerEncoder({ model: new Uint8Array(8) })).rejects.toMatchObject({ code: 'EVAL_MODEL_UNREADABLE' });
  expect(loads.count).toBe(1); // so the count counts
  expect(Object.keys(EVAL_ADVICE).every((code) => /^EVAL_[A-Z_]+$/.test(code))).toBe(true);
});
