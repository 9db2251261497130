import { OpusDecoder } from 'opus-decoder';
import { type WasmDecoder } from '../file/wasm-decoder.js';
import { type OpusHead } from './opus-head.js';

/** A decoder of Opus packets at 48 kHz. */
export type LibOpus = {
  /** Decodes a packet; views that the next call overwrites, or null when the packet is damaged. */
  readonly decode: (packet: Uint8Array) => readonly Float32Array[] | null;
  readonly free: () => void;
};

/** The module behind opus-decoder 0.7.12 (src/OpusDecoder.js), whose own `decodeFrame` also takes packets of at most 3840 bytes a channel. */
type Inner = WasmDecoder<{ readonly opus_frame_decode_float_deinterleaved: (decoder: number, packet: number, length: number, out: number) => number }>;

/** Bytes of the longest packet taken: 120 ms of frames of at most 1275 bytes, for 8 streams (RFC 6716 §3.4), rounded up. */
const MOST_PACKET_BYTES = 1 << 19;

/** Starts libopus (WebAssembly) for one stream. */
export async function openLibOpus({ channels, streams, coupled, mapping }: OpusHead): Promise<LibOpus> {
  const decoder = new OpusDecoder({ channels, streamCount: streams, coupledStreamCount: coupled, channelMappingTable: [...mapping], preSkip: 0 }) as unknown as Inner;
  await decoder.ready;
  const { _decoder: self, _output: output, _common: common } = decoder;
  const input = common.allocateTypedArray(MOST_PACKET_BYTES, Uint8Array);
  return {
    decode: (packet) => {
      if (packet.length === 0 || packet.length > input.len) return null;
      input.buf.set(packet);
      const samples = common.wasm.opus_frame_decode_float_deinterleaved(self, input.ptr, packet.length, output.ptr);
      return samples <= 0 ? null : Array.from({ length: channels }, (_, c) => output.buf.subarray(c * samples, (c + 1) * samples));
    },
    free: () => decoder.free(),
  };
}
