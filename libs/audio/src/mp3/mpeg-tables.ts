import { type HuffmanCode, LINBITS, PAIR_CODES, QUAD_CODES } from './huffman-codes.js';
import { ALIAS_COEFFICIENTS, HALF_WINDOW, LAYER2_ROWS, LAYER2_TABLES, LONG_WIDTHS, SHORT_WIDTHS } from './mpeg-numbers.js';

/** Where the kernel reads each table (kernel/mp3/memory.ts). */
export type MpegAddresses = Readonly<Record<'ALIAS' | 'CODES' | 'GAINS' | 'HEADS' | 'INTENSITY' | 'LAYER2_CLASSES' | 'LAYER2_FACTORS' | 'LAYER2_KINDS' | 'MAPS' | 'POWERS' | 'QUADS' | 'SECANTS' | 'SIGNED_POWERS' | 'SYNTHESIS' | 'WIDTHS' | 'WINDOW_12' | 'WINDOWS_36', number>>;

/** Lines of one channel of a granule. */
const LINES = 576;
/** Bits by which codes of pairs are looked up first, signs included. */
const FIRST_BITS = 10;
/** The greatest number that a code can give: 15 and 13 further bits. */
const MOST = 15 + 2 ** 13 - 1;

/** All tables of the kernel, from address 0 on. */
export function mpegTables(at: MpegAddresses, bytes: number): Uint8Array {
  const image = new ArrayBuffer(bytes), put = (address: number, values: Iterable<number>): void => new Float32Array(image, address).set([...values]);
  put(at.POWERS, range(MOST + 1, (x) => x ** (4 / 3)));
  put(at.SIGNED_POWERS, range(32, (i) => Math.sign(i - 16) * Math.abs(i - 16) ** (4 / 3)));
  put(at.GAINS, range(512, (i) => 2 ** ((i - 400) / 4)));
  put(at.ALIAS, ALIAS_COEFFICIENTS.flatMap((c) => [1 / Math.hypot(1, c), c / Math.hypot(1, c)]));
  put(at.SECANTS, [32, 16].flatMap((n) => range(n / 2, (k) => 0.5 / Math.cos(((2 * k + 1) * Math.PI) / (2 * n)))));
  put(at.WINDOWS_36, [0, 1, 2, 3].flatMap((block) => range(36, (n) => blockWindow(block, n) * lastFactor(n, 36))));
  put(at.WINDOW_12, range(12, (n) => Math.sin((Math.PI / 12) * (n + 0.5)) * lastFactor(n, 12)));
  put(at.INTENSITY, intensityTable());
  put(at.SYNTHESIS, synthesisTable());
  for (let rate = 0; rate < LONG_WIDTHS.length; rate++) {
    bandLayouts(rate).forEach(({ widths, map }, layout) => {
      new Uint8Array(image, at.WIDTHS + (rate * 3 + layout) * 40).set(widths);
      new Uint16Array(image, at.MAPS + (rate * 3 + layout) * 2 * LINES).set(map);
    });
  }
  putCodes(new Uint32Array(image), at);
  put(at.LAYER2_FACTORS, range(64, (i) => 2 ** (1 - i / 3)));
  LAYER2_ROWS.forEach((classes, kind) => new Uint8Array(image, at.LAYER2_CLASSES + 16 * kind).set(classes));
  LAYER2_TABLES.forEach((rows, table) => new Uint8Array(image, at.LAYER2_KINDS + 32 * table, 32).fill(255).set(rows.flatMap(([subbands, kind]) => range(subbands, () => kind))));
  return new Uint8Array(image);
}

const range = (n: number, value: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => value(i));

/** Windows of block types 0 to 3 (11172-3 §2.4.3.4.10.3); short blocks have their own. */
function blockWindow(block: number, n: number): number {
  const long = Math.sin((Math.PI / 36) * (n + 0.5)), flank = (m: number): number => (m < 0 ? 0 : m < 6 ? Math.sin((Math.PI / 12) * (m + 0.5)) : 1);
  if (block === 2) return 0;
  if (block === 1 && n >= 18) return flank(29 - n);
  return block === 3 && n < 18 ? flank(n - 6) : long;
}

/** Sign and factor by which the transform of `size` differs from the sums that the kernel makes: sample n of it is ± sum m of a DCT-IV, and that is the kernel's sum over 2·cos. */
function lastFactor(n: number, size: number): number {
  const quarter = size / 4, half = size / 2;
  const m = n < quarter ? n + quarter : n < 3 * quarter ? 3 * quarter - 1 - n : n - 3 * quarter;
  return (n < quarter ? 0.5 : -0.5) / Math.cos(((2 * m + 1) * Math.PI) / (4 * half));
}

/** Left and right of each position (11172-3 §2.4.3.4.9.3, 13818-3 §2.4.3.2): MPEG-1, then MPEG-2 with steps of 2^(−1/4) and of 2^(−1/2). */
function intensityTable(): number[] {
  const first = range(32, (p) => p).flatMap((p) => { const ratio = Math.tan((p * Math.PI) / 12); return p < 6 ? [ratio / (1 + ratio), 1 / (1 + ratio)] : [1, 0]; });
  return [...first, ...[0.25, 0.5].flatMap((step) => range(32, (p) => p).flatMap((p) => (p % 2 === 1 ? [2 ** ((-step * (p + 1)) / 2), 1] : [1, 2 ** ((-step * p) / 2)])))];
}

/** The window in the order of the kernel: see SYNTHESIS in kernel/mp3/memory.ts. */
function synthesisTable(): number[] {
  const D = (i: number): number => (i <= 256 ? HALF_WINDOW[i]! : (i % 64 === 0 ? 1 : -1) * HALF_WINDOW[512 - i]!) / 65536;
  const kinds: ((j: number, age: number) => number)[] = [
    (j, age) => D(j + 64 * age), (j, age) => (j === 0 ? 0 : -D(j + 32 + 64 * age)),
    (j, age) => (j === 0 ? 0 : -D(32 - j + 64 * age)), (j, age) => (j === 0 ? -D(48 + 64 * age) : -D(64 - j + 64 * age)),
  ];
  const weights = [0, 4, 8, 12].flatMap((group) => range(8, (age) => age).flatMap((age) => kinds.flatMap((kind) => range(4, (lane) => kind(group + lane, age)))));
  return [...weights, ...range(8, (age) => -D(32 + 64 * age))];
}

type BandLayout = { readonly widths: readonly number[]; readonly map: readonly number[] };

/** Widths of bands in the order of the bitstream, and where each line lies in the kernel's spectrum, bytes: of long, short and mixed blocks. */
function bandLayouts(rate: number): BandLayout[] {
  const long = LONG_WIDTHS[rate]!, short = SHORT_WIDTHS[rate]!.flatMap((width) => [width, width, width]);
  const place = (line: number): number => 4 * (32 * (line % 18) + Math.floor(line / 18)); // [line 18][subband 32] float32
  const longMap = range(LINES, place);
  const shortMap = short.flatMap((width, b) => {
    const start = short.slice(0, b - (b % 3)).reduce((sum, w) => sum + w, 0);
    return range(width, (i) => place(start + 3 * i + (b % 3)));
  });
  const longBands = rate < 3 ? 8 : 6, lines = long.slice(0, longBands).reduce((sum, w) => sum + w, 0);
  return [
    { widths: long, map: longMap }, { widths: short, map: shortMap },
    { widths: [...long.slice(0, longBands), ...short.slice(9)], map: [...longMap.slice(0, lines), ...shortMap.slice(lines)] },
  ];
}

/** Calls `visit` for each word of a code: its bits as an integer, their number, and what it stands for. */
function eachWord({ lengths, values }: HuffmanCode, digits: number, visit: (word: number, length: number, value: string) => void): void {
  let next = 0; // the word as a fraction of 2^20
  [...lengths].forEach((digit, i) => {
    const length = parseInt(digit, 36);
    visit(next >> (20 - length), length, values.slice(i * digits, (i + 1) * digits));
    next += 1 << (20 - length);
  });
}

/** Lookup tables; their entries are described where the kernel reads them (kernel/mp3/huffman.ts). */
function putCodes(memory: Uint32Array, at: MpegAddresses): void {
  QUAD_CODES.forEach((code, q) => eachWord(code, 1, (word, length, digit) => {
    const bits = [8, 4, 2, 1].map((bit): number => (parseInt(digit, 16) & bit ? 1 : 0)), ones = bits.reduce((sum, bit) => sum + bit, 0);
    for (let signs = 0; signs < 1 << ones; signs++) {
      let left = ones;
      const entry = bits.reduce((sum, bit, i) => sum | ((bit === 0 ? 4 : (signs >> --left) & 1 ? 0 : 8) << (8 + 4 * i)), length + ones);
      fill(memory, at.QUADS / 4 + 1024 * q, 10, (word << ones) | signs, length + ones, entry);
    }
  }));
  let free = at.CODES / 4;
  const starts = new Map<number, number>();
  for (const [number, code] of Object.entries(PAIR_CODES)) {
    starts.set(Number(number), free);
    free = putPairs(memory, free, code, Number(number) >= 16);
  }
  for (let table = 1; table < 32; table++) {
    const start = starts.get(table < 16 ? table : table < 24 ? 16 : 24);
    if (start !== undefined) memory.set([start * 4, 64 - FIRST_BITS, 0, table < 16 ? 0 : LINBITS[table - 16]!], at.HEADS / 4 + 4 * table);
  }
}

function putPairs(memory: Uint32Array, start: number, code: HuffmanCode, withLinbits: boolean): number {
  let free = start + (1 << FIRST_BITS);
  const longer = new Map<number, number>(); // of words that begin with the same first bits, the longest
  eachWord(code, 2, (word, length) => { if (length > FIRST_BITS) longer.set(word >> (length - FIRST_BITS), Math.max(length, longer.get(word >> (length - FIRST_BITS)) ?? 0)); });
  const places = new Map<number, number>();
  for (const [prefix, most] of longer) {
    places.set(prefix, free);
    memory[start + prefix] = ((free - start) << 9) | ((most - FIRST_BITS) << 5);
    free += 1 << (most - FIRST_BITS);
  }
  eachWord(code, 2, (word, length, value) => {
    const x = parseInt(value[0]!, 16), y = parseInt(value[1]!, 16), signed = (x > 0 ? 1 : 0) + (y > 0 ? 1 : 0), entry = length | (x << 8) | (y << 12);
    if (length > FIRST_BITS) {
      const prefix = word >> (length - FIRST_BITS), most = longer.get(prefix)! - FIRST_BITS;
      fill(memory, places.get(prefix)!, most, word & ((1 << (length - FIRST_BITS)) - 1), length - FIRST_BITS, entry);
    } else if (length + signed > FIRST_BITS || (withLinbits && Math.max(x, y) === 15)) {
      memory[free] = entry;
      fill(memory, start, FIRST_BITS, word, length, (free - start) << 9);
      free += 1;
    } else {
      for (let signs = 0; signs < 1 << signed; signs++) {
        const first = x > 0 && (signs >> (signed - 1)) & 1 ? -x : x, second = y > 0 && signs & 1 ? -y : y;
        fill(memory, start, FIRST_BITS, (word << signed) | signs, length + signed, (length + signed) | ((4 * (first + 16)) << 8) | ((4 * (second + 16)) << 16));
      }
    }
  });
  return free;
}

/** Sets all entries of a table by `bits` bits whose index begins with a word. */
function fill(memory: Uint32Array, table: number, bits: number, word: number, length: number, entry: number): void {
  memory.fill(entry, table + (word << (bits - length)), table + ((word + 1) << (bits - length)));
}
