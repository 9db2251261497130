// Against embeddings made by the model's reference flow in Python; skipped where the model and clips are not beside this repository.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { cosine } from './cosine.js';
import { createSpeakerEncoder } from './encoder.js';

const shared = new URL('../../../../../shared/', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, shared));
const present = existsSync(path('models/speaker-ge2e/reference.json')) && existsSync(path('data/ljspeech'));

describe.skipIf(!present)('GE2E against its reference (skipped without ../shared)', () => {
  it('agrees to 1e-3 on every embedding and every pair', { timeout: 60_000 }, async () => {
    const reference = JSON.parse(readFileSync(path('models/speaker-ge2e/reference.json'), 'utf8')) as { embedding: Record<string, { first8: number[] }>; cosine: Record<string, Record<string, number>> };
    const encoder = await createSpeakerEncoder({ model: path('models/speaker-ge2e/ge2e.onnx') });
    expect(encoder.model).toEqual({ id: 'speaker-ge2e', sha256: '8a6cf8fe6c8adfcaf4ace8515982fa605e7139d914a08fe6de7bac12749b77dc' });
    const embeddings = new Map<string, Float32Array>();
    for (const [name, { first8 }] of Object.entries(reference.embedding)) {
      const { channels, sampleRateHz } = decodeWav(readFileSync(path(`data/${name}`)));
      const embedding = await encoder.embed(channels[0]!, sampleRateHz);
      expect(embedding).toHaveLength(256);
      first8.forEach((value, i) => expect(Math.abs(embedding[i]! - value), `${name} ${i}`).toBeLessThan(1e-3));
      embeddings.set(name, embedding);
    }
    for (const [a, row] of Object.entries(reference.cosine)) {
      for (const [b, value] of Object.entries(row)) expect(Math.abs(cosine(embeddings.get(a)!, embeddings.get(b)!) - value), `${a} ${b}`).toBeLessThan(1e-3);
    }
    await encoder.dispose();
  });

  it('refuses another model, naming its input', async () => {
    await expect(createSpeakerEncoder({ model: path('models/silero-vad/silero_vad.onnx') })).rejects.toMatchObject({
      code: 'EVAL_MODEL_SHAPE',
      message: expect.stringContaining('expected waveform float32 [any, 25600]; found input float32 [?, ?], state') as string,
    });
  });
});
