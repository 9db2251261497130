import { describe, expect, it } from 'vitest';
import { allKeys, explainKey } from './explain-key.js';

describe('explainKey', () => {
  it('says what a key does, what it takes and its default', () => {
    expect(explainKey('train.segment_size')).toEqual([{ schema: 'guide-s2', key: 'train.segment_size', does: expect.stringContaining('multiple of hop_length') as unknown, takes: 'integer from 1 to 1000000', default: 17_920 }]);
    expect(explainKey('train.gpt.batchSize')).toMatchObject([{ schema: 'voice', takes: 'integer from 1 to 64 or null', default: null }]);
    expect(explainKey('precision')).toMatchObject([{ schema: 'voice', key: 'engine.precision', default: 'auto' }, { schema: 'guide-s1', key: 'training.precision', takes: 'fp16, bf16, fp32', default: 'fp16' }]);
  });
  it('finds a key by its last part in every file', () => {
    expect(explainKey('batch_size').map(({ schema, key }) => `${schema} ${key}`)).toEqual(['guide-s1 model.batch_size', 'guide-s2 train.batch_size']);
    expect(explainKey('size')).toEqual([]);
    expect(explainKey('denoise').map(({ key }) => key)).toEqual(['denoise.enabled', 'denoise.model']); // all of a section
  });
  it('knows every key of the guide with a description', () => {
    expect(allKeys().filter(({ schema, does }) => schema !== 'voice' && does === null)).toEqual([]);
    expect(allKeys().filter(({ schema }) => schema === 'guide-s1')).toHaveLength(12);
    expect(allKeys().filter(({ schema }) => schema === 'guide-s2')).toHaveLength(25);
  });
});
