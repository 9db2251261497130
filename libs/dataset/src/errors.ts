/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const DATASET_ADVICE = {
  DATASET_FOLDER_MISSING: 'Give a folder that exists and that you may read; `recordings/` of a voice folder is the usual one.',
  DATASET_MANIFEST_BROKEN: 'The file was edited or cut off. Delete it and run the stage that makes it again.',
  DATASET_LIST_PATH: 'A training list separates its columns with `|` and its rows with newlines. Move the clips to a folder whose path holds neither.',
  DATASET_LIST_SPEAKER: 'Give a speaker name without `|`, tabs and newlines: it is one column of the training list.',
  DATASET_CLIP_WRITE: 'Check the free space and the permissions of the folder, then run again: nothing half-written was left under a final name.',
  DATASET_ASR_MISSING: 'Install the recogniser or correct its command: the first word is a program on the PATH or a path, and {wav} stands for the clip.',
  DATASET_ASR_FAILED: 'Try the recogniser by hand on that clip; the clip stays without words until it has some.',
  DATASET_DIARIZER_MISSING: 'Install the addon (npm install sherpa-onnx-node) and get both models: voxtune models pull pyannote-segmentation eres2netv2-zh; then name them.',
  DATASET_DIARIZER_FAILED: 'The message says how its process ended. Try again; a recording that fails each time may be too long for the memory: cut it.',
  DATASET_REVIEW_REFUSED: 'Nothing was changed. The message says what a clip may be made of.',
  DATASET_REVIEW_CONFLICT: 'Somebody else decided on this clip meanwhile. Look at it as it is now, then decide again.',
  DATASET_REVIEW_NOT_SAVED: 'Nothing was changed. Check the free space and the permissions of review.jsonl, then decide again.',
  DATASET_CLEANER_MISSING: 'Install the addon (npm install sherpa-onnx-node) and get a denoiser: voxtune models pull gtcrn; then name it.',
  DATASET_CLEANER_FAILED: 'Run the script by hand in the checkout; its packages and model files (tools/uvr5/uvr5_weights, tools/denoise-model) must be there.',
} as const;

export type DatasetErrorCode = keyof typeof DATASET_ADVICE;

/** A failure of one operation of this library. `facts` names the path, line and figures it is about. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code: DatasetErrorCode;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;
  constructor(code: DatasetErrorCode, message: string, facts: DatasetError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = DATASET_ADVICE[code];
    this.facts = facts;
  }
}
