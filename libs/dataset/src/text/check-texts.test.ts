import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../test/any-text.js';
import { checkAgreement } from './agreement.js';
import { checkTexts, type CheckedText } from './check-texts.js';
import { findHallucination, repeatedRun } from './find-loops.js';

const said = (text: string, more: Partial<CheckedText> = {}): CheckedText => ({ clip: 'c', text, language: 'zh', durationSec: 4, ...more });
const found = (text: CheckedText) => (checkTexts([text]).byClip.get('c') ?? []).map(({ code, value }) => [code, value]);

describe('checkTexts', () => {
  it.each([
    ['您好，请问有什么可以帮您？', {}, []],
    ['Hello, how are you?', { language: 'en' }, []],
    ['Hello, how are you?', {}, [['TEXT_LANGUAGE', 0], ['TEXT_LATIN', 14]]],
    ['您好，我要咨询VIP会员。', {}, [['TEXT_LATIN', 3]]],
    ['订单一零零八六', {}, []],
    ['订单10086', {}, [['TEXT_DIGITS', 5]]],
    ['Call 911 now', { language: 'en' }, []],
    ['您好\u200b\ufffd😀', {}, [['TEXT_FORBIDDEN', 3]]],
    ['唔該，我想查下張單', { language: 'yue' }, []],
    ['ありがとうございます', { language: 'ja' }, []],
    ['ありがとうございます', {}, [['TEXT_LANGUAGE', 0]]],
    ['一，二，三，四，五', { pauses: 0 }, [['TEXT_PAUSES', 4]]],
    ['一二三四五', { pauses: 3 }, [['TEXT_PAUSES', -3]]],
    ['一二三四五。', { pauses: 2 }, []],
  ] as const)('of %j (%j) finds %j', (text, more, expected) => expect(found(said(text, more as Partial<CheckedText>))).toEqual(expected));
  it('finds who speaks at another pace than the others', () => {
    const texts = Array.from({ length: 20 }, (_, at) => said('字'.repeat(16 + (at % 5)), { clip: `c${at}` }));
    const { byClip } = checkTexts([...texts, said('字字', { clip: 'few' }), said('您好请问有什么可以帮您'.repeat(9), { clip: 'many' })]);
    const paced = [...byClip].filter(([, found]) => found.some(({ code }) => code === 'TEXT_PACE')).map(([clip]) => clip);
    expect(paced).toEqual(['few', 'many']);
    expect(byClip.get('few')!.find(({ code }) => code === 'TEXT_PACE')!.value).toBe(0.5);
  });
  it('tells Traditional beside Simplified, and neither alone', () => {
    expect(checkTexts([said('歡迎來電'), said('欢迎来电')]).findings).toMatchObject([{ code: 'TEXT_SCRIPTS_MIXED', value: 1 }]);
    expect(checkTexts([said('歡迎來電'), said('請問')]).findings).toEqual([]);
  });
  it('has a finite number in every finding, whatever the text', () => {
    fc.assert(fc.property(fc.array(fc.tuple(anyText(), fc.constantFrom('zh', 'en', 'ja', 'ko', 'yue'), fc.double({ min: 0, max: 60, noNaN: true })), { maxLength: 30 }), (rows) => {
      const { byClip } = checkTexts(rows.map(([text, language, durationSec], at) => ({ clip: `c${at}`, text, language: language as CheckedText['language'], durationSec, pauses: at % 4 })));
      for (const all of byClip.values()) for (const { value } of all) expect(Number.isFinite(value)).toBe(true);
    }));
  });
});

describe('loops and inventions', () => {
  it.each([
    ['谢谢谢谢谢谢谢谢谢谢', { unit: '谢', times: 10 }], ['I know, I know, I know, I know.', { unit: 'iknow', times: 4 }], ['好的好的好的好的好的，再见', { unit: '好的', times: 5 }],
    ['哈哈哈', null], ['no, no, no', null], ['您好，您好', null], ['0000', null], ['13800000000', { unit: '0', times: 8 }],
  ])('in %j the run is %j', (text, run) => expect(repeatedRun(text)).toEqual(run));
  it('finds a run wherever it begins', () => {
    fc.assert(fc.property(fc.stringMatching(/^[b-z]{0,6}$/), fc.integer({ min: 4, max: 12 }), fc.stringMatching(/^[b-z]{0,6}$/), (before, times, after) => {
      const run = repeatedRun(`${before} ${'a1'.repeat(times)} ${after}`);
      expect(run!.times).toBeGreaterThanOrEqual(times);
    }));
  });
  it.each([
    ['謝謝觀看', 1], ['請不吝點贊訂閱轉發打賞支持明鏡與點點欄目', 1], ['Thank you for watching!', 1], ['ご視聴ありがとうございました', 1], ['谢谢观看，再见', 0.667],
  ])('knows %j', (text, share) => expect(findHallucination(text)?.share).toBe(share));
  it.each(['感谢您的来电，祝您生活愉快', 'Thank you for calling, goodbye', 'We talked a long while about people who say thanks for watching at the end', ''])('leaves %j', (text) => expect(findHallucination(text)).toBe(null));
});

describe('checkAgreement', () => {
  it('is the character error rate of the one against the other', () => {
    expect(checkAgreement('您好，世界。', '您好世界', 'zh', ['a', 'b'])).toEqual({ cer: 0, finding: null });
    expect(checkAgreement('今天天气很好', '今天天汽很好', 'zh', ['a', 'b'])).toMatchObject({ cer: 1 / 6, finding: { code: 'TEXT_DISAGREES', value: 0.167 } });
    for (const [one, other] of [['', 'x'], ['x', ''], ['', '']] as const) expect(Number.isFinite(checkAgreement(one, other, 'en', ['a', 'b']).cer)).toBe(true);
  });
});
