/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const MODELS_ADVICE = {
  MODELS_DIR_MISSING: 'Give the folder that holds the model files, or leave the option out: figures that need a model are then "not measured".',
  MODELS_FILE_MISSING: 'Check the path of the model file.',
  MODELS_NOT_READABLE: 'Give this user the right to read the file, and check that its disk is healthy.',
  MODELS_CORRUPT: 'Get the file again from its source: its contents are not those of the model it claims to be.',
  MODELS_UNKNOWN: 'Put a descriptor beside the file (`<file>.json` with id, kind, sha256, licence, source, descriptor), or use a model of the registry.',
  MODELS_DESCRIPTOR_INVALID: 'Correct the descriptor: the message names the field and what it must be.',
  MODELS_NONE_RECOGNISED: 'Put model files of the registry there, or descriptors beside other files.',
  MODELS_SOURCE_REFUSED: 'The source will not give this file: check the address, or choose another mirror (HF_ENDPOINT, --mirror).',
  MODELS_DOWNLOAD_FAILED: 'Check the network and the proxy settings, then run the same command again: what was downloaded is kept.',
  MODELS_NOT_WRITABLE: 'Give this user the right to write there, free some space, or choose another cache folder.',
  MODELS_OFFLINE: 'Run the same command without --offline where there is a network, or bring the file: voxtune models add FILE.',
  MODELS_NON_COMMERCIAL: 'If your use is not commercial, say so: --accept-non-commercial.',
  MODELS_DUPLICATE: 'Keep one of the files; the first by path is used.',
} as const;

/** A code of {@link ModelsError} or of a {@link ModelFinding}; programs match on it. */
export type ModelsErrorCode = keyof typeof MODELS_ADVICE;

/** A failure with model files: `code` for programs, `message` and `hint` for people, `facts` for both. */
export class ModelsError extends Error {
  override readonly name = 'ModelsError';
  readonly code: ModelsErrorCode;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;
  constructor(code: ModelsErrorCode, message: string, facts: ModelsError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = MODELS_ADVICE[code];
    this.facts = facts;
  }
}

/** The code of a Node system error ('ENOENT' …), or null when the value is none. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : null;
