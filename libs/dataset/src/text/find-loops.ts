/** A run counts as a loop from so many repetitions of one letter, and of anything longer, when it covers so many letters in all. Source: ours; “哈哈哈” and “no no no” are speech. */
const LEAST = { ofOneLetter: 6, ofMore: 4, letters: 8 } as const;

/**
 * Finds the longest run of one piece of text said over and over, spaces and punctuation aside.
 * @returns null where nothing repeats beyond what people do.
 */
export function repeatedRun(text: string): { readonly unit: string; readonly times: number } | null {
  const letters = [...text.toLowerCase()].filter((character) => /[\p{L}\p{N}]/u.test(character));
  let best: { unit: string; times: number; covers: number } | null = null;
  for (let period = 1; period <= Math.min(40, letters.length / LEAST.ofMore); period += 1) {
    let run = 0; // letters that equal the one a period before
    for (let at = period; at <= letters.length; at += 1) {
      if (at < letters.length && letters[at] === letters[at - period]) {
        run += 1;
        continue;
      }
      const times = Math.floor(run / period) + 1;
      const covers = times * period;
      const enough = times >= (period === 1 ? LEAST.ofOneLetter : LEAST.ofMore) && covers >= (period === 1 ? LEAST.ofOneLetter : LEAST.letters);
      if (enough && (best === null || covers > best.covers)) best = { unit: letters.slice(at - run - period, at - run).join(''), times, covers };
      run = 0;
    }
  }
  return best === null ? null : { unit: best.unit, times: best.times };
}

/** What Whisper and its kin write over silence, noise and music: the credits and farewells of the videos that they learned from. Letters only, lower case; Chinese in Simplified. Source: ours, from what users of recognisers report. */
const PHRASES = [
  '请不吝点赞订阅转发打赏支持明镜与点点栏目', '字幕由amaraorg社群提供', '字幕志愿者', '中文字幕志愿者', '谢谢观看', '感谢观看', '感谢您的观看', '谢谢大家收看', '请订阅我的频道', '记得点赞订阅', '优优独播剧场', '字幕制作', '明镜需要您的支持欢迎订阅明镜',
  'thanksforwatching', 'thankyouforwatching', 'thankyousomuchforwatching', 'pleasesubscribe', 'subscribetomychannel', 'likeandsubscribe', 'dontforgettosubscribe', 'subtitlesbytheamaraorgcommunity', 'subtitlesby', 'captionsby', 'transcriptionby', 'seeyouinthenextvideo',
  'ご視聴ありがとうございました', 'ご清聴ありがとうございました', 'チャンネル登録お願いします', 'チャンネル登録よろしくお願いします', '最後までご視聴いただきありがとうございました', '字幕視聴ありがとうございました',
] as const;

/** A phrase counts when it is at least so much of the text: inside a long sentence people do say “thanks for watching”. Source: ours. */
const LEAST_SHARE = 0.5;

/** Finds a stock phrase of recognisers. `share`: of the text's letters, 0…1. */
export function findHallucination(text: string): { readonly phrase: string; readonly share: number } | null {
  const letters = [...simplify(text).toLowerCase()].filter((character) => /[\p{L}\p{N}]/u.test(character)).join('');
  if (letters === '') return null;
  const found = PHRASES.filter((phrase) => letters.includes(phrase)).sort((a, b) => b.length - a.length)[0];
  if (found === undefined) return null;
  const share = Math.min(1, (letters.split(found).length - 1) * found.length / letters.length);
  return share < LEAST_SHARE ? null : { phrase: found, share: Math.round(share * 1000) / 1000 };
}

// The few characters of the phrases that Traditional writes otherwise: quicker than the whole table for every text.
const TO_SIMPLIFIED = new Map([...'請轉發賞與點讚贊訂閱欄鏡志願觀謝頻記優獨劇場製作歡羣群'].map((character, at) => [character, [...'请转发赏与点赞赞订阅栏镜志愿观谢频记优独剧场制作欢群群'][at]!]));
const simplify = (text: string) => (/[\u3040-\u30ff]/.test(text) ? text : [...text].map((character) => TO_SIMPLIFIED.get(character) ?? character).join(''));
