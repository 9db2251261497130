import { parseLanguage, type Language } from '../language.js';

/** What a recogniser heard in one clip. */
export type Recognition = {
  readonly text: string;
  /** 0…1, where the recogniser says so. */
  readonly confidence: number | null;
  /** Where the recogniser says so and it is one that is trained. */
  readonly language: Language | null;
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
