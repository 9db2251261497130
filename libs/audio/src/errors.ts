/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const AUDIO_ADVICE = {
  AUDIO_UNREADABLE: 'Check that the file exists, is a file, and may be read by this user.',
  AUDIO_UNWRITABLE: 'Check that the folder exists, may be written by this user, and has room.',
  AUDIO_EMPTY: 'The file holds no audio; record or export it again.',
  AUDIO_FORMAT_UNKNOWN: 'The content is not audio that is known here, whatever the name says; export it as WAV, FLAC, MP3 or M4A.',
  AUDIO_CORRUPT: 'The file says it is audio but cannot be decoded; export it again from the original.',
  AUDIO_TRUNCATED: 'The file ends before its audio does; copy or export it again from the original.',
  AUDIO_TOO_LONG: 'Go through the file with decodeBlocks, which takes constant memory, or raise maxDecodedBytes.',
  AUDIO_CODEC_UNSUPPORTED: 'Convert the file to PCM WAV or FLAC.',
  AUDIO_DECODER_MISSING: 'Install ffmpeg and put it on the PATH, name it with the ffmpegPath option, or run `npm install @ffmpeg-installer/ffmpeg`; WAV, W64, MP3, FLAC, Ogg Opus and Ogg Vorbis need none.',
  AUDIO_DECODER_FAILED: 'Run the ffmpeg command by hand to see why it stopped, or convert the file to WAV.',
  AUDIO_OPTION_INVALID: 'Correct the option named in the message.',
} as const;

/** The codes of {@link AudioError}. */
export type AudioErrorCode = keyof typeof AUDIO_ADVICE;

/** A failure of this library: what happened, the advice, and the facts that programs may want. */
export class AudioError extends Error {
  override readonly name = 'AudioError';
  /** What programs match on. */
  readonly code: AudioErrorCode;
  /** What people do next. */
  readonly hint: string;
  /** Path, byte offset, rate and the like. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: AudioErrorCode, message: string, facts: AudioError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = AUDIO_ADVICE[code];
    this.facts = facts;
  }
}

/** Something a decoder noticed and lived with: what was lost, repaired or guessed. */
export type AudioWarning = {
  /** AUDIO_TRUNCATED, AUDIO_CORRUPT, AUDIO_SIZE_UNKNOWN, AUDIO_VALUES_REPLACED or AUDIO_CHANGED_MIDWAY. */
  readonly code: AudioWarningCode;
  /** One sentence for people, with the amount. */
  readonly message: string;
};

/** The codes of {@link AudioWarning}. */
export type AudioWarningCode =
  | 'AUDIO_TRUNCATED' | 'AUDIO_CORRUPT' | 'AUDIO_SIZE_UNKNOWN' | 'AUDIO_VALUES_REPLACED' | 'AUDIO_CHANGED_MIDWAY';
