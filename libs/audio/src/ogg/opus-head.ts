/** What an Opus stream's first packet says (RFC 7845 §5.1). */
export type OpusHead = {
  readonly channels: number;
  /** Samples at 48 kHz to leave out at the start. */
  readonly preSkip: number;
  /** Factor on all samples. */
  readonly gain: number;
  readonly streams: number;
  readonly coupled: number;
  /** Which decoded channel each output channel is, in the order of WAV and ffmpeg. */
  readonly mapping: readonly number[];
};

/** Vorbis order to WAV order by number of channels (Vorbis I §4.3.9; ffmpeg 5.1 libavcodec/vorbis_data.c). */
export const CHANNEL_ORDERS: readonly (readonly number[])[] = [[], [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 2, 1, 5, 3, 4], [0, 2, 1, 6, 5, 3, 4], [0, 2, 1, 7, 5, 6, 3, 4]];

/** Reads the packet; null when it is none, or of a mapping family other than 0 and 1. */
export function parseOpusHead(packet: Uint8Array): OpusHead | null {
  if (packet.length < 19 || String.fromCharCode(...packet.subarray(0, 8)) !== 'OpusHead' || (packet[8]! & 0xf0) !== 0) return null;
  const data = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const channels = packet[9]!, preSkip = data.getUint16(10, true), gain = 10 ** (data.getInt16(16, true) / (20 * 256)), family = packet[18]!;
  if (family === 0 && (channels === 1 || channels === 2)) return { channels, preSkip, gain, streams: 1, coupled: channels - 1, mapping: CHANNEL_ORDERS[channels]! };
  if (family !== 1 || channels < 1 || channels > 8 || packet.length < 21 + channels) return null;
  const streams = packet[19]!, coupled = packet[20]!;
  const mapping = CHANNEL_ORDERS[channels]!.map((from) => packet[21 + from]!);
  if (streams < 1 || coupled > streams || streams + coupled > 255 || mapping.some((index) => index !== 255 && index >= streams + coupled)) return null;
  return { channels, preSkip, gain, streams, coupled, mapping };
}

/** Samples at 48 kHz that a packet stands for (RFC 6716 §3.1); 0 for one that is senseless. */
export function opusPacketSamples(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const toc = packet[0]!, config = toc >> 3;
  const each = config < 12 ? [480, 960, 1920, 2880][config & 3]! : config < 16 ? [480, 960][config & 1]! : 120 << (config & 3);
  const code = toc & 3;
  const count = code === 0 ? 1 : code < 3 ? 2 : packet.length < 2 ? 0 : packet[1]! & 63;
  return each * count <= 5760 ? each * count : 0;
}
