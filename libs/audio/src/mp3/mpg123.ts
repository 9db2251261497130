import { MPEGDecoder } from 'mpg123-decoder';
import { downmix, type DownmixMode } from '../mix/downmix.js';
import { type Layer3Decoder } from './layer3-kernel.js';
import { type Shared, type WasmDecoder } from '../file/wasm-decoder.js';

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

/** Starts mpg123 (WebAssembly), for layers I and II. */
export async function openMpg123(channels: 1 | 2, pick?: DownmixMode): Promise<Layer3Decoder> {
  const decoder = new MPEGDecoder({ enableGapless: false }) as unknown as Inner; // the tag's frame is not fed; trimming is ours
  await decoder.ready;
  const { _decoder: self, _input: input, _output: output, _samplesDecodedPtr: samples, _sampleRatePtr: rate, _errorStringPtr: error, _common: { wasm } } = decoder;
  function* decode(frames: Uint8Array): ReturnType<Layer3Decoder['decode']> & Generator {
    for (let at = 0; at < frames.length; at += input.len) {
      const part = frames.subarray(at, at + input.len);
      input.buf.set(part);
      if (wasm.mpeg_decoder_feed(self, input.ptr, part.length) === NEED_MORE) continue;
      for (let errors = 0; errors < MOST_ERRORS;) {
        samples.buf[0] = 0;
        const code = wasm.mpeg_decoder_read(self, output.ptr, output.len, samples.ptr, rate.ptr, error.ptr);
        const count = samples.buf[0];
        const stereo = [output.buf.subarray(0, count), output.buf.subarray(count, 2 * count)];
        if (count > 0) yield { channels: channels === 2 ? stereo : [downmix({ sampleRateHz: 1, channels: stereo }, pick)], lostGranules: 0 };
        if (code === NEED_MORE) break;
        errors = count > 0 ? 0 : errors + 1;
      }
    }
  }
  return { decode, free: () => decoder.free() };
}
