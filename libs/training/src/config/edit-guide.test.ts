import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { setGuideValue, type GuideValue } from './edit-guide.js';

// Files with what people write: comments, odd spacing, spellings of numbers, keys of their own, CRLF.
const S1 = "# mine\r\nmodel:   # GPT\r\n    learning_rate: 1e-4   # as in the paper\r\n    epochs:    015\r\n    batch_size: 0x4\r\n\r\n    own_key: 'kept'\r\ndata: {train_list: \"a b.txt\", valid_list: b.txt}\r\ntraining:\r\n  precision: fp16\r\n  max_grad_norm: 1.0\r\n";
const S2 = '{\n\t"train": {"eps": 1e-09, "betas": [0.8,\t0.99], "lr_decay": 9.99875E-1 ,"fp16_run":true},\n  "data":{ "own": {"a": [1, 2.50]}, "mel_fmax" : null,"training_files":"Ä\\u00e4.txt" }\n}';
const KEYS: readonly (readonly [text: string, key: string, spelled: string])[] = [
  [S1, 'model.learning_rate', '1e-4'], [S1, 'model.epochs', '015'], [S1, 'model.batch_size', '0x4'], [S1, 'data.train_list', '"a b.txt"'], [S1, 'training.precision', 'fp16'], [S1, 'training.max_grad_norm', '1.0'],
  [S2, 'train.eps', '1e-09'], [S2, 'train.betas', '[0.8,\t0.99]'], [S2, 'train.lr_decay', '9.99875E-1'], [S2, 'train.fp16_run', 'true'], [S2, 'data.mel_fmax', 'null'], [S2, 'data.training_files', '"Ä\\u00e4.txt"'],
];
const at = (text: string, key: string): GuideValue => key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], parse(text)) as GuideValue;

const anyKey = fc.constantFrom(...KEYS);
const anyValue: fc.Arbitrary<GuideValue> = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }));

describe('setting a value of the guide’s files', () => {
  it('leaves every byte as it is when the value is already there', () => {
    for (const [text, key] of KEYS) expect(setGuideValue(text, key, at(text, key))).toBe(text);
  });

  it('changes the span of that value alone, and reads back as what was set', () => {
    fc.assert(fc.property(anyKey, anyValue, ([text, key, spelled], value) => {
      const changed = setGuideValue(text, key, value);
      expect(at(changed, key)).toEqual(value);
      if (changed === text) return;
      const start = text.indexOf(spelled);
      expect(changed.slice(0, start)).toBe(text.slice(0, start));
      expect(changed.endsWith(text.slice(start + spelled.length))).toBe(true);
      if (text === S2) expect(JSON.parse(changed)).toEqual(parse(changed)); // still JSON
    }));
  });

  it('goes back to the same values in any order of changes', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...KEYS.filter(([text]) => text === S1)), fc.integer()), { maxLength: 6 }), (changes) => {
      let text = S1;
      for (const [[, key], value] of changes) text = setGuideValue(text, key, value);
      for (const [[, key]] of changes) text = setGuideValue(text, key, at(S1, key));
      expect(parse(text)).toEqual(parse(S1));
      expect(text.split('\r\n').map((line) => line.split('#')[1])).toEqual(S1.split('\r\n').map((line) => line.split('#')[1]));
    }));
  });

  it('fills a key without a value, and refuses one that is not there', () => {
    expect(setGuideValue('model:\n  epochs:\n  batch_size: 4 # x\n', 'model.epochs', 9)).toBe('model:\n  epochs: 9\n  batch_size: 4 # x\n');
    for (const [text, key] of [[S1, 'model.epoch'], [S1, 'model'], ['model: [1', 'model.epochs'], ['', 'a.b']] as const) expect(() => setGuideValue(text, key, 1)).toThrow(expect.objectContaining({ code: 'TRAINING_OPTION_INVALID' }) as Error);
  });
});
