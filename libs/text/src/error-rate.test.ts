import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpusErrorRate, errorRate, tokenize } from './error-rate.js';
import golden from './error-rate.golden.json' with { type: 'json' };
import { LANGUAGES } from './languages.js';
import seed from './seed.golden.json' with { type: 'json' };

const none = { language: 'en', normalizer: 'none' } as const;

describe(`errorRate agrees with ${golden.madeBy} ${golden.version}`, () => {
  it.each(golden.cases)('$reference | $hypothesis', ({ reference, hypothesis, word, character }) => {
    expect(errorRate(reference, hypothesis, { ...none, unit: 'word' }).rate).toBeCloseTo(word[0]!, 12);
    expect(errorRate(reference, hypothesis, { ...none, unit: 'character' }).rate).toBeCloseTo(character[0]!, 12);
  });
  it('as a corpus', () => {
    const rates = corpusErrorRate(golden.cases.filter(({ reference }) => reference !== ''), none);
    expect(rates.micro.wer).toBeCloseTo(golden.corpus.wer, 12);
    expect(rates.micro.cer).toBeCloseTo(golden.corpus.cer, 12);
  });
});

describe(`the seed normaliser agrees with ${seed.madeBy}`, () => {
  it.each(seed.cases)('$reference | $hypothesis', ({ language, reference, hypothesis, wer }) => {
    expect(errorRate(reference, hypothesis, { language: language as 'zh' | 'en', normalizer: 'seed', unit: 'word' }).rate).toBeCloseTo(wer, 12);
  });
});

describe('errorRate', () => {
  it('is 0 for a text and itself, in every language and normaliser', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...LANGUAGES), fc.constantFrom('none', 'seed', 'default'), fc.constantFrom('word', 'character'), (text, language, normalizer, unit) => {
      expect(errorRate(text, text, { language, normalizer, unit }).rate).toBe(0);
    }));
  });
  it('exceeds 1 when more was inserted than was said', () => {
    expect(errorRate('好', '好好好', { language: 'zh', unit: 'character' })).toEqual({ rate: 2, edits: 2, referenceLength: 1, hypothesisLength: 3 });
  });
  it.each([
    ['手机号13800138000', '手机号幺三八零零一三八零零零', 'zh', 0],
    ['您的電話號碼', '您的电话号码', 'zh', 0],
    ['VIP会员，您好！', 'vip会员 您好', 'zh', 0],
    ["Don't stop.", 'dont stop', 'en', 1 / 10],
    ['It’s 1455', "it's fourteen fifty-five", 'en', 0],
    ['一共200元', '一共两百元', 'zh', 0],
    ['您好', '', 'zh', 1],
  ] as const)('%s | %s (%s): CER %d', (reference, hypothesis, language, rate) => {
    expect(errorRate(reference, hypothesis, { language, unit: 'character' }).rate).toBeCloseTo(rate, 12);
  });
  it('seed keeps digits and deletes punctuation but the apostrophe', () => {
    expect(errorRate('50 cats, it\'s', 'fifty cats it\'s', { language: 'en', normalizer: 'seed', unit: 'word' }).edits).toBe(1);
    expect(tokenize('AB 你好，', 'word', { language: 'zh', normalizer: 'seed' })).toEqual(['A', 'B', '你', '好']);
  });
  it('counts Han characters one by one and Latin words as words', () => {
    expect(tokenize('VIP会员 hello world', 'word', { language: 'zh' })).toEqual(['vip', '会', '员', 'hello', 'world']);
  });
  it('refuses another unit, language or normaliser, naming it', () => {
    expect(() => errorRate('a', 'a', { language: 'en', unit: 'phone' as 'word' })).toThrow('unit must be word or character, got phone');
    expect(() => errorRate('a', 'a', { language: 'fr' as 'en', unit: 'word' })).toThrow('language must be one of zh, en, ja, ko, yue, got fr');
    expect(() => errorRate('a', 'a', { language: 'en', normalizer: 'whisper' as 'seed', unit: 'word' })).toThrow('normalizer must be none, seed or default, got whisper');
  });
});

describe('corpusErrorRate', () => {
  it('weighs utterances by length in micro and alike in macro', () => {
    const rates = corpusErrorRate([{ reference: 'a b c', hypothesis: 'a b c' }, { reference: 'd', hypothesis: 'e' }], none);
    expect(rates.micro.wer).toBe(1 / 4);
    expect(rates.macro.wer).toBe(1 / 2);
    expect(rates.pairs).toBe(2);
  });
  it('is 0 for no utterances', () => {
    expect(corpusErrorRate([], none)).toEqual({ micro: { wer: 0, cer: 0 }, macro: { wer: 0, cer: 0 }, pairs: 0 });
  });
});
