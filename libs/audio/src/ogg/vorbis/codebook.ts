import { bitLength, type PacketReader } from './packet-reader.js';

/** Bits looked up at once; longer words go on bit by bit. */
const FAST_BITS = 10;
/** Entries and values of vectors that all books of a stream may have together: more is damage (libvorbis has some ten thousand). */
export type CodebookBudget = { entries: number; values: number };
export const codebookBudget = (): CodebookBudget => ({ entries: 1 << 18, values: 1 << 21 });

/** A Huffman code for numbers, which may stand for vectors (Vorbis I §3). */
export type Codebook = {
  readonly dimensions: number;
  readonly entries: number;
  /** Vectors, `[entries][dimensions]`; null where the numbers stand for themselves. */
  readonly vectors: Float64Array | null;
  /** Reads a number; −1 at the end of the packet. */
  decode(reader: PacketReader): number;
};

/** Reads a codebook of the setup header; null where it is damaged or takes more than the budget has left. */
export function parseCodebook(reader: PacketReader, budget: CodebookBudget): Codebook | null {
  if (reader.read(24) !== 0x564342) return null;
  const dimensions = reader.read(16), entries = reader.read(24);
  if (entries === 0 || dimensions === 0 || (budget.entries -= entries) < 0) return null;
  const lengths = new Uint8Array(entries); // 0: not used
  if (reader.read(1) === 0) {
    const sparse = reader.read(1) === 1;
    for (let i = 0; i < entries; i++) if (!sparse || reader.read(1) === 1) lengths[i] = reader.read(5) + 1;
  } else {
    let length = reader.read(5) + 1;
    for (let at = 0; at < entries; length++) {
      const count = reader.read(bitLength(entries - at));
      if (length > 32 || at + count > entries || reader.ended) return null;
      lengths.fill(length, at, at + count);
      at += count;
    }
  }
  if (reader.ended) return null;
  const tree = huffmanTree(lengths);
  const vectors = parseVectors(reader, dimensions, entries, budget);
  if (tree === null || vectors === undefined || reader.ended) return null;
  return { dimensions, entries, vectors, decode: (from) => walk(from, tree) };
}

type Tree = { /** Length × 2^24 + entry for short words, else 0. */ readonly fast: Uint32Array; /** Two children a node: a node's index, or ~entry; 0 for none. */ readonly nodes: Int32Array };

function walk(reader: PacketReader, { fast, nodes }: Tree): number {
  const known = fast[reader.peek(FAST_BITS)]!;
  if (known !== 0) {
    reader.skip(known >>> 24);
    return reader.ended ? -1 : known & 0xffffff;
  }
  for (let node = 0; ;) {
    const next = nodes[2 * node + reader.read(1)]!;
    if (reader.ended || next === 0) return -1;
    if (next < 0) return ~next;
    node = next;
  }
}

/** Gives each entry in turn the lowest free word of its length (Vorbis I §3.2.1). */
function huffmanTree(lengths: Uint8Array): Tree | null {
  const nodes: number[] = [0, 0], fast = new Uint32Array(1 << FAST_BITS);
  /** Next free word of each length, as a left-aligned 32-bit number; −1 where none is. */
  const free = new Float64Array(33).fill(-1);
  free[0] = 0;
  const used = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
  for (let entry = 0; entry < lengths.length; entry++) {
    const length = lengths[entry]!;
    if (length === 0) continue;
    let from = length;
    while (from >= 0 && free[from] === -1) from -= 1;
    if (from < 0) return null; // more words than there are
    const word = free[from]!;
    free[from] = -1;
    for (let l = from + 1; l <= length; l++) free[l] = word + 2 ** (32 - l);
    let node = 0, reversed = 0;
    for (let b = 0; b < length; b++) {
      const bit = Math.floor(word / 2 ** (31 - b)) % 2, slot = 2 * node + bit;
      if (b < FAST_BITS) reversed |= bit << b;
      if (b === length - 1) { nodes[slot] = ~entry; break; }
      if (nodes[slot] === 0) { nodes.push(0, 0); nodes[slot] = nodes.length / 2 - 1; }
      node = nodes[slot]!;
    }
    if (length <= FAST_BITS) for (let i = reversed; i < fast.length; i += 1 << length) fast[i] = length * 2 ** 24 + entry;
    if (used === 1) { nodes[0] = ~entry; nodes[1] = ~entry; fast.fill(2 ** 24 + entry); } // a single word is one bit, whichever
  }
  return { fast, nodes: Int32Array.from(nodes) };
}

/** Undefined where the book is damaged. */
function parseVectors(reader: PacketReader, dimensions: number, entries: number, budget: CodebookBudget): Float64Array | null | undefined {
  const type = reader.read(4);
  if (type === 0) return null;
  if (type > 2 || (budget.values -= entries * dimensions) < 0) return undefined;
  const least = unpackFloat(reader.read(32)), delta = unpackFloat(reader.read(32)), bits = reader.read(4) + 1, summed = reader.read(1) === 1;
  const count = type === 1 ? latticeSide(entries, dimensions) : entries * dimensions;
  const values = Float64Array.from({ length: count }, () => reader.read(bits));
  const vectors = new Float64Array(entries * dimensions);
  for (let entry = 0; entry < entries; entry++) {
    for (let d = 0, last = 0, divisor = 1; d < dimensions; d++) {
      const at = type === 1 ? Math.floor(entry / divisor) % count : entry * dimensions + d;
      const value = Math.fround(values[at]! * delta + least + last);
      vectors[entry * dimensions + d] = value;
      if (summed) last = value;
      divisor *= count;
    }
  }
  return vectors;
}

/** The largest whole number whose power of `dimensions` does not exceed the entries (Vorbis I §9.2.3). */
function latticeSide(entries: number, dimensions: number): number {
  let side = Math.floor(entries ** (1 / dimensions));
  while ((side + 1) ** dimensions <= entries) side += 1;
  while (side ** dimensions > entries) side -= 1;
  return side;
}

/** Vorbis I §9.2.2. */
const unpackFloat = (word: number): number => (word >= 2 ** 31 ? -1 : 1) * (word & 0x1fffff) * 2 ** (((word >>> 21) & 0x3ff) - 788);
