// The size of a clip's file: mono 16-bit WAV as `encodeWav` of @voxtune/audio writes it.
const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;

export const pcm16Bytes = (samples: number): number => HEADER_BYTES + SAMPLE_BYTES * samples;
/** Below 0 where not even the header is whole. */
export const pcm16Samples = (bytes: number): number => (bytes - HEADER_BYTES) / SAMPLE_BYTES;
