/** Every failure this library throws on purpose, with the advice printed beside it. Codes are added, never renamed. */
export const EVAL_ADVICE = {
  /** facts: `packageName`. The optional native runtime could not be loaded. */
  EVAL_RUNTIME_MISSING: 'Install the runtime beside this library (npm install onnxruntime-node), or pass `openSession` with a runtime of your own.',
  /** facts: `providers`. No execution provider that was asked for works on this machine; the model itself opens on the CPU. */
  EVAL_RUNTIME_PROVIDER: 'Leave the provider out (cpu), add cpu behind it, or install what the message says is missing: CUDA and cuDNN of the versions that onnxruntime-node names, with its GPU files.',
  /** facts: `path`. */
  EVAL_MODEL_MISSING: 'Check the path of the model file; the README of @voxtune/eval names the models it knows and where they come from.',
  /** facts: `model`. */
  EVAL_MODEL_UNREADABLE: 'The file is not an ONNX model this runtime can open; compare its sha256 with the published one and fetch it again.',
  /** facts: `model`, `tensor`, `expected`, `found`. */
  EVAL_MODEL_SHAPE: 'This is another model than the one asked for: give the right file, or a descriptor that fits it.',
  /** facts: `model`. The model ran and returned NaN, infinity or the wrong count of numbers. */
  EVAL_MODEL_OUTPUT: 'The model gave no usable numbers for this clip; try it on the CPU provider and check the sha256 of the file.',
  /** facts: `key`. */
  EVAL_DESCRIPTOR_INVALID: 'Correct the named key of the model descriptor; see SpeakerDescriptor in the README.',
  /** facts: `samples`. */
  EVAL_CLIP_EMPTY: 'The clip holds no sample; look at what made it.',
  /** facts: `durationSec`, `minSec`. */
  EVAL_CLIP_TOO_SHORT: 'Judge a clip that holds at least a word; shorter ones say nothing about a voice.',
  /** facts: `peak`. */
  EVAL_CLIP_SILENT: 'The clip is silence; there is no voice in it to judge.',
  /** facts: `index`, `count`. */
  EVAL_CLIP_NOT_FINITE: 'The clip holds NaN or infinite samples; look at what made it.',
  /** facts: none. A model or recogniser given to evaluateVoice failed on one clip without a code of its own. */
  EVAL_MEASURE_FAILED: 'The measure of this clip is missing; the message is what the model or recogniser said.',
  /** facts: none. An injected function broke its contract, e.g. returned no samples. */
  EVAL_SYNTHESIS_FAILED: 'The speech engine gave no audio for this sentence; its message and log say why.',
  /** facts: `timeoutMs`. A synthesizer gave no audio in the time it had. */
  EVAL_SYNTHESIS_TIMEOUT: 'The speech engine hangs or is overloaded: read its log, and give more time if long sentences need it.',
  /** facts: `fault`. The audio of a sentence is unusable: silence, NaN, the second of zeros engines send on an error. */
  EVAL_OUTPUT_FAULTY: 'The engine answered with unusable audio; ask for the sentence again and read the engine log at that time.',
} as const;

export type EvalErrorCode = keyof typeof EVAL_ADVICE;

/** A failure of one operation of this library; misuse of an argument is a TypeError or RangeError instead. */
export class EvalError extends Error {
  override readonly name = 'EvalError';
  /** What programs match on. */
  readonly code: EvalErrorCode;
  /** What people do next. */
  readonly hint: string;
  /** What is known about the failure, by name; {@link EVAL_ADVICE} lists the names of each code. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: EvalErrorCode, message: string, facts: EvalError['facts'] = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = EVAL_ADVICE[code];
    this.facts = facts;
  }
}
