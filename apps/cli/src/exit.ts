// Exit codes and the error a command throws when it has something to say to its user.

/** What the process ends with. Other programs match on these: never renumber one. */
export const Exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  inputRejected: 3,
  environment: 4,
  belowThreshold: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** Every failure that the command line itself names, with the advice printed beside it. Add codes freely; never rename one. */
export const CLI_ADVICE = {
  CLI_USAGE: 'Run the same verb with --help: it lists the flags and shows an example.',
  CLI_CONFIG_INVALID: 'Correct the line named above; `voxtune config schema` prints every key with its type and range.',
  CLI_CONFIG_MISSING: 'Create the voice first: voxtune init NAME --recordings DIR.',
  CLI_OWN_OUTPUT: 'Keep recordings and transcripts in folders of their own: make the voice elsewhere (--dir), or move the files into its recordings/ and transcripts/.',
  CLI_VOICE_EXISTS: 'Choose another name, or continue the voice that is there: voxtune run NAME.',
  CLI_NO_RECORDINGS: 'Put WAV, MP3, M4A or FLAC files of one speaker into the recordings folder, 10 s to 5 min each, 20 or more.',
  CLI_ALL_REJECTED: 'The reasons are listed by `voxtune status`; `ingest.reject` in voxtune.yaml decides which findings reject.',
  CLI_NOTHING_CUT: 'Lower slice.thresholdDbfs or slice.minLengthMs in voxtune.yaml, or check that the recordings hold speech.',
  CLI_NO_WORDS: 'Give the words: an .srt beside each recording, transcripts/<clip id>.txt, a metadata.csv or a .list (--transcripts); or name a recogniser: transcribe.backends in voxtune.yaml.',
  CLI_PATH_MISSING: 'Check the path; it is taken relative to the folder where the command runs.',
  CLI_NOT_WRITABLE: 'Make the folder writable, or choose another place with --dir.',
  CLI_DISK_FULL: 'Free some space and run the same command again: finished work is kept.',
  CLI_NO_VOICE: 'Finish the voice first: voxtune run NAME.',
  CLI_ENGINE_UNKNOWN: 'Give the folder of a GPT-SoVITS checkout: --engine /path/to/GPT-SoVITS.',
  CLI_MODEL_MISSING: 'Give the model files this verb needs; voxtune doctor --models DIR lists what a folder holds.',
  CLI_UNPAIRED: 'Give two files with one utterance a line, in the same order; an utterance that was not recognised is an empty line.',
  CLI_GATEWAY: 'Start it with voxtune serve NAME, or leave --url out: a worker is then started for this one sentence.',
  CLI_ARCHIVE_INVALID: 'Copy the file again, or pack the voice again where it was made; nothing was unpacked.',
  CLI_ARCHIVE_TOO_LARGE: 'If the archive is trusted, allow more: voxtune unpack FILE --max-gb N. Nothing was unpacked.',
  CLI_ARCHIVE_CHANGED: 'Wait until nothing writes the voice (voxtune run), then pack it again.',
  CLI_PAGE_OPEN: 'Use the page that is open, or stop its server first (Ctrl-C there).',
  CLI_INTERRUPTED: 'Run the same command again: it continues where it stopped.',
  CLI_BELOW_THRESHOLD: 'The report lists the worst sentences; more or cleaner recordings and other checkpoints are the usual remedies.',
  CLI_UNEXPECTED: 'This is a defect of voxtune. Run again with --verbose and report what it prints.',
} as const;
export type CliErrorCode = keyof typeof CLI_ADVICE;

/** A failure of the command line: `code` for programs, `hint` for people, `facts` for both. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;
  constructor(code: CliErrorCode, message: string, facts: CliError['facts'] = {}, options?: ErrorOptions & { hint?: string }) {
    super(message, options);
    this.code = code;
    this.hint = options?.hint ?? CLI_ADVICE[code];
    this.facts = facts;
  }
}

/** One failure as data, whichever library it came from. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly facts: Readonly<Record<string, unknown>>;
};

const USAGE = /^(CLI_USAGE|CLI_CONFIG_.*|CLI_VOICE_EXISTS|CLI_OWN_OUTPUT|CLIENT_REQUEST_INVALID|SERVING_(KEYS_NEEDED|KEYS_INVALID|VOICE_DUPLICATE)|AUDIO_OPTION_INVALID|PIPELINE_STAGE_UNKNOWN|PIPELINE_NOT_READY|TRAINING_OPTION_INVALID|TRAINING_SETUP_DIR_OCCUPIED)$/;
const ENVIRONMENT =
  /^(AUDIO_DECODER_MISSING|AUDIO_UNWRITABLE|MODELS_\w+|EVAL_RUNTIME_\w+|EVAL_MODEL_\w+|CLI_ENGINE_UNKNOWN|CLI_MODEL_MISSING|CLI_NO_VOICE|CLI_NOT_WRITABLE|CLI_DISK_FULL|DATASET_CLIP_WRITE|DATASET_(?:ASR|CLEANER|DIARIZER)_MISSING|PIPELINE_(NOT_WRITABLE|NOT_READABLE|DISK_FULL)|SERVING_(VOICE_\w+|ADDRESS|WORKER_COMMAND)|TRAINING_(SETUP_FAILED|SETUP_UNVERIFIED|NOT_A_CHECKOUT|VERSION_UNSUPPORTED|INTERPRETER_MISSING|PRETRAINED_MISSING|CUDA_UNAVAILABLE|G2PW_MISSING|NLTK_MISSING|MODULE_MISSING|FILE_MISSING|DISK_FULL))$/;
const INPUT = /^(AUDIO_\w+|DATASET_\w+|TEXT_\w+|CLI_NO_RECORDINGS|CLI_ALL_REJECTED|CLI_NOTHING_CUT|CLI_NO_WORDS|CLI_UNPAIRED|CLI_ARCHIVE_(?:INVALID|TOO_LARGE)|CLI_PATH_MISSING|TRAINING_(LIST_\w+|LANGUAGE_UNSUPPORTED|AUDIO_\w+|TEXT_EMPTY|DATA_EMPTY|CLIPS_UNSUITABLE))$/;

/** The exit code that a failure's code stands for; a code that no rule names is an ordinary failure. */
export function exitCodeOf(code: string): ExitCode {
  if (USAGE.test(code)) return Exit.usage;
  if (ENVIRONMENT.test(code)) return Exit.environment;
  if (INPUT.test(code)) return Exit.inputRejected;
  if (code === 'CLI_INTERRUPTED' || code === 'PIPELINE_ABORTED') return Exit.interrupted;
  if (code === 'CLI_BELOW_THRESHOLD') return Exit.belowThreshold;
  return Exit.failed;
}

const SYSTEM: Readonly<Record<string, CliErrorCode>> = {
  EACCES: 'CLI_NOT_WRITABLE', EPERM: 'CLI_NOT_WRITABLE', EROFS: 'CLI_NOT_WRITABLE', ENOSPC: 'CLI_DISK_FULL', EDQUOT: 'CLI_DISK_FULL', ENOENT: 'CLI_PATH_MISSING',
};

/** Any thrown value as a failure: ours pass through, the system's are named, the rest are called what they are. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error) {
    const { code, hint, facts } = error as Error & { code?: unknown; hint?: unknown; facts?: unknown };
    if (typeof code === 'string' && typeof hint === 'string') {
      return { code, message: error.message, hint, facts: (facts ?? {}) as Record<string, unknown> };
    }
    if (error.name === 'AbortError') return { code: 'CLI_INTERRUPTED', message: 'interrupted', hint: CLI_ADVICE.CLI_INTERRUPTED, facts: {} };
    const system = typeof code === 'string' ? SYSTEM[code] : undefined;
    if (system !== undefined) return { code: system, message: error.message, hint: CLI_ADVICE[system], facts: {} };
    return { code: 'CLI_UNEXPECTED', message: error.message, hint: CLI_ADVICE.CLI_UNEXPECTED, facts: {} };
  }
  return { code: 'CLI_UNEXPECTED', message: String(error), hint: CLI_ADVICE.CLI_UNEXPECTED, facts: {} };
}
