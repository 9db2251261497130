// AssemblyScript. Huffman codes (ISO/IEC 11172-3 §2.4.1.8 and table B.7) to scaled lines of a spectrum: one lookup gives two lines with their signs.
import { HEADS, MAIN_DATA, MAPS, PAIR_SCALES, POWERS, QUADS, SIGNED_POWERS } from './memory';
import { Granule, layoutOf, peek } from './side-info';

/** Reads a granule's lines from bit `p` of the main data on; its part ends at bit `end`. @returns False when the codes do not end there. */
export function readLines(gr: Granule, rate: i32, spectrum: usize, p: i32, end: i32): bool {
  const map = MAPS + <usize>(rate * 3 + layoutOf(gr)) * 1152, last = gr.bigValues << 1;
  const first = min(gr.region1, last), second = min(gr.region2, last);
  p = readPairs(gr.table0, 0, first, map, spectrum, p);
  p = readPairs(gr.table1, first, second, map, spectrum, p);
  p = readPairs(gr.table2, second, last, map, spectrum, p);
  if (p > end) return false;
  gr.lines = readQuads(gr.quadTable, last, map, spectrum, p, end);
  return true;
}

function readPairs(table: i32, from: i32, to: i32, map: usize, spectrum: usize, p: i32): i32 {
  const head = HEADS + (<usize>table << 4), codes = <usize>load<u32>(head), shift = load<u64>(head, 4) & 63;
  if (codes === 0) return p;
  for (let i = from; i < to; i += 2) {
    const word = peek(MAIN_DATA, p), entry = load<u32>(codes + (<usize>(word >> shift) << 2));
    const scale = load<f32>(PAIR_SCALES + (<usize>i << 1)), targets = load<u32>(map + (<usize>i << 1));
    const length = <i32>(entry & 31);
    if (length !== 0) {
      p += length;
      store<f32>(spectrum + (targets & 0xffff), load<f32>(SIGNED_POWERS + ((entry >> 8) & 0xff)) * scale);
      store<f32>(spectrum + (targets >> 16), load<f32>(SIGNED_POWERS + ((entry >> 16) & 0xff)) * scale);
    } else {
      p = readLongPair(entry, codes, <u64>64 - shift, load<u32>(head, 12), word, p, spectrum + (targets & 0xffff), spectrum + (targets >> 16), scale);
    }
  }
  return p;
}

/** A code that does not fit into the first table, or has further bits. */
function readLongPair(entry: u32, codes: usize, width: u64, linbits: u32, word: u64, p: i32, first: usize, second: usize, scale: f32): i32 {
  const more = <u64>((entry >> 5) & 15), index = more === 0 ? 0 : <u32>((word << width) >> (64 - more));
  const code = load<u32>(codes + (<usize>((entry >> 9) + index) << 2)), length = code & 31;
  let x = (code >> 8) & 15, y = (code >> 12) & 15, used = length;
  word <<= <u64>length;
  if (x !== 0) {
    if (x === 15 && linbits !== 0) { x += <u32>(word >> <u64>(64 - linbits)); word <<= <u64>linbits; used += linbits; }
    const value = load<f32>(POWERS + (<usize>x << 2)) * scale;
    store<f32>(first, <i64>word < 0 ? -value : value);
    word <<= 1;
    used += 1;
  }
  if (y !== 0) {
    if (y === 15 && linbits !== 0) { y += <u32>(word >> <u64>(64 - linbits)); word <<= <u64>linbits; used += linbits; }
    const value = load<f32>(POWERS + (<usize>y << 2)) * scale;
    store<f32>(second, <i64>word < 0 ? -value : value);
    used += 1;
  }
  return p + used;
}

/** Quadruples of −1, 0 and 1 up to the end of the part; one that would end beyond it is none. @returns The line after the last. */
function readQuads(table: i32, from: i32, map: usize, spectrum: usize, p: i32, end: i32): i32 {
  const codes = QUADS + (<usize>table << 12), unit = SIGNED_POWERS + 15 * 4;
  let i = from;
  for (; i <= 572 && p < end; i += 4) {
    const entry = load<u32>(codes + (<usize>(peek(MAIN_DATA, p) >> 54) << 2));
    p += entry & 31;
    if (p > end) break;
    const a = load<f32>(PAIR_SCALES + (<usize>i << 1)), b = load<f32>(PAIR_SCALES + (<usize>i << 1), 4), targets = load<u64>(map + (<usize>i << 1));
    store<f32>(spectrum + <usize>(targets & 0xffff), load<f32>(unit + ((entry >> 8) & 15)) * a);
    store<f32>(spectrum + <usize>((targets >> 16) & 0xffff), load<f32>(unit + ((entry >> 12) & 15)) * a);
    store<f32>(spectrum + <usize>((targets >> 32) & 0xffff), load<f32>(unit + ((entry >> 16) & 15)) * b);
    store<f32>(spectrum + <usize>(targets >> 48), load<f32>(unit + ((entry >> 20) & 15)) * b);
  }
  return i;
}
