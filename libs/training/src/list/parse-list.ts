/** Languages that 1-get-text.py takes (GPT-SoVITS 48b1a01), by their spelling in the list. */
export const LIST_LANGUAGES: Readonly<Record<string, string>> = {
  ZH: 'zh', zh: 'zh', JP: 'ja', jp: 'ja', JA: 'ja', ja: 'ja', EN: 'en', en: 'en', En: 'en', KO: 'ko', Ko: 'ko', ko: 'ko', yue: 'yue', YUE: 'yue', Yue: 'yue',
};

/** A line of a training list that the engine can use. */
export type ListClip = {
  /** Bare file name: the engine's key of every feature file. */
  readonly key: string;
  /** The name without a final `.wav`: what accountings call it. */
  readonly id: string;
  /** Line number, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
};

/** A training list as the engine will read it. Law: lines that are not blank = clips + refused. */
export type ParsedList = {
  readonly clips: readonly ListClip[];
  readonly refused: readonly { readonly id: string; readonly line: number; readonly reason: string }[];
  /** File names that occur twice, with both lines: the engine would mix their features up. */
  readonly duplicates: readonly { readonly key: string; readonly lines: readonly [number, number] }[];
};

// clean_path of tools/my_utils.py (48b1a01) strips these from both ends, then basename.
const cleanKey = (path: string): string => path.replace(/^[\s"'\u202a]+|[\s"'\u202a]+$/g, '').split(/[/\\]/).at(-1) ?? '';

/** The id of a file name in accountings. */
export const clipId = (key: string): string => key.replace(/\.wav$/i, '');

/** Reads upstream's list, `audio|speaker|language|text` on each line, saying of each line whether the engine can use it. Never throws. */
export function parseEngineList(text: string): ParsedList {
  const clips: ListClip[] = [];
  const refused: { id: string; line: number; reason: string }[] = [];
  const duplicates: { key: string; lines: readonly [number, number] }[] = [];
  const seen = new Map<string, number>();
  for (const [index, raw] of text.replace(/^\ufeff/, '').split('\n').entries()) {
    const row = raw.replace(/\r$/, '');
    if (row.trim() === '') continue;
    const line = index + 1;
    const fields = row.split('|');
    const key = cleanKey(fields[0] ?? '');
    const refuse = (reason: string): void => void refused.push({ id: key === '' ? `line ${line}` : `${clipId(key)}`, line, reason: `line ${line} of the list: ${reason}` });
    const language = LIST_LANGUAGES[fields[2] ?? ''];
    if (fields.length !== 4) refuse(`${fields.length} fields where the engine needs four (audio|speaker|language|text)`);
    else if (key === '') refuse('no audio file is named');
    else if (language === undefined) refuse(`language '${fields[2]}' is not one the engine trains (zh, en, ja, ko, yue)`);
    else if ((fields[3] ?? '').trim() === '') refuse('the transcript is empty');
    else if (seen.has(key)) {
      duplicates.push({ key, lines: [seen.get(key) ?? 0, line] });
      refuse(`another clip is called ${key} too`);
    } else {
      seen.set(key, line);
      clips.push({ key, id: clipId(key), line, language, text: fields[3] ?? '' });
    }
  }
  return { clips, refused, duplicates };
}
