import { MPEGDecoder } from 'mpg123-decoder';
import { type Shared, type WasmDecoder } from '../file/wasm-decoder.js';

/** A decoder of MPEG audio frames. */
export type Mpg123 = {
  /** Decodes frames; gives two channels, both the same for mono, as views that the next step overwrites. */
  readonly decode: (frames: Uint8Array) => Iterable<readonly [Float32Array, Float32Array]>;
  readonly free: () => void;
};

/** The module behind mpg123-decoder 1.0.3 (src/MPEGDecoder.js), and what its wrapper adds to that of other decoders. */
type Inner = WasmDecoder<{
  readonly mpeg_decoder_feed: (decoder: number, bytes: number, length: number) => number;
  readonly mpeg_decoder_read: (decoder: number, out: number, length: number, samples: number, rate: number, error: number) => number;
}> & {
  readonly _input: Shared<Uint8Array>;
  readonly _samplesDecodedPtr: Shared<Uint32Array>;
  readonly _sampleRatePtr: Shared<Uint32Array>;
  readonly _errorStringPtr: Shared<Uint32Array>;
};

/** MPG123_NEED_MORE (mpg123.h): all that was fed is decoded. */
const NEED_MORE = -10;
/** Errors in a row without a sample after which the rest of a piece is given up; a new stream is told by one. */
const MOST_ERRORS = 1000;

/** Starts mpg123 (WebAssembly). */
export async function openMpg123(): Promise<Mpg123> {
  const decoder = new MPEGDecoder({ enableGapless: false }) as unknown as Inner; // the tag's frame is not fed; trimming is ours
  await decoder.ready;
  const { _decoder: self, _input: input, _output: output, _samplesDecodedPtr: samples, _sampleRatePtr: rate, _errorStringPtr: error, _common: { wasm } } = decoder;
  function* decode(frames: Uint8Array): Generator<readonly [Float32Array, Float32Array]> {
    for (let at = 0; at < frames.length; at += input.len) {
      const part = frames.subarray(at, at + input.len);
      input.buf.set(part);
      if (wasm.mpeg_decoder_feed(self, input.ptr, part.length) === NEED_MORE) continue;
      for (let errors = 0; errors < MOST_ERRORS;) {
        samples.buf[0] = 0;
        const code = wasm.mpeg_decoder_read(self, output.ptr, output.len, samples.ptr, rate.ptr, error.ptr);
        const count = samples.buf[0];
        if (count > 0) yield [output.buf.subarray(0, count), output.buf.subarray(count, 2 * count)];
        if (code === NEED_MORE) break;
        errors = count > 0 ? 0 : errors + 1;
      }
    }
  }
  return { decode, free: () => decoder.free() };
}
