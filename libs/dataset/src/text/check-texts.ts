import { detectLanguage, scriptOf, toSimplified } from '@voxtune/text';
import type { Finding, FindingCode } from '../findings.js';
import type { Language } from '../language.js';
import { spreadOf } from '../middle.js';
import { findHallucination, repeatedRun } from './find-loops.js';

/** A text to be checked. `durationSec`: of its clip. `pauses`: how many pauses of 0.3 s and more lie inside the clip's speech, where that was measured. */
export type CheckedText = { readonly clip: string; readonly text: string; readonly language: Language; readonly durationSec: number; readonly pauses?: number | undefined };
export type TextFindings = {
  /** What was found, by clip; each has a number in `value`. */
  readonly byClip: ReadonlyMap<string, readonly Finding[]>;
  /** About all of them. */
  readonly findings: readonly Finding[];
};

/** A clip's pace may lie this many robust standard deviations from the speaker's own middle. Source: Iglewicz and Hoaglin 1993, the 3.5 rule for modified z-scores. */
const PACE_SIGMAS = 3.5;
/** A clip of one analysis frame or less has no pace. Source: ours, seconds. */
const LEAST_SEC = 0.01;
/** Fewest clips whose pace says what the speaker's own is. Source: ours. */
const PACE_CLIPS = 10;
/** Pauses may outnumber marks of punctuation inside a text by so many, and the other way round, before the two are called at odds. Source: ours. */
const PAUSES_APART = 3;

/** Characters that are spoken in no language: controls, private use, unassigned, the replacement character, pictures. */
const FORBIDDEN = /[\p{Cc}\p{Co}\p{Cn}\ufffd\u200b-\u200f\u2060\ufeff\p{Extended_Pictographic}]/gu;
const DIGITS = /[0-9０-９]/g;
const INNER_MARK = /[,.!?;:，。、！？；：…—](?=.*[\p{L}\p{N}])/gsu;

/**
 * Checks the words of clips, each and against each other: language by script, characters that cannot be spoken, digits and Latin letters in Chinese, Traditional beside Simplified,
 * pace outside the speaker's own range, punctuation against pauses, repeated runs, and the phrases that recognisers make up of silence. Nothing is changed; every finding has a number.
 */
export function checkTexts(texts: readonly CheckedText[]): TextFindings {
  const byClip = new Map<string, Finding[]>();
  const findings: Finding[] = [];
  const add = (clip: string, code: FindingCode, level: Finding['level'], value: number, message: string) => byClip.set(clip, [...(byClip.get(clip) ?? []), { code, level, value, message }]);
  const paces = texts.map(({ text, durationSec }) => (durationSec > LEAST_SEC ? lettersOf(text) / durationSec : 0));
  const usual = texts.length < PACE_CLIPS ? null : spreadOf(paces);
  let traditional = 0;
  let simplified = 0;
  for (const [at, { clip, text, language, pauses }] of texts.entries()) {
    const heard = detectLanguage(text);
    if (heard !== null && heard !== language && !(language === 'yue' && heard === 'zh')) add(clip, 'TEXT_LANGUAGE', 'warning', share(text, language), `by its letters it is ${heard}, not ${language}`);
    const forbidden = text.match(FORBIDDEN) ?? [];
    if (forbidden.length > 0) add(clip, 'TEXT_FORBIDDEN', 'warning', forbidden.length, `${forbidden.length} character${forbidden.length === 1 ? '' : 's'} that cannot be spoken: ${[...new Set(forbidden)].slice(0, 5).map(nameOf).join(', ')}`);
    if (language === 'zh' || language === 'yue') {
      const digits = text.match(DIGITS)?.length ?? 0;
      if (digits > 0) add(clip, 'TEXT_DIGITS', 'note', digits, `${digits} digit${digits === 1 ? '' : 's'}: how they are read is the engine’s guess; write them as spoken`);
      const latin = [...text].filter((character) => scriptOf(character) === 'latin').length;
      if (latin > 0) add(clip, 'TEXT_LATIN', 'warning', latin, `${latin} Latin letter${latin === 1 ? '' : 's'} in Chinese: the engine garbles or drops them; write them as they sound, or split the clip`);
      const plain = toSimplified(text);
      const only = [...text].filter((character, index) => [...plain][index] !== character).length;
      traditional += only > 0 ? 1 : 0;
      simplified += only === 0 && hasSimplifiedOnly(text) ? 1 : 0;
    }
    if (usual !== null && usual.sigma > 0 && Math.abs(paces[at]! - usual.middle) > PACE_SIGMAS * usual.sigma) {
      add(clip, 'TEXT_PACE', 'warning', round(paces[at]!), `${paces[at]!.toFixed(1)} characters a second; the speaker’s own are ${(usual.middle - PACE_SIGMAS * usual.sigma).toFixed(1)} to ${(usual.middle + PACE_SIGMAS * usual.sigma).toFixed(1)}: words may be missing, or not be said`);
    }
    if (pauses !== undefined) {
      const marks = text.match(INNER_MARK)?.length ?? 0;
      if (Math.abs(marks - pauses) >= PAUSES_APART) add(clip, 'TEXT_PAUSES', 'note', marks - pauses, `${marks} mark${marks === 1 ? '' : 's'} of punctuation inside, and ${pauses} pause${pauses === 1 ? '' : 's'}`);
    }
    const loop = repeatedRun(text);
    if (loop !== null) add(clip, 'TEXT_REPEATS', 'warning', loop.times, `${JSON.stringify(loop.unit.slice(0, 20))} ${loop.times} times in a row: a recogniser’s loop, as a rule`);
    const phrase = findHallucination(text);
    if (phrase !== null) add(clip, 'TEXT_HALLUCINATION', 'warning', phrase.share, `${JSON.stringify(phrase.phrase)} is what recognisers make of silence and music`);
  }
  if (traditional > 0 && simplified > 0) findings.push({ code: 'TEXT_SCRIPTS_MIXED', level: 'note', value: traditional, message: `${traditional} texts are in Traditional characters and ${simplified} in Simplified; transcribe.characters in voxtune.yaml makes them one` });
  return { byClip, findings };
}

const lettersOf = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
const round = (value: number) => Math.round(value * 1000) / 1000;
const nameOf = (character: string) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** True when a text holds a character that only Simplified has: one that its Traditional form would change. Few and common ones suffice to tell. */
const hasSimplifiedOnly = (text: string) => /[们这说时来国对会动问电话请谢让还个为从学务查询单码发没经过开关]/u.test(text);

/** Share of the letters that are in a script of the language, 0…1. */
function share(text: string, language: Language): number {
  const scripts = [...text].map(scriptOf).filter((script) => script !== 'none');
  const wanted: readonly string[] = language === 'en' ? ['latin'] : language === 'ko' ? ['hangul'] : language === 'ja' ? ['kana', 'han'] : ['han'];
  return scripts.length === 0 ? 0 : round(scripts.filter((script) => wanted.includes(script)).length / scripts.length);
}
