import { createImdct } from './imdct.js';
import { bitLength, PacketReader } from './packet-reader.js';
import { type Mapping, type VorbisHead, type VorbisSetup } from './vorbis-head.js';

/** Turns packets into samples: each gives what it and the one before overlap. */
export type VorbisDecoder = {
  /** Planar samples in the stream's channel order, none for the first packet; null for a packet that is none of sound. Views, valid until the next call. */
  decode(packet: Uint8Array): readonly Float32Array[] | null;
};

export function createVorbisDecoder({ channels, blocks }: VorbisHead, { books, modes }: VorbisSetup): VorbisDecoder {
  const longest = blocks[1], transforms = blocks.map((size) => createImdct(size / 2)), slopes = blocks.map(slope);
  const spectra = Array.from({ length: channels }, () => new Float64Array(longest / 2)), waves = Array.from({ length: channels }, () => new Float64Array(longest));
  /** The half of the block before that is still to be overlapped, and its length. */
  const tails = Array.from({ length: channels }, () => new Float64Array(longest / 2)), out = Array.from({ length: channels }, () => new Float32Array(longest));
  let tailLength = 0;

  return {
    decode(packet) {
      const reader = new PacketReader(packet);
      if (packet.length === 0 || reader.read(1) !== 0) return null;
      const mode = modes[reader.read(bitLength(modes.length - 1))];
      if (mode === undefined) return null;
      const size = blocks[mode.long ? 1 : 0], half = size / 2;
      const before = mode.long && reader.read(1) === 0 ? 0 : mode.long ? 1 : 0, after = mode.long && reader.read(1) === 0 ? 0 : mode.long ? 1 : 0;
      if (reader.ended) return null;
      readSpectra(reader, mode.mapping, half);
      const gives = tailLength === 0 ? 0 : tailLength / 2 + half / 2, start = tailLength / 2 - half / 2; // of this block, counted from the middle of the one before
      for (let c = 0; c < channels; c++) {
        const wave = waves[c]!, tail = tails[c]!, samples = out[c]!;
        transforms[mode.long ? 1 : 0]!(spectra[c]!.subarray(0, half), wave);
        shape(wave, size, slopes[before]!, slopes[after]!);
        for (let t = 0; t < gives; t++) {
          const own = t - start;
          samples[t] = (t < tailLength ? tail[t]! : 0) + (own >= 0 ? wave[own]! : 0);
        }
        for (let i = 0; i < half; i++) tail[i] = wave[half + i]!;
      }
      tailLength = half;
      return out.map((samples) => samples.subarray(0, gives));
    },
  };

  function readSpectra(reader: PacketReader, { couplings, mux, submaps }: Mapping, half: number): void {
    for (const spectrum of spectra) spectrum.fill(0, 0, half);
    const envelopes = mux.map((submap) => submaps[submap]!.floor.decode(reader, books));
    const coded = envelopes.map((envelope) => envelope !== null);
    for (const { magnitude, angle } of couplings) if (coded[magnitude]! || coded[angle]!) coded[magnitude] = coded[angle] = true;
    submaps.forEach(({ residue }, submap) => {
      const own = spectra.filter((_, c) => mux[c] === submap), isCoded = coded.filter((_, c) => mux[c] === submap);
      residue.decode(reader, books, own.map((spectrum, i) => (isCoded[i]! ? spectrum : null)), half);
    });
    for (const { magnitude, angle } of couplings.toReversed()) uncouple(spectra[magnitude]!, spectra[angle]!, half);
    envelopes.forEach((envelope, c) => {
      if (envelope === null) spectra[c]!.fill(0, 0, half);
      else submaps[mux[c]!]!.floor.apply(envelope, spectra[c]!.subarray(0, half));
    });
  }
}

/** Square polar to left and right (Vorbis I §4.3.5). */
function uncouple(magnitude: Float64Array, angle: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const m = magnitude[i]!, a = angle[i]!;
    if (a > 0) { if (m > 0) angle[i] = m - a; else angle[i] = m + a; } else { angle[i] = m; magnitude[i] = m > 0 ? m + a : m - a; }
  }
}

/** The rising half of a window (Vorbis I §4.3.1). */
const slope = (size: number): Float64Array => Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((Math.PI / 2) * Math.sin(((i + 0.5) / size) * Math.PI) ** 2));

/** Windows a block whose neighbours may be shorter: 0, a slope around each quarter point, 1 between. */
function shape(wave: Float64Array, size: number, rise: Float64Array, fall: Float64Array): void {
  const from = size / 4 - rise.length / 2, to = (3 * size) / 4 + fall.length / 2;
  wave.fill(0, 0, from);
  for (let i = 0; i < rise.length; i++) wave[from + i]! *= rise[i]!;
  for (let i = 0; i < fall.length; i++) wave[to - 1 - i]! *= fall[i]!;
  wave.fill(0, to, size);
}
