/** What a WAV file can say about its audio. */
export type WavMetadata = {
  /** Texts of the LIST/INFO chunk by their four-letter ids: `INAM` title, `IART` artist, `ICMT` comment, `ICRD` date, `ISFT` software … */
  readonly info?: Readonly<Record<string, string>> | undefined;
  /** The bext chunk of broadcast WAV. */
  readonly broadcast?: BroadcastExtension | undefined;
  /** Cue points, with labels, notes and lengths from LIST/adtl. */
  readonly cues?: readonly WavCue[] | undefined;
};

/** A marked place or stretch. */
export type WavCue = {
  /** Sample that is marked, from the start of the audio; below 2^32. */
  readonly atSample: number;
  /** Samples of a marked stretch. */
  readonly lengthSamples?: number | undefined;
  readonly label?: string | undefined;
  readonly note?: string | undefined;
};

/** EBU Tech 3285 version 2. Texts are at most as many bytes long as said; what is left out is empty or absent. */
export type BroadcastExtension = {
  /** 256 bytes. */
  readonly description?: string | undefined;
  /** 32 bytes. */
  readonly originator?: string | undefined;
  /** 32 bytes. */
  readonly originatorReference?: string | undefined;
  /** `yyyy-mm-dd` and `hh:mm:ss`. */
  readonly originationDate?: string | undefined;
  readonly originationTime?: string | undefined;
  /** First sample, counted from midnight. */
  readonly timeReferenceSamples?: number | undefined;
  /** LUFS, LU, dBTP, LUFS and LUFS; kept to 0.01. */
  readonly loudnessLufs?: number | undefined;
  readonly loudnessRangeLu?: number | undefined;
  readonly truePeakDbtp?: number | undefined;
  readonly momentaryMaxLufs?: number | undefined;
  readonly shortTermMaxLufs?: number | undefined;
  /** Lines of what was done to the audio, each ended by CR LF. */
  readonly codingHistory?: string | undefined;
};

/** The fixed texts of a bext chunk with offsets and sizes in bytes (EBU Tech 3285, §2.3). */
export const BEXT_TEXTS = [['description', 0, 256], ['originator', 256, 32], ['originatorReference', 288, 32], ['originationDate', 320, 10], ['originationTime', 330, 8]] as const;
/** Its loudness figures, hundredths in 16 bits, from byte 412 on; 0x7fff where there is none. */
export const BEXT_LOUDNESS = ['loudnessLufs', 'loudnessRangeLu', 'truePeakDbtp', 'momentaryMaxLufs', 'shortTermMaxLufs'] as const;
export const BEXT_LOUDNESS_AT = 412, BEXT_NO_FIGURE = 0x7fff;
/** Offsets of the time reference and the version; size without the coding history. */
export const BEXT_TIME_AT = 338, BEXT_VERSION_AT = 346, BEXT_BYTES = 602;
