/**
 * Something seen in the data. `note`: good to know. `warning`: it may cost quality, or a repair was made.
 * `reject`: the thing it is about was not used.
 */
export type Finding = {
  readonly code: FindingCode | (string & {});
  readonly level: 'note' | 'warning' | 'reject';
  readonly message: string;
  /** The measured or offending value, where there is one. */
  readonly value: number | string | null;
  /** The file it is about, as the user knows it; posix separators. */
  readonly file?: string | undefined;
  /** Line in `file`, from 1. */
  readonly line?: number | undefined;
};

/** Every finding this library makes, and what it means. Add codes freely; never rename one. */
export const FINDING_MEANINGS = {
  RECORDING_NOT_AUDIO: 'The content is no audio that can be read.',
  RECORDING_UNREADABLE: 'The file cannot be opened.',
  RECORDING_UNDECODABLE: 'It looks like audio, but does not decode.',
  RECORDING_DECODER_MISSING: 'Its codec needs a decoder that is not installed.',
  RECORDING_EMPTY: 'The file has no bytes or no samples.',
  RECORDING_SILENT: 'Nothing in it is louder than silence.',
  RECORDING_TOO_SHORT: 'Under one second.',
  RECORDING_DAMAGED: 'It decodes, but the decoder met something wrong (cut off, say).',
  RECORDING_DUPLICATE: 'The same bytes as another file.',
  RECORDING_SAME_SPEECH: 'The same speech as another recording, in another encoding, level or length, or a part of it.',
  RECORDING_FORMAT: 'Neither WAV, MP3, M4A nor FLAC.',
  RECORDING_RATE: 'Neither 22 050 nor 44 100 Hz.',
  RECORDING_BANDWIDTH: 'The sound itself ends well below what the sample rate could hold.',
  RECORDING_CHANNELS: 'More than one channel; which is used, CHANNEL_CHOSEN says.',
  RECORDING_SHORT: 'Shorter than the guide asks for.',
  RECORDING_LONG: 'Longer than the guide asks for.',
  RECORDING_SNR: 'Less signal above the noise than the guide asks for.',
  RECORDINGS_NONE: 'No recording can be used.',
  RECORDINGS_FEW: 'Fewer recordings than the guide asks for.',
  RECORDINGS_HIDDEN: 'Files whose names start with a dot were passed over.',
  FOLDER_UNREADABLE: 'A folder cannot be listed.',
  TRANSCRIPT_ENCODING: 'The file is not UTF-8: which encoding it was read in, or that none fits.',
  TRANSCRIPT_MOVED: 'Paths of another folder were matched by file name.',
  TRANSCRIPT_UNREADABLE: 'The file cannot be opened.',
  TRANSCRIPT_PATH_MISSING: 'The transcript file or folder given does not exist.',
  TRANSCRIPT_FORMAT: 'The file is of no transcript format that is read here.',
  TRANSCRIPT_LINE: 'A line cannot be understood, or was repaired.',
  TRANSCRIPT_UNKNOWN_KEY: 'Words for a recording or clip that does not exist.',
  TRANSCRIPT_AMBIGUOUS: 'Words whose name fits several recordings.',
  TRANSCRIPT_CONFLICT: 'Several texts for one recording or clip; the first is used.',
  TRANSCRIPT_SPEAKERS: 'The transcripts name more than one speaker.',
  TRANSCRIPT_NO_TIMES: 'Words for a whole long recording, without times: no clip can have them.',
  CUE_OUTSIDE: 'A cue begins before its recording does, or ends after it.',
  CUE_EMPTY: 'A cue has no length or no text.',
  CUE_OVERLAP: 'Cues overlap.',
  CUE_TOO_LONG: 'A cue is longer than a clip may be.',
  CUE_NONE_USABLE: 'No cue of the recording can be used; it is sliced at its pauses.',
  CLIP_SHORT: 'The clip is shorter than the shortest length asked for.',
  CHANNEL_CHOSEN: 'Which channel of the recording is used, and by what it was chosen.',
  SPEAKERS_FOUND: 'How many speakers a recording has, and how like the enrolment the one kept is.',
  DIARIZATION_FAILED: 'The diarization failed on a recording, so who speaks in it was told without.',
  SPEAKER_DOUBTFUL: 'The voice that was kept is not much like the enrolment, or hardly more so than the next.',
  SPEECH_WITHOUT_WORDS: 'What is said where no cue lies whole: the words of such a stretch are not known.',
  CLIP_OTHER_VOICE: 'The clip’s voice lies further from the speaker’s middle than the other clips do.',
  REVIEW_LINE: 'A line of review.jsonl is no whole decision; it is passed over.',
  REVIEW_STALE: 'A decision is about a clip that is no longer there: the recordings were cut otherwise since.',
  REVIEW_NO_WORDS: 'A person accepted a clip that has no words.',
  TEXT_SCRIPT: 'The text is written in letters its language does not use.',
  TEXT_LANGUAGE: 'The letters are those of another language.',
  TEXT_FORBIDDEN: 'Characters that no language speaks.',
  TEXT_DIGITS: 'Digits in Chinese, whose reading is a guess.',
  TEXT_LATIN: 'Latin letters in Chinese.',
  TEXT_SCRIPTS_MIXED: 'Some texts are in Traditional and some in Simplified characters.',
  TEXT_PACE: 'Characters a second outside the speaker’s own range.',
  TEXT_PAUSES: 'Punctuation and pauses are at odds.',
  TEXT_REPEATS: 'A run said over and over.',
  TEXT_HALLUCINATION: 'A phrase that recognisers make of silence.',
  TEXT_DISAGREES: 'Two recognisers heard different words.',
  TEXT_CLEANED: 'Characters that a training list cannot hold were taken out of the text.',
} as const;

export type FindingCode = keyof typeof FINDING_MEANINGS;
