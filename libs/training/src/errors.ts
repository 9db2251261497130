/** Every failure this library throws on purpose, with the advice printed beside it. Add codes freely; never rename one. */
export const TRAINING_ADVICE = {
  TRAINING_OPTION_INVALID: 'Correct the option that the message names.',
  TRAINING_NOT_A_CHECKOUT: 'Give the folder that holds GPT_SoVITS/s1_train.py: a clone or an unpacked release of GPT-SoVITS.',
  TRAINING_VERSION_UNSUPPORTED: 'Use one of v1, v2, v2Pro, v2ProPlus, v3 or v4, and a checkout that is new enough to have its files.',
  TRAINING_INTERPRETER_MISSING: 'Create the engine’s Python environment (its install.sh does), or give the path of its Python.',
  TRAINING_PRETRAINED_MISSING: 'Download the pretrained models of this version into the checkout, as its README says; without them training would start from noise.',
  TRAINING_LIST_MISSING: 'Make the training list first (the stage `list`), or check its path.',
  TRAINING_LIST_EMPTY: 'The training list has no usable line: check transcripts and the reasons listed for each clip.',
  TRAINING_LIST_DUPLICATE_NAME: 'The engine keys its files by the bare file name: give each audio file another name.',
  TRAINING_STILL_RUNNING: 'Wait for that process or stop it; two trainers must not write one voice.',
  TRAINING_NOTHING_KEPT: 'No clip came through this stage; the message quotes why. Correct that and run again.',
  TRAINING_CUDA_OUT_OF_MEMORY: 'Lower the batch size (or turn on gradient checkpointing or half precision), and end other programs that use the GPU.',
  TRAINING_CUDA_UNAVAILABLE: 'Check the driver with nvidia-smi and that the engine’s torch was built for it, or train with device cpu.',
  TRAINING_LOSS_NAN: 'Train with half precision off or a smaller batch; look for broken clips (silence, clipping). Training starts over from the pretrained model.',
  TRAINING_G2PW_MISSING: 'Put G2PWModel (with g2pW.onnx) into GPT_SoVITS/text/ of the checkout; Chinese text cannot be read without it.',
  TRAINING_NLTK_MISSING: 'Install the NLTK data cmudict, averaged_perceptron_tagger and averaged_perceptron_tagger_eng for the engine’s Python; English text needs them.',
  TRAINING_LANGUAGE_UNSUPPORTED: 'Use zh, en, ja, ko or yue as the language in the training list.',
  TRAINING_MODULE_MISSING: 'Install that Python package into the engine’s environment (pip install -r requirements.txt in the checkout).',
  TRAINING_FILE_MISSING: 'Put the file that the message names in place, or correct its path.',
  TRAINING_AUDIO_UNREADABLE: 'Convert the clip to PCM WAV, or leave it out; check that ffmpeg is installed.',
  TRAINING_AUDIO_SILENT: 'The clip is digital silence: leave it out.',
  TRAINING_AUDIO_TOO_LOUD: 'The clip peaks far above full scale: convert it to 16-bit PCM or lower its gain.',
  TRAINING_TEXT_EMPTY: 'Give the clip a transcript, or leave it out.',
  TRAINING_LIST_LINE_INVALID: 'A line needs exactly four fields, audio|speaker|language|text, with no `|` in the text.',
  TRAINING_DISK_FULL: 'Free space on that disk (checkpoints need several GB, the temporary folder too) and run again: training resumes.',
  TRAINING_FEATURES_MISSING: 'Features that training reads are missing: run the feature stages again (from features-text).',
  TRAINING_FEATURES_MISMATCH: 'Features belong to another text: run the feature stages again with force.',
  TRAINING_TENSOR_FILE_INVALID: 'The file is cut short, damaged, or not one that torch wrote: make it again, or download it again. Nothing in it was executed.',
  TRAINING_DATA_EMPTY: 'No utterance was left to train on: check the feature stages’ reports.',
  TRAINING_CLIPS_UNSUITABLE: 'Clips must be longer than 0.6 s and shorter than 54 s, with 3 to 25 phones a second.',
  TRAINING_RESUME_REFUSED: 'The checkpoint cannot be loaded: delete the checkpoint folder that the message names to start over.',
  TRAINING_RESUME_IGNORED: 'The engine did not go on from its checkpoint; it was ended before it could write over finished epochs. Run again; if it stays so, start over with --force.',
  TRAINING_EXTEND_UNASKED: 'Say so with --extend (in the library, extend: true) to train only the epochs that are missing, from the last checkpoint; or set the epochs back; or start over with --force.',
  TRAINING_NO_WEIGHTS: 'The engine ended without an error and exported nothing for the last epoch; its log is quoted. Run again: training resumes.',
  TRAINING_UNTRAINED: 'The optimizer never stepped: use a smaller batch, so that an epoch has at least five.',
  TRAINING_FROM_SCRATCH: 'The pretrained model was not loaded, so this was training from noise: check its path and run again.',
  TRAINING_SAVE_FAILED: 'The engine could not save the weights: check space and rights of the weights folder, then run again.',
  TRAINING_PORT_TAKEN: 'Run the same command again: the trainer draws another port each time it starts. A server gets one with --port 0.',
  TRAINING_TERMINATED: 'Something outside asked the engine to stop (SIGTERM). Run again: training resumes from its last checkpoint.',
  TRAINING_KILLED: 'The engine was killed from outside; on Linux this is often the system running out of memory. Lower the batch size or free memory, then run again.',
  TRAINING_SILENT: 'The engine hung or is extremely slow. Look at its log; raise the silence limit if the machine is simply slow.',
  TRAINING_SETUP_DIR_OCCUPIED: 'Give an empty or new folder with --dir, or a GPT-SoVITS checkout that is there already.',
  TRAINING_SETUP_FAILED: 'The message quotes what the program said. Correct that and run the same command again: finished steps and downloads are kept.',
  TRAINING_SETUP_UNVERIFIED: 'Run the same command again to do what is missing. If a file changed at its source and you trust it, remove its line from .voxtune/setup-lock.json of the checkout.',
  TRAINING_ENGINE_FAILED: 'The log of the stage has all that the engine printed.',
} as const;

/** A code of {@link TrainingError}; programs match on it. */
export type TrainingErrorCode = keyof typeof TRAINING_ADVICE;

/** A failure of training: `code` for programs, `message` and `hint` for people, `facts` (paths, exit code, engine's line) for both. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: TrainingErrorCode;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string | number>>;
  constructor(code: TrainingErrorCode, message: string, facts: TrainingError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = TRAINING_ADVICE[code];
    this.facts = facts;
  }
}
