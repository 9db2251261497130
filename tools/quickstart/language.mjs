import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

const WORDS = new Set(['.srt', '.vtt', '.txt', '.lab', '.csv', '.tsv', '.list', '.jsonl']);
const MAX_FILES = 40;
const MAX_CHARACTERS = 20_000;

/**
 * Tells the language from the words beside the recordings.
 * @param {readonly string[]} places - Files and folders that may hold words.
 * @returns {string | null} null when there are no words.
 */
export function languageOfWords(places) {
  const text = places.flatMap(wordFiles).slice(0, MAX_FILES).map((file) => readFileSync(file, 'utf8').slice(0, MAX_CHARACTERS)).join('\n');
  return languageOfText(text);
}

/** @param {string} text @returns {'zh' | 'en' | 'ja' | 'ko' | null} */
export function languageOfText(text) {
  const count = (pattern) => text.match(pattern)?.length ?? 0;
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const hangul = count(/\p{Script=Hangul}/gu);
  const han = count(/\p{Script=Han}/gu);
  const latinWords = count(/\p{Script=Latin}+/gu);
  if (kana + hangul + han + latinWords === 0) return null;
  if (hangul > kana + han) return 'ko';
  if (kana > 0.1 * (kana + han) && kana + han > latinWords) return 'ja';
  // File names and speaker names in a list are Latin too: a Chinese list has fewer Latin words than characters.
  return han > latinWords ? 'zh' : 'en';
}

function wordFiles(place) {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && WORDS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
