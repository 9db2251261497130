import type { LineProblem } from './cue.js';

/** One row of LJSpeech's `metadata.csv`; `text` is the normalised form where the row has one. */
export type LjspeechEntry = { readonly line: number; readonly id: string; readonly text: string; readonly speaker: string | null };
export type ParsedLjspeech = { readonly entries: readonly LjspeechEntry[]; readonly problems: readonly LineProblem[] };

/**
 * Parses LJSpeech `metadata.csv`: `id|raw|normalised`, or `id|text`; no quoting, no header.
 * The header `audio_file|text|speaker_name` of the Coqui form is understood too.
 */
export function parseLjspeechMetadata(text: string): ParsedLjspeech {
  const entries: LjspeechEntry[] = [];
  const problems: LineProblem[] = [];
  let coqui = false;
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (raw.trim() === '') continue;
    const fields = raw.split('|').map((field) => field.trim());
    const [id = '', first = '', second = ''] = fields;
    if (line === 1 && id === 'audio_file' && first === 'text') {
      coqui = true;
    } else if (fields.length < 2 || fields.length > 3) {
      problems.push({ line, message: `${fields.length} column${fields.length === 1 ? '' : 's'} where id|text or id|text|normalised text is expected`, used: false });
    } else if (id === '') {
      problems.push({ line, message: 'names no recording', used: false });
    } else {
      entries.push({ line, id, text: coqui || second === '' ? first : second, speaker: coqui && second !== '' ? second : null });
    }
  }
  return { entries, problems };
}
