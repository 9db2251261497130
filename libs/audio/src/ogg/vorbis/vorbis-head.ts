import { type Codebook, codebookBudget, parseCodebook } from './codebook.js';
import { type Floor, parseFloor } from './floor.js';
import { bitLength, PacketReader } from './packet-reader.js';
import { parseResidue, type Residue } from './residue.js';

/** The identification header (Vorbis I §4.2.2). */
export type VorbisHead = { readonly channels: number; readonly sampleRateHz: number; /** Samples of short and long blocks. */ readonly blocks: readonly [number, number] };

export type Mapping = {
  readonly couplings: readonly { readonly magnitude: number; readonly angle: number }[];
  /** Submap of each channel. */
  readonly mux: readonly number[];
  readonly submaps: readonly { readonly floor: Floor; readonly residue: Residue }[];
};

/** The setup header (Vorbis I §4.2.4). */
export type VorbisSetup = { readonly books: readonly Codebook[]; readonly modes: readonly { readonly long: boolean; readonly mapping: Mapping }[] };

const MOST_CHANNELS = 8;

const startsWith = (packet: Uint8Array, kind: number): boolean => packet.length > 7 && packet[0] === kind && String.fromCharCode(...packet.subarray(1, 7)) === 'vorbis';

/** Whether a packet is an identification header. */
export const isVorbisHead = (packet: Uint8Array | undefined): boolean => packet !== undefined && startsWith(packet, 1);

/** Reads the identification header; null where it is damaged or says more than 8 channels. */
export function parseVorbisHead(packet: Uint8Array): VorbisHead | null {
  if (!startsWith(packet, 1) || packet.length < 30) return null;
  const data = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const channels = packet[11]!, sampleRateHz = data.getUint32(12, true), short = packet[28]! & 15, long = packet[28]! >> 4;
  if (data.getUint32(7, true) !== 0 || channels === 0 || channels > MOST_CHANNELS || sampleRateHz === 0 || sampleRateHz > 10_000_000) return null;
  if (short < 6 || long > 13 || short > long || (packet[29]! & 1) === 0) return null;
  return { channels, sampleRateHz, blocks: [2 ** short, 2 ** long] };
}

/** Reads the setup header; null where it is damaged or uses what is not decoded here (floors of type 0). */
export function parseVorbisSetup(packet: Uint8Array, channels: number): VorbisSetup | null {
  if (!startsWith(packet, 5)) return null;
  const reader = new PacketReader(packet.subarray(7));
  const list = <T>(count: number, parse: () => T | null): T[] | null => {
    const items: T[] = [];
    for (let i = 0; i < count; i++) { const item = parse(); if (item === null || reader.ended) return null; items.push(item); }
    return items;
  };
  const budget = codebookBudget(), books = list(reader.read(8) + 1, () => parseCodebook(reader, budget));
  if (books === null) return null;
  for (let count = reader.read(6) + 1; count > 0; count--) if (reader.read(16) !== 0) return null; // placeholders
  const floors = list(reader.read(6) + 1, () => parseFloor(reader, books));
  const residues = floors && list(reader.read(6) + 1, () => parseResidue(reader, books));
  const mappings = residues && list(reader.read(6) + 1, () => parseMapping(reader, channels, floors, residues));
  const modes = mappings && list(reader.read(6) + 1, () => {
    const long = reader.read(1) === 1, windowType = reader.read(16), transformType = reader.read(16), mapping = mappings[reader.read(8)];
    return windowType !== 0 || transformType !== 0 || mapping === undefined ? null : { long, mapping };
  });
  return modes === null || reader.read(1) === 0 || reader.ended ? null : { books, modes };
}

function parseMapping(reader: PacketReader, channels: number, floors: readonly Floor[], residues: readonly Residue[]): Mapping | null {
  if (reader.read(16) !== 0) return null;
  const count = reader.read(1) === 1 ? reader.read(4) + 1 : 1, bits = bitLength(channels - 1);
  const couplings = reader.read(1) === 0 ? [] : Array.from({ length: reader.read(8) + 1 }, () => ({ magnitude: reader.read(bits), angle: reader.read(bits) }));
  if (couplings.some(({ magnitude, angle }) => magnitude === angle || magnitude >= channels || angle >= channels) || reader.read(2) !== 0) return null;
  const mux = Array.from({ length: channels }, () => (count > 1 ? reader.read(4) : 0));
  const submaps = Array.from({ length: count }, () => { reader.read(8); return { floor: floors[reader.read(8)], residue: residues[reader.read(8)] }; });
  if (mux.some((index) => index >= count) || submaps.some(({ floor, residue }) => floor === undefined || residue === undefined)) return null;
  return { couplings, mux, submaps: submaps as Mapping['submaps'] };
}
