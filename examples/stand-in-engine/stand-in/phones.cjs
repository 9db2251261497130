'use strict';
// Phones that look right and mean nothing: real ones need the engine's dictionaries.
const { hash32 } = require('./random.cjs');

const INITIALS = ['b', 'p', 'm', 'f', 'd', 't', 'n', 'l', 'g', 'k', 'h', 'j', 'q', 'x', 'zh', 'ch', 'sh', 'r', 'z', 'c', 's', 'y', 'w'];
const FINALS = ['a', 'ai', 'an', 'ang', 'ao', 'e', 'ei', 'en', 'eng', 'i', 'ia', 'ian', 'iang', 'iao', 'ie', 'in', 'ing', 'iong', 'ong', 'ou', 'u', 'ua', 'uo', 'v'];
const ARPA = { a: 'AE1', b: 'B', c: 'K', d: 'D', e: 'EH1', f: 'F', g: 'G', h: 'HH', i: 'IH1', j: 'JH', k: 'K', l: 'L', m: 'M', n: 'N', o: 'OW1', p: 'P', q: 'K', r: 'R', s: 'S', t: 'T', u: 'AH1', v: 'V', w: 'W', x: 'S', y: 'Y', z: 'Z' };
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const KANA = ['a', 'i', 'u', 'e', 'o', 'k', 's', 't', 'n', 'h', 'm', 'y', 'r', 'w', 'N', 'cl', 'sh', 'ch'];
const MARKS = { '，': ',', '。': '.', '！': '!', '？': '?', '、': ',', '；': ',', '：': ',', '…': '…', ',': ',', '.': '.', '!': '!', '?': '?', '-': '-', ';': ',', ':': ',' };

/** The engine's language for the one in the list; undefined when it takes no such. */
const LANGUAGES = { ZH: 'zh', zh: 'zh', JP: 'ja', jp: 'ja', JA: 'ja', ja: 'ja', EN: 'en', en: 'en', En: 'en', KO: 'ko', Ko: 'ko', ko: 'ko', YUE: 'yue', Yue: 'yue', yue: 'yue' };

/** Text → {phones, word2ph (null for en, ja, ko), norm}. Letters inside Chinese are lost, as in the real engine. */
function toPhones(text, language) {
  const marked = [...text].map((c) => MARKS[c] ?? c).join('');
  if (language === 'zh' || language === 'yue') {
    const norm = [...marked].filter((c) => /\p{Script=Han}|[,.!?…-]/u.test(c)).join('');
    const phones = [];
    const word2ph = [];
    for (const c of norm) {
      if (/[,.!?…-]/.test(c)) {
        phones.push(c);
        word2ph.push(1);
      } else {
        const h = hash32(c);
        phones.push(INITIALS[h % INITIALS.length], `${FINALS[(h >> 8) % FINALS.length]}${1 + ((h >> 16) % 5)}`);
        word2ph.push(2);
      }
    }
    return { phones, word2ph, norm };
  }
  if (language === 'en') {
    // The real one reads numbers as a whole; here digit by digit. Then as text/en_normalization/expend.py: accents off, and what is neither Latin nor a mark is lost.
    const spelled = marked.replace(/\d/g, (d, at, all) => `${/\d/.test(all[at - 1] ?? '') ? ' ' : ''}${DIGITS[d]}`);
    const norm = spelled.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/%/g, ' percent').replace(/[^ A-Za-z'.,?!-]/g, '');
    const phones = [...norm].flatMap((c) => (/[,.!?-]/.test(c) ? [c] : (ARPA[c.toLowerCase()] ?? [])));
    return { phones: phones.length < 4 ? [',', ...phones] : phones, word2ph: null, norm }; // text/cleaner.py: never fewer than four, a comma in front
  }
  const norm = marked.trim();
  const phones = [...norm].flatMap((c) => (/[,.!?…-]/.test(c) ? [c] : /\s/.test(c) ? [] : [KANA[hash32(c) % KANA.length], KANA[(hash32(c) >> 8) % 5]]));
  return { phones, word2ph: null, norm };
}

module.exports = { LANGUAGES, toPhones };
