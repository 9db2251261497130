import { type Codebook } from './codebook.js';
import { bitLength, type PacketReader } from './packet-reader.js';

/** A floor of type 1: the spectrum's envelope as straight lines in dB (Vorbis I §7). */
export type Floor = {
  /** Reads the envelope of one channel; null where the channel is silent. */
  decode(reader: PacketReader, books: readonly Codebook[]): Int32Array | null;
  /** Multiplies a spectrum by an envelope. */
  apply(points: Int32Array, spectrum: Float64Array): void;
};

const RANGES = [256, 128, 86, 64];
/** Linear values of the steps: 140/256 dB each, up to 1 (Vorbis I §10.1). */
const STEPS = Float64Array.from({ length: 256 }, (_, i) => Math.fround(10 ** (((i - 255) * 140) / 256 / 20)));

/** Reads a floor of the setup header; null where it is damaged or of type 0, which no encoder has written since 2001. */
export function parseFloor(reader: PacketReader, books: readonly Codebook[]): Floor | null {
  if (reader.read(16) !== 1) return null;
  const partitions = Array.from({ length: reader.read(5) }, () => reader.read(4));
  const classes = Array.from({ length: Math.max(-1, ...partitions) + 1 }, () => {
    const dimensions = reader.read(3) + 1, bits = reader.read(2), master = bits > 0 ? reader.read(8) : -1;
    return { dimensions, bits, master, books: Array.from({ length: 2 ** bits }, () => reader.read(8) - 1) };
  });
  if (classes.some(({ master, books: own }) => [master, ...own].some((book) => book >= books.length))) return null;
  const multiplier = reader.read(2) + 1, rangeBits = reader.read(4), xs = [0, 2 ** rangeBits];
  for (const index of partitions) for (let d = 0; d < classes[index]!.dimensions; d++) xs.push(reader.read(rangeBits));
  if (reader.ended || new Set(xs).size !== xs.length) return null;
  const range = RANGES[multiplier - 1]!, order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]!);
  const neighbours = xs.map((x, i) => {
    let low = 0, high = 1;
    for (let j = 0; j < i; j++) { if (xs[j]! < x && xs[j]! > xs[low]!) low = j; if (xs[j]! > x && xs[j]! < xs[high]!) high = j; }
    return { low, high };
  });

  return {
    decode(packet, all) {
      if (packet.read(1) === 0) return null;
      const coded = [packet.read(bitLength(range - 1)), packet.read(bitLength(range - 1))];
      for (const index of partitions) {
        const { dimensions, bits, master, books: own } = classes[index]!;
        let choice = bits > 0 ? all[master]!.decode(packet) : 0;
        if (choice < 0) return null;
        for (let d = 0; d < dimensions; d++) {
          const book = own[choice & (2 ** bits - 1)]!, value = book < 0 ? 0 : all[book]!.decode(packet);
          if (value < 0) return null;
          choice >>>= bits;
          coded.push(value);
        }
      }
      return packet.ended ? null : heights(coded, xs, neighbours, range, multiplier);
    },
    apply(points, spectrum) {
      let x0 = 0, y0 = points[order[0]!]!;
      for (let i = 1; i < order.length; i++) {
        const y1 = points[order[i]!]!;
        if (y1 < 0) continue; // not a corner
        drawLine(x0, y0, xs[order[i]!]!, y1, spectrum);
        x0 = xs[order[i]!]!;
        y0 = y1;
      }
      for (let x = x0; x < spectrum.length; x++) spectrum[x]! *= STEPS[Math.max(0, Math.min(255, y0))]!;
    },
  };
}

/** Heights of the corners, −1 for points that are none (Vorbis I §7.2.4). */
function heights(coded: readonly number[], xs: readonly number[], neighbours: readonly { low: number; high: number }[], range: number, multiplier: number): Int32Array {
  const y = Int32Array.from(coded), corner = new Uint8Array(coded.length);
  corner[0] = corner[1] = 1;
  for (let i = 2; i < coded.length; i++) {
    const { low, high } = neighbours[i]!, predicted = pointOnLine(xs[low]!, y[low]!, xs[high]!, y[high]!, xs[i]!), value = coded[i]!;
    if (value === 0) { y[i] = predicted; continue; }
    corner[low] = corner[high] = corner[i] = 1;
    const above = range - predicted, below = predicted;
    if (value >= 2 * Math.min(above, below)) y[i] = above > below ? value - below + predicted : predicted - value + above - 1;
    else y[i] = value % 2 === 1 ? predicted - (value + 1) / 2 : predicted + value / 2;
  }
  return y.map((value, i) => (corner[i] === 1 ? Math.max(0, value * multiplier) : -1));
}

function pointOnLine(x0: number, y0: number, x1: number, y1: number, x: number): number {
  const off = Math.floor((Math.abs(y1 - y0) * (x - x0)) / (x1 - x0));
  return y1 < y0 ? y0 - off : y0 + off;
}

/** Multiplies along a line of whole steps, as the specification draws it (Vorbis I §9.2.7). */
function drawLine(x0: number, y0: number, x1: number, y1: number, spectrum: Float64Array): void {
  const dy = y1 - y0, adx = x1 - x0, base = Math.trunc(dy / adx), ady = Math.abs(dy) - Math.abs(base) * adx, step = dy < 0 ? base - 1 : base + 1;
  for (let x = x0, y = y0, error = 0, end = Math.min(x1, spectrum.length); x < end; x++) {
    spectrum[x]! *= STEPS[Math.max(0, Math.min(255, y))]!;
    error += ady;
    if (error >= adx) { error -= adx; y += step; } else y += base;
  }
}
