/** Speech, whole. */
export type SpeechAudio = {
  /** The answer as it came. */
  readonly bytes: Uint8Array;
  /** The answer's content type, e.g. `audio/wav`. */
  readonly mediaType: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationSec: number;
  /** Samples, −1…1, interleaved when there is more than one channel; null for ogg and aac, which are not decoded. Made when first read. */
  readonly samples: Float32Array | null;
  /** The same as 16-bit little-endian bytes without a header, a view into `bytes`; null when the answer was of another kind. */
  readonly pcm16?: Uint8Array | null;
};

export type SpeechTiming = {
  /** Waited for its turn at the server before it was sent, ms; absent where another than this client made the result. */
  readonly queueMs?: number;
  /** From sending to the first byte of audio, ms. */
  readonly firstByteMs: number;
  /** From sending to the last byte, ms. */
  readonly totalMs: number;
  /** Seconds taken ÷ seconds of audio. */
  readonly rtf: number;
};

export type SpeechResult = {
  readonly audio: SpeechAudio;
  readonly timing: SpeechTiming;
  /** How often the request was sent; 1 when the first was answered. */
  readonly attempts: number;
  /** What the dialect could not do, and checks that could not be made. */
  readonly warnings: readonly string[];
};

/** A piece of a stream. */
export type SpeechChunk = {
  /** 16-bit samples without a header (wav, raw), or the bytes as they came (ogg, aac). */
  readonly bytes: Uint8Array;
  /** Samples, −1…1; null for ogg and aac. Made when first read. */
  readonly samples: Float32Array | null;
  /** `bytes` where they are the server's own 16-bit samples; null when the answer was of another kind. */
  readonly pcm16?: Uint8Array | null;
  /** 0 for ogg and aac, whose rate is inside. */
  readonly sampleRateHz: number;
  readonly channels: number;
};

/** Speech, piece by piece. Iterate it once; leaving the loop closes the connection. */
export type SpeechStream = AsyncIterable<SpeechChunk> & {
  /** What the dialect could not do; complete once the first piece is there. */
  readonly warnings: readonly string[];
};
