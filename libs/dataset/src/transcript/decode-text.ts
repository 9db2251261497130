/** Text of a file, or why it has none: the line (from 1) where it stops being UTF-8. */
export type DecodedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly line: number; readonly message: string };

/**
 * Decodes UTF-8 strictly; a byte-order mark is taken off. Other encodings are named where their mark shows them,
 * and never guessed: a guess that is wrong would train wrong words.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { ok: false, line: 1, message: 'it is UTF-16; save it as UTF-8' };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, line: brokenLine(bytes), message: 'it is not UTF-8 (perhaps GBK, Big5 or Shift-JIS); save it as UTF-8' };
  }
}

function brokenLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}
