/** Fastest speech that can still be speech, characters a second: conversational zh is 4–6, en 14–17; these are far beyond. */
const FASTEST = { cjk: 16, other: 45 } as const;
/** Fastest speech that can still be speech where it is written without spaces: Han, kana and hangul. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const OTHER = /[\p{L}\p{N}]/gu;

/**
 * The least time in which anyone could say a text.
 * @param speed - Speaking rate asked for; 2 halves the time.
 * @returns Seconds; 0 for a text without letters or digits.
 */
export function leastSpeechSec(text: string, speed = 1): number {
  const cjk = text.match(CJK)?.length ?? 0;
  const other = (text.match(OTHER)?.length ?? 0) - cjk;
  return (cjk / FASTEST.cjk + other / FASTEST.other) / speed;
}
