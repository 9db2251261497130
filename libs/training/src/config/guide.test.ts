import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUIDE_S1, GUIDE_S2 } from '../plan/plan-guide.js';
import { checkGuideConfig, type CheckGuideOptions } from './check-guide.js';
import { guideJsonSchema } from './guide-schemas.js';
import { mapGuideConfig } from './map-guide.js';

const S2 = JSON.stringify(GUIDE_S2, null, '\t');

describe('the guide’s configurations', () => {
  it('are accepted as the guide writes them, and are the defaults', () => {
    const s1 = checkGuideConfig(GUIDE_S1);
    const s2 = checkGuideConfig(S2);
    expect(s1).toMatchObject({ ok: true, kind: 'guide-s1', values: { model: { epochs: 15, learning_rate: 0.0001 }, training: { precision: 'fp16' } } });
    expect(s2).toEqual({ ok: true, kind: 'guide-s2', values: GUIDE_S2 });
    expect(checkGuideConfig('', { kind: 'guide-s1' })).toEqual(s1);
    expect(checkGuideConfig('{}', { kind: 'guide-s2' })).toEqual(s2);
  });

  it.each<[string, string, string, string, CheckGuideOptions]>([
    ['an unknown key', 'model:\n  epoch: 3\n', '2:3 model.epoch', 'unknown key', {}],
    ['a wrong type', 'model:\n  epochs: many\n', '2:11 model.epochs', 'expected', {}],
    ['a save interval beyond the epochs', 'model:\n  epochs: 4\n  warmup_epoch: 1\n  save_every_epoch: 5\n', '4:21 model.save_every_epoch', 'at most epochs (4)', {}],
    ['a warm-up as long as training', 'model: { epochs: 5, warmup_epoch: 5 }', '1:35 model.warmup_epoch', 'below epochs (5)', {}],
    ['a list that is not there', 'model: {}\ndata:\n  train_list: a.txt\n', '3:15 data.train_list', 'there is no a.txt', { isThere: () => false }],
    ['a segment that is no multiple', '{"train": {\n"segment_size": 17921}}', '2:17 train.segment_size', 'multiple of hop_length (256)', {}],
    ['a window beyond the transform', '{"data": {"win_length": 2048}}', '1:25 data.win_length', 'at most filter_length (1024)', {}],
    ['bands above half the rate', '{"data": {"mel_fmax": 12000}}', '1:23 data.mel_fmax', '11025 Hz', {}],
    ['bands upside down', '{"data": {"mel_fmin": 9000, "mel_fmax": 8000}}', '1:23 data.mel_fmin', 'below mel_fmax', {}],
    ['another rate than the clips’', '{"data": {"sampling_rate": 22050}}', '1:28 data.sampling_rate', '32000 Hz', { clipSampleRateHz: 32_000 }],
    ['no YAML', 'model: [1', '1:10 ', '', {}],
  ])('name line, column and key of %s', (_, text, place, message, options) => {
    const checked = checkGuideConfig(text, options);
    if (checked.ok) throw new Error('was accepted');
    expect(checked.problems.map(({ line, column, key }) => `${line}:${column} ${key}`)).toEqual([place]);
    expect(checked.problems[0]?.message).toContain(message);
  });

  it('name the keys that stand where an unknown one was written', () => {
    expect(checkGuideConfig('{"train": {"batchsize": 1}}')).toMatchObject({ problems: [{ known: expect.arrayContaining(['batch_size']) as unknown }] });
  });

  it('map every key, none without a word', () => {
    for (const text of [GUIDE_S1, S2]) {
      const checked = checkGuideConfig(text);
      if (!checked.ok) throw new Error('was refused');
      const rows = mapGuideConfig(checked);
      expect(rows.length).toBe(Object.values(checked.values).flatMap((block) => Object.keys(block as object)).length);
      expect(rows.filter(({ state, to, note }) => (state === 'mapped') !== (to !== null) || (state !== 'mapped' && note === ''))).toEqual([]);
      expect(rows.filter(({ state }) => state === 'mapped').length).toBeGreaterThan(1);
    }
  });

  it('have a JSON Schema with description, bounds and default of each key', () => {
    const { properties } = guideJsonSchema('guide-s2') as { properties: { train: { properties: Record<string, unknown> } } };
    expect(properties.train.properties.batch_size).toEqual({ type: 'integer', minimum: 1, maximum: 256, default: 8, description: 'clips a step' });
    expect(Object.values(properties.train.properties).filter((key) => typeof (key as { description?: unknown }).description !== 'string')).toEqual([]);
  });

  it.each(['guide-s1', 'guide-s2'] as const)('have the schema of %s published as a file, and it is up to date', (kind) => {
    expect(JSON.parse(readFileSync(new URL(`../../schema/${kind}.schema.json`, import.meta.url), 'utf8'))).toEqual(JSON.parse(JSON.stringify(guideJsonSchema(kind))));
  });
});
