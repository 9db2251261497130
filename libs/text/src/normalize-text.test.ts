import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectLanguage, LANGUAGES, scriptOf } from './languages.js';
import { normalizeText } from './normalize-text.js';
import { readIntegerEn, readNumbersEn } from './numbers-en.js';
import { readIntegerZh, readNumbersZh } from './numbers-zh.js';

describe('normalizeText', () => {
  it.each([
    ['ＡＢＣ，您好！１２３元', 'zh', 'abc您好一百二十三元'],
    ['後來，頭髮乾燥。', 'zh', '后来头发干燥'],
    ['订单尾号 0086', 'zh', '订单尾号零零八六'],
    ['hello world 你好', 'zh', 'hello world你好'],
    ['Mr. Smith & Co. — “$20” isn’t much…', 'en', "mister smith and co twenty dollars isn't much"],
    ["rock 'n' roll, the dogs' bowl", 'en', 'rock n roll the dogs bowl'],
    ['こんにちは、世界！', 'ja', 'こんにちは世界'],
    ['안녕하세요, 고객님!', 'ko', '안녕하세요고객님'],
    ['唔該晒，幾多錢？', 'yue', '唔该晒几多钱'],
  ] as const)('%s (%s)', (text, language, expected) => { expect(normalizeText(text, { language })).toBe(expected); });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...LANGUAGES), (text, language) => {
      const once = normalizeText(text, { language });
      expect(normalizeText(once, { language })).toBe(once);
    }), { examples: [['1 2', 'zh'], ["'a", 'en'], ['½', 'zh']] });
  });
  it('leaves text alone under none', () => { expect(normalizeText(' Ａ，', { language: 'zh', normalizer: 'none' })).toBe(' Ａ，'); });
});

describe('numbers in Chinese', () => {
  it.each([
    ['0', '零'], ['7', '七'], ['10', '十'], ['12', '十二'], ['20', '二十'], ['105', '一百零五'], ['110', '一百一十'], ['1005', '一千零五'], ['1050', '一千零五十'],
    ['10000', '一万'], ['10005', '一万零五'], ['100000', '十万'], ['1200000', '一百二十万'], ['100000000', '一亿'], ['100000001', '一亿零一'], ['120003000', '一亿二千万三千'],
  ])('%s is %s', (digits, read) => { expect(readIntegerZh(digits)).toBe(read); });
  it.each([
    ['2024年5月6日', '二零二四年五月六日'], ['2024-05-06', '二零二四年五月六日'], ['12:30', '十二点三十'], ['8:05', '八点零五'], ['9:00', '九点'],
    ['50%', '百分之五十'], ['3.14', '三点一四'], ['1,234,567元', '一百二十三万四千五百六十七元'], ['¥99.5', '九十九点五元'], ['-5°C', '零下五摄氏度'], ['1/2', '二分之一'],
    ['3-5天', '三到五天'], ['010-12345678', '零一零一二三四五六七八'], ['400-820-8820', '四零零八二零八八二零'], ['138 0013 8000', '一三八零零一三八零零零'],
    ['拨打10086', '拨打一零零八六'], ['10086元', '一万零八十六元'], ['版本1.2.3', '版本一点二点三'],
  ])('%s is read %s', (text, read) => { expect(readNumbersZh(text)).toBe(read); });
  it('leaves no digit', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,:-/%年元 ') }), (text) => { expect(readNumbersZh(text)).not.toMatch(/\d/); }));
  });
});

describe('numbers in English', () => {
  it.each([['0', 'zero'], ['13', 'thirteen'], ['21', 'twenty one'], ['100', 'one hundred'], ['1205', 'one thousand two hundred five'], ['1000000', 'one million'], ['1000001', 'one million one']])(
    '%s is %s', (digits, read) => { expect(readIntegerEn(digits)).toBe(read); });
  it.each([
    ['in 1905', 'in nineteen oh five'], ['in 1900', 'in nineteen hundred'], ['in 2009', 'in two thousand nine'], ['2024', 'twenty twenty four'], ['1,455 men', 'one thousand four hundred fifty five men'],
    ['the 21st of May', 'the twenty first of May'], ['the 12th', 'the twelfth'], ['3.5%', 'three point five percent'], ['$5', 'five dollars'], ['call 5551234567', 'call five five five one two three four five six seven'],
  ])('%s is read %s', (text, read) => { expect(readNumbersEn(text).replace(/\s+/g, ' ').trim()).toBe(read); });
});

describe('detectLanguage', () => {
  it.each([
    ['您好，请问有什么可以帮您？', 'zh'], ['VIP会员 hello', 'zh'], ['Hello there', 'en'], ['こんにちは、世界', 'ja'], ['안녕하세요', 'ko'], ['唔該，你哋喺邊度？', 'yue'], ['123 …', null], ['', null],
  ])('%s: %s', (text, language) => { expect(detectLanguage(text)).toBe(language); });
  it('names the script of a character', () => {
    expect(['中', 'あ', 'カ', '한', 'é', 'ж', '1'].map(scriptOf)).toEqual(['han', 'kana', 'kana', 'hangul', 'latin', 'other', 'none']);
  });
});

describe('readNumbersZh for speech', () => {
  it.each([
    ['请拨打10086或400-820-8820。', '请拨打幺零零八六或四零零八二零八八二零。'], ['手机号13800138000', '手机号幺三八零零幺三八零零零'], ['共1100元', '共一千一百元'], ['2011年1月1日', '二零一一年一月一日'], ['增长11%', '增长百分之十一'],
  ])('%s', (text, read) => expect(readNumbersZh(text, { digitOne: '幺' })).toBe(read));
  it('says 一 unless told', () => expect(readNumbersZh('10086')).toBe('一零零八六'));
});
