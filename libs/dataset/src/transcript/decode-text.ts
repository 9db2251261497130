import { scriptOf } from '@voxtune/text';

/** Text of a file, or why it has none: the line (from 1) where it stops being readable. `encoding`: what it is in, where that is not UTF-8. */
export type DecodedText = { readonly ok: true; readonly text: string; readonly encoding?: string | undefined } | { readonly ok: false; readonly line: number; readonly message: string };

/** Encodings that transcripts are met in; what a text would be in each is judged by the characters that come out. */
const LEGACY = ['gb18030', 'big5', 'shift_jis', 'euc-kr'] as const;
/** The commonest characters of written Chinese, simplified and traditional: they are about half of any running text and hardly occur in a text decoded wrongly. Source: ours, from everyday text. */
const COMMON = new Set('的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心本前开開但因只从從想实實日者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并物手应應向头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難且权權思王象完设設式色路记記南品住告类類求据據程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀清今切院让讓识識候带帶导導争爭运運您请請谢謝客服欢歡迎帮幫您订訂单單号號码碼查询詢早午晚吗嗎呢吧啊哦嗯稍');
/** The commonest Korean syllables, in the same way: the bytes of simplified Chinese are Hangul too, but rarely these. Source: ours. */
const COMMON_HANGUL = new Set('이다는가을를에의한하고지사도로은기어아자리서나인시해대일있습니까요안녕님세주수정보여것그라들만면제게부과와전화상오무엇드릴객감합당해않했었될되신저희확인됩좋');
/** A reading is believed when so much of it is common, and the next best has at most a third of that. Source: ours; right readings measure 0.3 and more, wrong ones under 0.1. */
const BELIEVED = { share: 0.12, lead: 3 } as const;

/**
 * Decodes a text file: UTF-8, UTF-16 with a byte-order mark or with the zero bytes of Latin letters, else GBK/GB18030, Big5, Shift-JIS or EUC-KR where exactly one of them gives
 * text of that language. What no reading fits, or several do, is refused: a wrong guess would train wrong words.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Kind(bytes);
  if (utf16 !== null) {
    const text = decodeStrictly(bytes, utf16);
    return text === null ? { ok: false, line: 1, message: `it is ${utf16.toUpperCase()}, and broken or cut off; save it as UTF-8` } : { ok: true, text, encoding: utf16 };
  }
  const text = decodeStrictly(bytes, 'utf-8');
  if (text !== null) return { ok: true, text };
  const readings = LEGACY.flatMap((encoding) => {
    const read = decodeStrictly(bytes, encoding);
    return read === null ? [] : [{ encoding, read, share: commonShare(read, encoding) }];
  }).sort((a, b) => b.share - a.share);
  const [best, second] = readings;
  if (best !== undefined && best.share >= BELIEVED.share && best.share >= BELIEVED.lead * (second?.share ?? 0)) return { ok: true, text: best.read, encoding: best.encoding === 'gb18030' ? 'gbk' : best.encoding };
  const perhaps = readings.length === 0 ? 'nor any of GBK, Big5, Shift-JIS, EUC-KR; perhaps lines of several encodings were put together' : `and it could be ${readings.map(({ encoding }) => (encoding === 'gb18030' ? 'GBK' : encoding.toUpperCase())).join(' or ')}`;
  return { ok: false, line: brokenLine(bytes), message: `it is not UTF-8, ${perhaps}; save it as UTF-8` };
}

function utf16Kind(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 400); // ours: the first lines of any format hold digits or Latin letters
  const zeros = [0, 1].map((side) => head.filter((byte, at) => at % 2 === side && byte === 0).length);
  if (zeros[1]! > head.length / 8 && zeros[0] === 0) return 'utf-16le';
  return zeros[0]! > head.length / 8 && zeros[1] === 0 ? 'utf-16be' : null;
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Share of the characters beyond ASCII that are common in a language of the encoding. */
function commonShare(text: string, encoding: (typeof LEGACY)[number]): number {
  let foreign = 0;
  let common = 0;
  for (const character of text) {
    if (character <= '\u007f') continue;
    const script = scriptOf(character);
    if (script === 'none') continue; // punctuation is everywhere
    foreign += 1;
    if (encoding === 'shift_jis' ? script === 'kana' && !/[\uff66-\uff9f]/.test(character) : encoding === 'euc-kr' ? COMMON_HANGUL.has(character) : COMMON.has(character)) common += 1;
  }
  return foreign === 0 ? 0 : common / foreign;
}

function brokenLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}
