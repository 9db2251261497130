/**
 * Reads a Range header of one range (RFC 9110 §14.1.2): `bytes=0-99`, `bytes=100-`, `bytes=-50`.
 * @returns `[start, end)` within `size` bytes; null where the whole is to be sent (no header, another unit, several ranges); `outside` where nothing fits.
 */
export function parseRange(header: string | undefined, size: number): { readonly start: number; readonly end: number } | 'outside' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') return Number(last) === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < start) return null; // malformed: the header is to be ignored
  return start >= size ? 'outside' : { start, end };
}
