import { type TrainingErrorCode } from '../errors.js';

/** A cause that can be read from what the engine prints. */
export type Cause = {
  readonly code: TrainingErrorCode;
  /** What happened, in plain words; a sentence without its full stop. */
  readonly words: string;
  readonly pattern: RegExp;
};

// Lines as GPT-SoVITS 48b1a01 and its packages print them (torch 2.13, pytorch-lightning 2.6, nltk 3.10, librosa 0.10). Order matters: the most specific
// first, since one failure prints several of these (a missing G2PW ends in a network error).
/** Causes, the most telling first. */
export const CAUSES: readonly Cause[] = [
  { code: 'TRAINING_CUDA_OUT_OF_MEMORY', words: 'the GPU ran out of memory', pattern: /CUDA out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED|cuda runtime error \(2\)/ },
  { code: 'TRAINING_DISK_FULL', words: 'the disk is full', pattern: /No space left on device|\[Errno 28\]|Disk quota exceeded|\[Errno 122\]|PytorchStreamWriter failed writing|not enough space on the disk/i },
  { code: 'TRAINING_PORT_TAKEN', words: 'the port it wanted is taken', pattern: /Address already in use|EADDRINUSE|\[WinError 10048\]/i }, // torch.distributed's store (a random MASTER_PORT of s2_train*.py), uvicorn's bind
  { code: 'TRAINING_OPTION_INVALID', words: 'the slicer does not take these lengths', pattern: /The following condition must be satisfied: m(?:in_length >= min_interval|ax_sil_kept) >= hop_size/ }, // tools/slicer2.py
  { code: 'TRAINING_G2PW_MISSING', words: 'G2PWModel is missing and could not be downloaded', pattern: /G2PWModel|g2pw\/resolve|g2pW\.onnx|Downloading g2pw model/i },
  { code: 'TRAINING_NLTK_MISSING', words: 'NLTK data is missing and could not be downloaded', pattern: /\[nltk_data\] Error|Resource '?.?\[?\d*m?'?(?:cmudict|averaged_perceptron_tagger)|nltk\.download\(/ },
  { code: 'TRAINING_LANGUAGE_UNSUPPORTED', words: 'the language is not one the engine trains', pattern: /The language = .* is not supported for training/ },
  { code: 'TRAINING_AUDIO_SILENT', words: 'the audio is digital silence', pattern: /Audio buffer is not finite everywhere/ },
  { code: 'TRAINING_AUDIO_UNREADABLE', words: 'the audio cannot be read', pattern: /You input a wrong audio path| ->fail-> |ffmpeg\._run\.Error|Invalid data found when processing input|LibsndfileError|load audio or ssl error|Error opening input|NoBackendError/ },
  { code: 'TRAINING_AUDIO_TOO_LOUD', words: 'the audio peaks far above full scale', pattern: /-filtered,[\d.]+/ },
  { code: 'TRAINING_LOSS_NAN', words: 'numbers went to NaN', pattern: /nan filtered:|Loss is NaN|loss is nan/ },
  { code: 'TRAINING_TEXT_EMPTY', words: 'no text was left to read', pattern: /torch\.cat\(\): expected a non-empty list of Tensors/ },
  { code: 'TRAINING_LIST_LINE_INVALID', words: 'the line has not exactly four fields', pattern: /values to unpack \(expected 4/ },
  { code: 'TRAINING_RESUME_REFUSED', words: 'a checkpoint to resume from could not be loaded', pattern: /UnpicklingError|Weights only load failed|PytorchStreamReader failed|failed finding central directory/ },
  { code: 'TRAINING_SAVE_FAILED', words: 'the weights could not be saved', pattern: /saving ckpt \S+:\s*Traceback|Parent directory \S+ does not exist|FileNotFoundError.*-e\d+\.ckpt|FileNotFoundError.*_e\d+_s\d+\S*\.pth/ },
  { code: 'TRAINING_FEATURES_MISMATCH', words: 'features do not belong to the text', pattern: /The BERT feature dimension .* does not match|shape\[-1\] == len\(phone/ },
  { code: 'TRAINING_CLIPS_UNSUITABLE', words: 'no clip is between 0.6 s and 54 s long', pattern: /len\(audiopaths_sid_text_new\) > 1|total left: +[01]$/ },
  { code: 'TRAINING_DATA_EMPTY', words: 'there was nothing to train on', pattern: /ZeroDivisionError: division by zero|num_samples should be a positive integer/ },
  { code: 'TRAINING_FEATURES_MISSING', words: 'features are missing', pattern: /assert os\.path\.exists\(self\.path\d\)|(?:Phoneme|Semantic) data file not found|6-name2semantic\.tsv|2-name2text\.txt/ },
  { code: 'TRAINING_MODULE_MISSING', words: 'a Python package is missing', pattern: /ModuleNotFoundError: No module named|ImportError: / },
  { code: 'TRAINING_CUDA_UNAVAILABLE', words: 'the GPU cannot be used', pattern: /Found no NVIDIA driver|no CUDA-capable device|CUDA driver version is insufficient|Torch not compiled with CUDA|No supported gpu backend|no kernel image is available|CUDA error: invalid device ordinal|NCCL error/ },
  { code: 'TRAINING_PRETRAINED_MISSING', words: 'a pretrained model is missing', pattern: /FileNotFoundError: (?!\[Errno|Phoneme|Semantic)\S+$|FileNotFoundError.*'(?!.*tmps)[^']*(?:pretrained_models|\.pth|\.ckpt)'|Incorrect path_or_model_id|expected str, bytes or os\.PathLike object, not NoneType|not a string, bytes|path should be string, bytes, os\.PathLike or integer, not NoneType|OSError: .* does not appear to have a file named|no file named (?:pytorch_model|model\.safetensors)/ },
  { code: 'TRAINING_PRETRAINED_MISSING', words: 'a pretrained model is cut short or damaged', pattern: /SafetensorError|incomplete metadata, file not fully covered/ },
  { code: 'TRAINING_TERMINATED', words: 'something outside stopped the engine', pattern: /Received SIGTERM|Detected KeyboardInterrupt|^KeyboardInterrupt/ },
  { code: 'TRAINING_FILE_MISSING', words: 'a file is missing', pattern: /FileNotFoundError|输入路径存在但既不是文件也不是文件夹/ }, // the latter is tools/slice_audio.py on a path that is not there, exit code 0
  { code: 'TRAINING_KILLED', words: 'a worker was killed, most likely for memory', pattern: /DataLoader worker .* is killed by signal|exited unexpectedly|SIGKILL|std::bad_alloc|DefaultCPUAllocator: can't allocate memory|MemoryError/ },
  { code: 'TRAINING_FEATURES_MISSING', words: 'a check inside the engine failed', pattern: /^AssertionError\s*$/ },
];

/** The first cause, in the table's order, whose pattern the line shows; null for a line that says nothing known. */
export const causeOfLine = (line: string): Cause | null => CAUSES.find(({ pattern }) => pattern.test(line)) ?? null;

/** The rank of a cause: lower is more telling. */
export const rankOf = (cause: Cause): number => CAUSES.indexOf(cause);
