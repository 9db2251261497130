import { MPEGDecoder } from 'mpg123-decoder';

/** A decoder of MPEG audio frames; `decode` gives planar pieces of two channels, both the same for mono. */
export type Mpg123 = { readonly decode: (frames: Uint8Array) => Iterable<Float32Array[]>; readonly free: () => void };

/** Starts mpg123 (WebAssembly). */
export async function openMpg123(): Promise<Mpg123> {
  const decoder = new MPEGDecoder({ enableGapless: false }); // the tag's frame is not fed; trimming is ours
  await decoder.ready;
  return {
    decode: (frames) => { const { channelData, samplesDecoded } = decoder.decode(frames); return samplesDecoded > 0 ? [channelData] : []; },
    free: () => decoder.free(),
  };
}
