import { parseCueBlocks, stripMarkup, type ParsedCues } from './parse-cue-blocks.js';

/**
 * Parses SubRip subtitles, tolerantly: byte-order mark, CRLF, missing numbers, `.` for `,` in times, missing blank
 * lines, markup such as `<i>` and `{\an8}` are all met in the wild.
 * @param joiner - What stands between the lines of one cue. @default ' '
 * @returns Cues in file order, and a problem for each line that was not understood.
 */
export function parseSrt(text: string, joiner = ' '): ParsedCues {
  return parseCueBlocks(text, { joiner, clean: stripMarkup, isIdentifier: (line) => /^\d+$/.test(line), skipBlock: () => false });
}
