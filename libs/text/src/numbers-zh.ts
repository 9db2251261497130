const DIGITS = '零一二三四五六七八九';
const SMALL = ['', '十', '百', '千'];
const LARGE = ['', '万', '亿', '万亿'];

/** Reads digits one by one: `138` → 一三八. */
export const readDigitsZh = (digits: string): string => Array.from(digits, (digit) => DIGITS[Number(digit)]!).join('');

/**
 * Reads a whole number as a quantity: `1005` → 一千零五, `10` → 十.
 * @param digits - Decimal digits; more than sixteen are read one by one.
 */
export function readIntegerZh(digits: string): string {
  const plain = digits.replace(/^0+(?=.)/, '');
  if (plain.length > 16) return readDigitsZh(plain);
  if (plain === '0') return '零';
  const groups: string[] = [];
  for (let end = plain.length; end > 0; end -= 4) groups.unshift(plain.slice(Math.max(0, end - 4), end));
  let read = '', gap = false;
  groups.forEach((group, g) => {
    if (Number(group) === 0) { gap = read !== ''; return; }
    if (read !== '' && (gap || group.startsWith('0'))) read += '零';
    read += readGroup(group.replace(/^0+/, '')) + LARGE[groups.length - 1 - g]!;
    gap = false;
  });
  return read.replace(/^一十/, '十');
}

function readGroup(group: string): string {
  let read = '', gap = false;
  Array.from(group).forEach((digit, i) => {
    if (digit === '0') { gap = true; return; }
    if (gap && read !== '') read += '零';
    read += DIGITS[Number(digit)]! + SMALL[group.length - 1 - i]!;
    gap = false;
  });
  return read;
}

/** Reads a number with an optional fraction: `3.14` → 三点一四. */
export function readNumberZh(text: string): string {
  const [whole = '', fraction] = text.split('.');
  return readIntegerZh(whole === '' ? '0' : whole) + (fraction === undefined ? '' : `点${readDigitsZh(fraction)}`);
}

/** Short numbers that callers know by their digits: emergency and service lines. */
const SERVICE_LINE = /^(?:110|119|120|122|10[01]\d\d|12[0-9]\d\d|123\d\d|95\d{3})$/;
/** From this many digits on, a number without a comma is a telephone number or an identifier. */
const IDENTIFIER_DIGITS = 7;
/** A unit behind a number makes it a quantity. */
const UNIT = /^(?:元|块|角|分|个|位|名|人|次|天|日|号|月|周|小时|分钟|秒|米|公里|千米|厘米|公斤|千克|克|吨|升|件|台|部|张|本|条|只|辆|家|岁|倍|万|亿|千|百|%|％|°)/;

type Rule = readonly [RegExp, (...groups: string[]) => string];

/** How digits are read one by one: 一, or 幺 as on the telephone. */
export type DigitOne = '一' | '幺';
const readOneByOne = (digits: string, one: DigitOne): string => readDigitsZh(digits).replaceAll('一', one);

/** Tried in order on the whole text; each replaces what it reads. */
const makeRules = (one: DigitOne): readonly Rule[] => [
  // 2024-05-06, 2024/5/6
  [/(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/g, (_, y, m, d) => `${readDigitsZh(y!)}年${readIntegerZh(m!)}月${readIntegerZh(d!)}日`],
  [/(?<!\d)(\d{4}|\d{2})年/g, (_, y) => `${readDigitsZh(y!)}年`],
  // 12:30, 8:05:09
  [/(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)/g, (_, h, m, s) => `${readIntegerZh(h!)}点${readMinutes(m!)}${s === undefined ? '' : `${readMinutes(s)}秒`}`],
  // telephone numbers with hyphens or spaces: 010-12345678, 400-820-8820, 138 0013 8000
  [/(?<!\d)(?:\+?86[- ]?)?(\d{3,4})[- ](\d{3,4})[- ]?(\d{4})(?!\d)/g, (_, a, b, c) => readOneByOne(a! + b! + c!, one)],
  [/(?<!\d)(0\d{2,3})-(\d{7,8})(?!\d)/g, (_, a, b) => readOneByOne(a! + b!, one)],
  [/(?<=\d),(?=\d{3}(?!\d))|(?<=\d),(?=\d{3},)/g, () => ''],
  [/[¥$€£]\s*(\d+(?:\.\d+)?)/g, (whole, n) => readNumberZh(n!) + CURRENCY[whole![0]!]!],
  [/(-?)(\d+(?:\.\d+)?)\s*%/g, (_, minus, n) => `${minus === '' ? '' : '负'}百分之${readNumberZh(n!)}`],
  [/(-?)(\d+(?:\.\d+)?)\s*°C/g, (_, minus, n) => `${minus === '' ? '' : '零下'}${readNumberZh(n!)}摄氏度`],
  [/(?<!\d)(\d{1,3})\/(\d{1,3})(?!\d)/g, (_, a, b) => `${readIntegerZh(b!)}分之${readIntegerZh(a!)}`],
  [/(?<=\d)\s*[~-]\s*(?=\d)/g, () => '到'],
  [/(?<![\p{L}\d])-(?=\d)/gu, () => '负'],
];

const RULES: Readonly<Record<DigitOne, readonly Rule[]>> = { 一: makeRules('一'), 幺: makeRules('幺') };

const CURRENCY: Readonly<Record<string, string>> = { '¥': '元', '$': '美元', '€': '欧元', '£': '英镑' };
const readMinutes = (digits: string): string => (digits === '00' ? '' : (digits.startsWith('0') ? '零' : '') + readIntegerZh(digits));

/**
 * Reads every number in Chinese text aloud: dates, times, money, shares, telephone numbers digit by digit, quantities.
 * Expects half-width digits. Where a number can be read in two ways, long ones and service lines (10086) go digit by digit.
 * @param digitOne - How the digit 1 is read in telephone numbers and identifiers; speech wants 幺, comparing words 一. @default '一'
 */
export function readNumbersZh(text: string, { digitOne = '一' }: { readonly digitOne?: DigitOne } = {}): string {
  let read = text;
  for (const [pattern, say] of RULES[digitOne]) read = read.replace(pattern, (...groups) => say(...(groups as string[])));
  return read.replace(/\d+(?:\.\d+)*/g, (number, offset: number, whole: string) => {
    const parts = number.split('.');
    if (parts.length > 2) return parts.map(readDigitsZh).join('点'); // a version: 1.2.3
    if (parts.length === 2) return readNumberZh(number);
    const quantity = UNIT.test(whole.slice(offset + number.length));
    const digitwise = !quantity && (number.length >= IDENTIFIER_DIGITS || SERVICE_LINE.test(number));
    return digitwise || (number.length > 1 && number.startsWith('0')) ? readOneByOne(number, digitOne) : readIntegerZh(number);
  });
}
