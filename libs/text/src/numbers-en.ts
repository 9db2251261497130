const ONES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const LARGE = ['', 'thousand', 'million', 'billion', 'trillion'];
const ORDINALS: Readonly<Record<string, string>> = { one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth', twelve: 'twelfth' };

/** Reads digits one by one: `911` → nine one one. */
export const readDigitsEn = (digits: string): string => Array.from(digits, (digit) => ONES[Number(digit)]!).join(' ');

/** Reads a whole number: `1205` → one thousand two hundred five; more than fifteen digits one by one. */
export function readIntegerEn(digits: string): string {
  const plain = digits.replace(/^0+(?=.)/, '');
  if (plain.length > 15) return readDigitsEn(plain);
  if (plain === '0') return ONES[0]!;
  const words: string[] = [];
  for (let end = plain.length, g = 0; end > 0; end -= 3, g++) {
    const group = Number(plain.slice(Math.max(0, end - 3), end));
    if (group > 0) words.unshift(...readGroup(group), ...(g > 0 ? [LARGE[g]!] : []));
  }
  return words.join(' ');
}

function readGroup(group: number): string[] {
  const words: string[] = [];
  if (group >= 100) words.push(ONES[Math.floor(group / 100)]!, 'hundred');
  const rest = group % 100;
  if (rest >= 20) words.push(TENS[Math.floor(rest / 10)]!, ...(rest % 10 > 0 ? [ONES[rest % 10]!] : []));
  else if (rest > 0) words.push(ONES[rest]!);
  return words;
}

/** Reads a year: `1455` → fourteen fifty five, `1905` → nineteen oh five, `2009` → two thousand nine. */
function readYear(digits: string): string {
  const century = digits.slice(0, 2), rest = digits.slice(2);
  if (rest === '00') return `${readIntegerEn(century)} hundred`;
  return rest.startsWith('0') ? `${readIntegerEn(century)} oh ${readIntegerEn(rest)}` : `${readIntegerEn(century)} ${readIntegerEn(rest)}`;
}

function ordinal(digits: string): string {
  const words = readIntegerEn(digits).split(' ');
  const last = words.pop()!;
  return [...words, ORDINALS[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`)].join(' ');
}

const CURRENCY: Readonly<Record<string, string>> = { '$': 'dollars', '€': 'euros', '£': 'pounds', '¥': 'yuan' };
const decimal = (number: string): string => {
  const [whole = '', fraction] = number.split('.');
  return readIntegerEn(whole === '' ? '0' : whole) + (fraction === undefined ? '' : ` point ${readDigitsEn(fraction)}`);
};

/** From this many digits on, a number without commas is a telephone number or an identifier. */
const IDENTIFIER_DIGITS = 7;

/** Reads every number in English text aloud; four digits from 1100 to 1999 and 2010 to 2099 as years. */
export function readNumbersEn(text: string): string {
  return text
    .replace(/(?<![\d$€£¥.])\d{1,3}(?:,\d{3})+(?![\d.%])/g, (n) => ` ${readIntegerEn(n.replaceAll(',', ''))} `)
    .replace(/(?<=\d),(?=\d{3}(?!\d)|\d{3},)/g, '')
    .replace(/([$€£¥])\s*(\d+(?:\.\d+)?)/g, (_, sign: string, n: string) => ` ${decimal(n)} ${CURRENCY[sign]!} `)
    .replace(/(\d+(?:\.\d+)?)\s*%/g, (_, n: string) => ` ${decimal(n)} percent `)
    .replace(/\b(\d+)(?:st|nd|rd|th)\b/gi, (_, n: string) => ` ${ordinal(n)} `)
    .replace(/\d+(?:\.\d+)?/g, (n) => {
      if (n.includes('.')) return ` ${decimal(n)} `;
      if (/^(?:1[1-9]|20[1-9])\d\d?$/.test(n) && n.length === 4) return ` ${readYear(n)} `;
      return ` ${n.length >= IDENTIFIER_DIGITS || (n.length > 1 && n.startsWith('0')) ? readDigitsEn(n) : readIntegerEn(n)} `;
    });
}
