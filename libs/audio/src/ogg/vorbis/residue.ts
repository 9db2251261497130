import { type Codebook } from './codebook.js';
import { type PacketReader } from './packet-reader.js';

/** Reads what the envelopes leave of the spectra (Vorbis I §8). */
export type Residue = {
  /** Adds to spectra of channels; those that are `null` are silent and get nothing. */
  decode(reader: PacketReader, books: readonly Codebook[], spectra: readonly (Float64Array | null)[], length: number): void;
};

const PASSES = 8;

/** Reads a residue of the setup header; null where it is damaged. */
export function parseResidue(reader: PacketReader, books: readonly Codebook[]): Residue | null {
  const type = reader.read(16), begin = reader.read(24), end = reader.read(24), partitionSize = reader.read(24) + 1, classifications = reader.read(6) + 1, classBook = reader.read(8);
  const cascades = Array.from({ length: classifications }, () => { const low = reader.read(3); return reader.read(1) === 1 ? reader.read(5) * 8 + low : low; });
  const stages = cascades.map((cascade) => Array.from({ length: PASSES }, (_, pass) => ((cascade >> pass) & 1 ? reader.read(8) : -1)));
  const words = books[classBook]?.dimensions ?? 0;
  if (reader.ended || type > 2 || end < begin || words === 0 || stages.flat().some((book) => book >= 0 && (books[book]?.vectors ?? null) === null)) return null;

  /** One pass over vectors of one length; `vectors` null are not coded. */
  const decodeVectors = (packet: PacketReader, all: readonly Codebook[], vectors: readonly (Float64Array | null)[], length: number): void => {
    const from = Math.min(begin, length), partitions = Math.floor((Math.min(end, length) - from) / partitionSize);
    if (partitions <= 0) return;
    const classes = vectors.map(() => new Int32Array(partitions + words));
    for (let pass = 0; pass < PASSES; pass++) {
      for (let at = 0; at < partitions;) {
        if (pass === 0) for (let v = 0; v < vectors.length; v++) {
          if (vectors[v] === null) continue;
          let number = all[classBook]!.decode(packet);
          if (number < 0) return;
          for (let i = words - 1; i >= 0; i--) { classes[v]![at + i] = number % classifications; number = Math.floor(number / classifications); }
        }
        for (let i = 0; i < words && at < partitions; i++, at++) for (let v = 0; v < vectors.length; v++) {
          const vector = vectors[v];
          if (vector === null || vector === undefined) continue;
          const book = stages[classes[v]![at]!]![pass]!;
          if (book >= 0 && !addPartition(packet, all[book]!, vector, from + at * partitionSize)) return;
        }
      }
    }
  };
  const addPartition = (packet: PacketReader, { decode, vectors: table, dimensions }: Codebook, out: Float64Array, offset: number): boolean => {
    const step = Math.floor(partitionSize / dimensions);
    if (type === 0) for (let i = 0; i < step; i++) {
      const entry = decode(packet);
      if (entry < 0) return false;
      for (let d = 0; d < dimensions; d++) out[offset + i + d * step]! += table![entry * dimensions + d]!;
    } else for (let i = 0; i < partitionSize;) {
      const entry = decode(packet);
      if (entry < 0) return false;
      for (let d = 0; d < dimensions && i < partitionSize; d++, i++) out[offset + i]! += table![entry * dimensions + d]!;
    }
    return true;
  };

  return {
    decode(packet, all, spectra, length) {
      if (type < 2) { decodeVectors(packet, all, spectra, length); return; }
      if (spectra.every((spectrum) => spectrum === null)) return;
      const count = spectra.length, woven = new Float64Array(count * length); // all channels as one vector, silent ones too
      decodeVectors(packet, all, [woven], count * length);
      spectra.forEach((spectrum, c) => { if (spectrum !== null) for (let i = 0; i < length; i++) spectrum[i]! += woven[i * count + c]!; });
    },
  };
}
