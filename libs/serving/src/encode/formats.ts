/** What a format is called, how it is labelled, and who makes it. */
export type FormatRow = {
  readonly contentType: string;
  /** Rate that the format's clients take for granted, Hz; null keeps the engine's. */
  readonly rateHz: number | null;
  /** The arguments that make ffmpeg write it; null when it is made here. */
  readonly ffmpeg: readonly string[] | null;
};

/**
 * The formats of answers: OpenAI's six (openai-node 7b7d6ca, speech.ts), whose `pcm` is 24 kHz, and the telephone's two. Bit rates are ours, for one channel
 * of speech. Opus knows 8, 12, 16, 24 and 48 kHz only, so ffmpeg resamples to 48 (RFC 6716).
 */
export const FORMATS = {
  mp3: { contentType: 'audio/mpeg', rateHz: null, ffmpeg: ['-c:a', 'libmp3lame', '-b:a', '96k', '-f', 'mp3'] },
  opus: { contentType: 'audio/ogg; codecs=opus', rateHz: null, ffmpeg: ['-c:a', 'libopus', '-b:a', '48k', '-ar', '48000', '-f', 'ogg'] },
  aac: { contentType: 'audio/aac', rateHz: null, ffmpeg: ['-c:a', 'aac', '-b:a', '96k', '-f', 'adts'] },
  flac: { contentType: 'audio/flac', rateHz: null, ffmpeg: ['-c:a', 'flac', '-f', 'flac'] },
  wav: { contentType: 'audio/wav', rateHz: null, ffmpeg: null },
  pcm: { contentType: 'audio/pcm', rateHz: 24_000, ffmpeg: null },
  mulaw: { contentType: 'audio/basic', rateHz: 8000, ffmpeg: null },
  alaw: { contentType: 'audio/x-alaw-basic', rateHz: 8000, ffmpeg: null },
} as const satisfies Record<string, FormatRow>;
export type SpeechFormat = keyof typeof FORMATS;

/** The formats that can be made with or without an encoder, in the order of the table. */
export const availableFormats = (withEncoder: boolean): readonly SpeechFormat[] =>
  (Object.keys(FORMATS) as SpeechFormat[]).filter((format) => withEncoder || FORMATS[format].ffmpeg === null);
