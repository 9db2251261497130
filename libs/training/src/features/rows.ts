/** A row of 2-name2text.txt. */
export type TextRow = { readonly key: string; readonly phones: readonly string[]; /** What was read, after the engine's normalisation. */ readonly text: string; readonly line: string };
/** A row of 6-name2semantic.tsv. */
export type SemanticRow = { readonly key: string; readonly tokens: number; readonly line: string };

/** First line of 6-name2semantic.tsv (webui.py open1abc, 48b1a01). */
export const SEMANTIC_HEADER = 'item_name\tsemantic_audio';

/** Columns the engine reads: name, phones, word2ph, text (AR/data/dataset.py skips rows with another count). */
const TEXT_COLUMNS = 4;

/** Rows that training can use, by file name; of a repeated name the last, as the engine does. Lines that are not such rows are passed over. */
export function parseTextRows(text: string): ReadonlyMap<string, TextRow> {
  const rows = new Map<string, TextRow>();
  for (const line of text.split('\n')) {
    const columns = line.split('\t');
    const [key, phones, , read = ''] = columns;
    if (columns.length !== TEXT_COLUMNS || key === undefined || key === '' || phones === undefined || phones.trim() === '') continue;
    rows.set(key, { key, phones: phones.split(' '), text: read, line });
  }
  return rows;
}

// text/symbols2.py 48b1a01: punctuation, pu_symbols and pad; everything else is a sound.
const SILENT_PHONES = new Set(['!', '?', '…', ',', '.', '-', 'SP', 'SP2', 'SP3', 'UNK', '_']);

/** Whether anything is spoken: the engine leaves out, without a word, what it cannot read, and may keep a row of punctuation alone. */
export const isSpoken = ({ phones }: Pick<TextRow, 'phones'>): boolean => phones.some((phone) => !SILENT_PHONES.has(phone));

const SCRIPTS = [/\p{Script=Han}/gu, /\p{Script=Latin}/gu, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu, /\p{Script=Hangul}/gu, /\p{Script=Cyrillic}/gu] as const;

/** Letters of a text whose whole script is not in what the engine read, such as the Latin ones of a Chinese sentence. */
export const lettersLost = (text: string, read: string): string => SCRIPTS.flatMap((script) => (read.search(script) === -1 ? (text.match(script) ?? []) : [])).join('');

/** As {@link parseTextRows}; a row counts only when every token is a codebook index, an integer ≥ 0. */
export function parseSemanticRows(text: string): ReadonlyMap<string, SemanticRow> {
  const rows = new Map<string, SemanticRow>();
  for (const line of text.split('\n')) {
    const [key, tokens, ...more] = line.split('\t');
    if (line === SEMANTIC_HEADER || more.length > 0 || key === undefined || key === '' || tokens === undefined) continue;
    const ids = tokens.trim().split(' ');
    if (ids.every((id) => /^\d+$/.test(id))) rows.set(key, { key, tokens: ids.length, line });
  }
  return rows;
}

/** The merged file: the rows of the given clips, in the list's order. */
export function formatRows(keys: readonly string[], rows: ReadonlyMap<string, { readonly line: string }>, header: string | null): string {
  const lines = keys.flatMap((key) => rows.get(key)?.line ?? []);
  return [...(header === null ? [] : [header]), ...lines].map((line) => `${line}\n`).join('');
}

// AR/data/dataset.py (48b1a01): hz 25, max_sec 54 (configs), phonemes per second 3…25; module/data_utils.py: 0.6 s < duration < 54 s.
const TOKENS_PER_SEC = 25;
const MAX_SEC = 54;
const MIN_SEC_SOVITS = 0.6;
const MIN_PHONES_PER_SEC = 3;
const MAX_PHONES_PER_SEC = 25;
const PHONES_PER_TOKEN_LIMIT = 2.5;

/** Why GPT training leaves an utterance out without naming it; null when it takes it. */
export function refuseForGpt(phones: number, tokens: number): string | null {
  const sec = tokens / TOKENS_PER_SEC;
  if (sec > MAX_SEC) return `${sec.toFixed(1)} s is longer than the ${MAX_SEC} s that GPT training takes`;
  if (phones > (MAX_SEC * TOKENS_PER_SEC) / PHONES_PER_TOKEN_LIMIT) return `${phones} phones are more than GPT training takes (540)`;
  const rate = phones / sec;
  if (rate > MAX_PHONES_PER_SEC || rate < MIN_PHONES_PER_SEC) {
    return `${rate.toFixed(1)} phones a second are outside ${MIN_PHONES_PER_SEC} to ${MAX_PHONES_PER_SEC}: text and audio hardly belong together`;
  }
  return null;
}

/** Why SoVITS training leaves a clip out without naming it; null when it takes it. @param wavBytes - Size of its 5-wav32k file; upstream divides all of it by the rate. */
export function refuseForSovits(wavBytes: number): string | null {
  const sec = wavBytes / 32_000 / 2;
  if (sec > MIN_SEC_SOVITS && sec < MAX_SEC) return null;
  return `${sec.toFixed(2)} s is outside the ${MIN_SEC_SOVITS} to ${MAX_SEC} s that SoVITS training takes`;
}
