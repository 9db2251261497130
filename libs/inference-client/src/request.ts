/** The three HTTP interfaces that GPT-SoVITS servers speak: api_v2.py, api.py, and the guide's `/synthesize`. */
export type Dialect = 'api-v2' | 'api' | 'guide';

/** Prompt audio of one emotion. */
export type EmotionPrompt = { readonly promptAudioPath: string; readonly promptText?: string; readonly promptLanguage: string };

/** What is to be said, and how. Paths are paths on the server's machine. */
export type SynthesisRequest = {
  /** What to say; must hold at least one letter or digit. */
  readonly text: string;
  /** Language of the text: zh, en, ja, ko, yue, all_zh, all_ja, all_ko, all_yue, auto, auto_yue. */
  readonly textLanguage: string;
  /** The prompt audio, a path on the server; api_v2.py takes 3–10 s. */
  readonly promptAudioPath: string;
  /** Which of `emotionPrompts` to speak with, such as the guide's `emotion`; `neutral`, or one that is not among them, is the prompt of the request, the latter with a warning. */
  readonly emotion?: string;
  /** Further prompts of the voice, one for each emotion; never sent as such. */
  readonly emotionPrompts?: Readonly<Record<string, EmotionPrompt>>;
  /** The words of the prompt audio. Without them v1–v2Pro work, v3 and v4 fail. @default '' */
  readonly promptText?: string;
  /** Language of the prompt text; the same names as `textLanguage`. */
  readonly promptLanguage: string;
  /** Further clips whose timbre is mixed in. */
  readonly auxPromptAudioPaths?: readonly string[];
  /** Speaking rate, 1 is as trained; above 0. */
  readonly speed?: number;
  /** Sampling: the k likeliest tokens; a positive integer. */
  readonly topK?: number;
  /** Sampling: nucleus, 0–1. */
  readonly topP?: number;
  /** Sampling temperature, 0 or more. */
  readonly temperature?: number;
  /** Penalty on repeated tokens, above 0. */
  readonly repetitionPenalty?: number;
  /** Random seed, an integer; -1 draws one. Not a strict promise: a busy engine may still differ. */
  readonly seed?: number;
  /** How the text is cut: cut0 (not) … cut5 (every punctuation mark). */
  readonly splitMethod?: 'cut0' | 'cut1' | 'cut2' | 'cut3' | 'cut4' | 'cut5';
  /** Sentences computed at once; a positive integer (0 makes api_v2.py loop for ever). */
  readonly batchSize?: number;
  readonly batchThreshold?: number;
  readonly splitBucket?: boolean;
  readonly parallelInfer?: boolean;
  /** Silence after each sentence, seconds, 0 or more. */
  readonly fragmentIntervalSec?: number;
  /** Diffusion steps of v3 and v4; a positive integer. */
  readonly sampleSteps?: number;
  readonly superSampling?: boolean;
  /** Streaming modes 2 and 3 only: tokens of overlap between pieces. */
  readonly overlapLength?: number;
  /** Streaming modes 2 and 3 only: fewest tokens of a piece. */
  readonly minChunkLength?: number;
  /** Container of the answer. @default 'wav' */
  readonly mediaType?: 'wav' | 'raw' | 'ogg' | 'aac';
  /** Used by `stream` only: 1 a piece per sentence, 2 and 3 smaller pieces. @default 1 */
  readonly streamingMode?: 1 | 2 | 3;
  /** Length of the prompt audio, seconds, when the caller knows it: checked before sending, never sent. */
  readonly promptDurationSec?: number;
};

/** The fields that travel; the others are worked out here. */
export type WireField = Exclude<keyof SynthesisRequest, 'promptDurationSec' | 'emotion' | 'emotionPrompts'>;
