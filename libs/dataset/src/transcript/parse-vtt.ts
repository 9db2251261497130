import { parseCueBlocks, stripMarkup, type ParsedCues } from './parse-cue-blocks.js';

// WebVTT, https://www.w3.org/TR/webvtt1/ §6.4: the character references a cue may hold.
const REFERENCES: ReadonlyMap<string, string> = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['nbsp', ' '], ['lrm', ''], ['rlm', ''], ['quot', '"']]);

const decodeReferences = (text: string) =>
  text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return REFERENCES.get(name.toLowerCase()) ?? whole;
    const point = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });

/**
 * Parses WebVTT: header, NOTE, STYLE and REGION blocks are passed over, cue settings, tags and character references taken off.
 * @param joiner - What stands between the lines of one cue. @default ' '
 */
export function parseVtt(text: string, joiner = ' '): ParsedCues {
  return parseCueBlocks(text, {
    joiner,
    clean: (line) => decodeReferences(stripMarkup(line)),
    isIdentifier: () => true,
    skipBlock: (first) => /^\s*(WEBVTT|NOTE|STYLE|REGION)\b/.test(first),
  });
}
