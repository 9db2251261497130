import { parseLanguage, type Language } from '../language.js';

/** What a recogniser heard in one clip. */
export type Recognition = {
  readonly text: string;
  /** 0…1, where the recogniser says so. */
  readonly confidence: number | null;
  /** Where the recogniser says so and it is one that is trained. */
  readonly language: Language | null;
  /** When each word or stretch is said, seconds from the clip's start, where the recogniser says so. */
  readonly times?: readonly { readonly text: string; readonly startSec: number; readonly endSec: number }[] | undefined;
};

/**
 * Reads what a recogniser program printed: a JSON object with `text` (and `confidence`, `language`), or plain text.
 * Lines are joined with spaces. Never throws: what is no such JSON is text.
 */
export function parseRecognition(output: string): Recognition {
  const text = output.replace(/^\ufeff/, '').trim();
  if (text.startsWith('{')) {
    try {
      const value = JSON.parse(text) as { text?: unknown; confidence?: unknown; language?: unknown };
      if (typeof value.text === 'string') {
        const { confidence, language } = value;
        const sure = typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null;
        return { text: oneLine(value.text), confidence: sure, language: typeof language === 'string' ? parseLanguage(language) : null };
      }
    } catch {
      return { text: oneLine(text), confidence: null, language: null };
    }
  }
  return { text: oneLine(text), confidence: null, language: null };
}

const oneLine = (text: string): string => text.split(/\s*[\r\n]+\s*/u).map((line) => line.trim()).filter((line) => line !== '').join(' ');

/** Names that servers give languages (Whisper: `english`); codes are read by `parseLanguage`. */
const LANGUAGE_NAMES: Readonly<Record<string, string>> = { chinese: 'zh', mandarin: 'zh', english: 'en', japanese: 'ja', korean: 'ko', cantonese: 'yue' };

/**
 * Reads the answer of an OpenAI-compatible transcription server: `json`, `verbose_json` or plain text. Confidence is the mean probability of a token, exp of the segments' `avg_logprob` weighted by
 * their lengths. Times are the words', else the segments'.
 */
export function parseServerAnswer(body: string): Recognition {
  type Piece = { text?: unknown; word?: unknown; start?: unknown; end?: unknown; avg_logprob?: unknown };
  let value: { text?: unknown; language?: unknown; segments?: unknown; words?: unknown };
  try {
    value = JSON.parse(body) as typeof value;
  } catch {
    return parseRecognition(body);
  }
  if (typeof value !== 'object' || value === null || typeof value.text !== 'string') return parseRecognition(typeof value === 'string' ? value : '');
  const pieces = (list: unknown): Piece[] => (Array.isArray(list) ? list.filter((piece): piece is Piece => typeof piece === 'object' && piece !== null) : []);
  const timed = (list: readonly Piece[]) => list.flatMap(({ text, word, start, end }) => {
    const said = typeof word === 'string' ? word : text;
    return typeof said === 'string' && typeof start === 'number' && typeof end === 'number' && end >= start ? [{ text: said.trim(), startSec: start, endSec: end }] : [];
  });
  const segments = pieces(value.segments);
  let logs = 0;
  let seconds = 0;
  for (const { start, end, avg_logprob } of segments) {
    if (typeof avg_logprob !== 'number' || !Number.isFinite(avg_logprob)) continue;
    const length = typeof start === 'number' && typeof end === 'number' && end > start ? end - start : 1;
    logs += Math.min(0, avg_logprob) * length;
    seconds += length;
  }
  const words = timed(pieces(value.words));
  const times = words.length > 0 ? words : timed(segments);
  const language = typeof value.language === 'string' ? value.language.toLowerCase() : '';
  return { text: oneLine(value.text), confidence: seconds === 0 ? null : Math.exp(logs / seconds), language: parseLanguage(LANGUAGE_NAMES[language] ?? language), ...(times.length === 0 ? {} : { times }) };
}
