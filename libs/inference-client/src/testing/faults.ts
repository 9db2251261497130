/**
 * The ways in which the real servers fail:
 * - silence: status 200 with one second of zeros at 16 kHz, as after any exception inside inference
 * - refuse: status 400 with the engine's message
 * - drop: the connection is cut after half of the audio
 * - hang: no answer, ever; in api-v2 nothing else is answered either
 * - slow: an answer after `delayMs`
 * - mix: overlapping requests are not served one after another, and speak with each other's voice
 * - zeros: status 200 with zeros as long as the speech, at its rate: SoVITS weights of NaN (seen on GPT-SoVITS 48b1a01, api_v2.py)
 * - nan: the audio holds values that are not numbers, as a server that writes float WAV may send
 * - short: a tenth of the speech
 * - die: the server ends
 */
export type FaultKind = 'silence' | 'refuse' | 'drop' | 'hang' | 'slow' | 'mix' | 'zeros' | 'nan' | 'short' | 'die';

export type FaultRule = {
  readonly kind: FaultKind;
  /** Only these requests for speech, counted from 1; unset, all. */
  readonly requests?: readonly number[];
  /** Only requests whose text holds this. */
  readonly text?: string;
  /** Of slow, ms. @default 2000 */
  readonly delayMs?: number;
  /** Of refuse, the engine's exception. @default torch's out-of-memory message */
  readonly message?: string;
};

/** Failures to plant; the first rule that fits a request holds. */
export type FaultPlan = readonly FaultRule[];

/** What torch says when a GPU's memory is full (torch 2.x, CUDACachingAllocator). */
export const CUDA_OUT_OF_MEMORY =
  'CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 7.79 GiB of which 10.38 MiB is free.';

/** The rule of a kind that holds for a request, if any. */
export function ruleFor(rules: readonly FaultRule[], kind: FaultKind, ordinal: number, text: string): FaultRule | null {
  return (
    rules.find(
      (rule) =>
        rule.kind === kind && (rule.requests === undefined || rule.requests.includes(ordinal)) && (rule.text === undefined || text.includes(rule.text)),
    ) ?? null
  );
}
