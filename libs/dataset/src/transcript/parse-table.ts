import type { LineProblem } from './cue.js';
import { contentOf, type SpokenRow, type TranscriptContent } from './content.js';
import { namesWords, readNamedFields } from './named-fields.js';

type Row = { readonly line: number; readonly fields: readonly string[] };

/**
 * Parses a table of words with a header that names its columns, or (tab-separated only) of two columns `audio`, `text` without one: Common Voice's TSV, Hugging Face's `metadata.csv`, our own export.
 * @returns null when the first line names no columns of audio and words.
 * @param separator - `,` or `;` (spreadsheets where `,` is the decimal mark): fields may be quoted, and may then hold line ends (RFC 4180). Tab: a field is what stands between two tabs, quotes included.
 */
export function parseTable(text: string, separator: ',' | ';' | '\t'): TranscriptContent | null {
  const { rows, problems } = separator === '\t' ? { rows: splitLines(text), problems: [] } : splitQuoted(text, separator);
  const [first, ...rest] = rows;
  if (first === undefined) return contentOf([], problems);
  const names = first.fields.map((name) => name.trim());
  const headed = namesWords(names);
  if (!headed && (separator !== '\t' || first.fields.length !== 2)) return null;
  const header = headed ? names : ['file_name', 'text'];
  const found: SpokenRow[] = [];
  const refused: LineProblem[] = [...problems];
  for (const { line, fields } of headed ? rest : rows) {
    if (fields.length !== header.length) {
      refused.push({ line, message: `${fields.length} columns where ${header.length} are named`, used: false, ...(separator === '\t' ? {} : { fix: `put text that holds a ${separator === ',' ? 'comma' : 'semicolon'} in "…"` }) });
      continue;
    }
    const read = readNamedFields(Object.fromEntries(header.map((name, at) => [name, fields[at] ?? ''])), line);
    if ('row' in read) found.push(read.row);
    else refused.push(read.problem);
  }
  return contentOf(found, refused);
}

function splitLines(text: string): readonly Row[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index) => (raw.trim() === '' ? [] : [{ line: index + 1, fields: raw.split('\t') }]));
}

/** RFC 4180, tolerantly: a quote inside an unquoted field is itself; an unclosed one ends with its line, and is told. */
function splitQuoted(text: string, separator: ',' | ';'): { readonly rows: readonly Row[]; readonly problems: readonly LineProblem[] } {
  const rows: Row[] = [];
  const problems: LineProblem[] = [];
  const field = new RegExp(String.raw`(?:"((?:[^"]|"")*)"(?=${separator}|\r|\n|$)|([^${separator}\r\n]*))(${separator}|\r\n|\n|\r|$)`, 'y');
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const startLine = line;
    const fields: string[] = [];
    for (;;) {
      field.lastIndex = at;
      const match = field.exec(text);
      if (match === null) return { rows, problems }; // the second alternative takes anything, so it always matches
      const [whole, quoted, plain = '', end = ''] = match;
      if (quoted === undefined && plain.startsWith('"')) problems.push({ line, message: `a " is opened and not closed before the next ${separator === ',' ? 'comma' : 'semicolon'} or line end`, used: true, fix: 'double the quotes inside a quoted field' });
      fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
      at = field.lastIndex;
      if (end !== separator) break;
    }
    if (fields.some((value) => value.trim() !== '')) rows.push({ line: startLine, fields });
  }
  return { rows, problems };
}
