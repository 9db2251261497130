import type { CallOptions, SpeechClient } from '../client.js';
import { ClientError } from '../errors.js';
import type { SynthesisRequest } from '../request.js';
import type { SpeechAudio } from '../result.js';

/** How speech is checked against its words, and what may be tried to better it. */
export type VerifyOptions = {
  /** Hears the audio and compares it with the sentence: edits ÷ length, 0 is perfect. */
  readonly judge: (audio: SpeechAudio, sentence: string, signal?: AbortSignal) => Promise<number>;
  /** Good enough. @default 0.1 */
  readonly maxErrorRate?: number;
  /** Most syntheses of one sentence; what it may cost. @default 3 */
  readonly attempts?: number;
  /** Other prompt audio of the same voice, tried after another seed. @default none */
  readonly otherPrompts?: readonly Pick<SynthesisRequest, 'promptAudioPath' | 'promptText' | 'promptLanguage'>[];
};

/** One try: what was changed, and how well it was understood; null when it gave no speech. */
export type Attempt = { readonly changed: 'nothing' | 'seed' | 'prompt' | 'split'; readonly errorRate: number | null };
export type Verified = {
  readonly audio: SpeechAudio;
  /** Of the audio returned, the best of all tries. */
  readonly errorRate: number;
  /** Whether it is within `maxErrorRate`. */
  readonly passed: boolean;
  readonly attempts: readonly Attempt[];
  readonly warnings: readonly string[];
};

/** The tries in their order: as asked, another seed, each other prompt, another cut of the text, then further seeds. Seeds follow from the first, so that a run can be repeated. */
export function* planAttempts(request: SynthesisRequest, otherPrompts: NonNullable<VerifyOptions['otherPrompts']>): Generator<{ readonly changed: Attempt['changed']; readonly request: SynthesisRequest }, never> {
  const seed = (n: number): number => (((request.seed ?? 0) < 0 ? 0 : (request.seed ?? 0)) + n) % 2 ** 31;
  yield { changed: 'nothing', request };
  yield { changed: 'seed', request: { ...request, seed: seed(1) } };
  for (const prompt of otherPrompts) yield { changed: 'prompt', request: { ...request, ...prompt } };
  yield { changed: 'split', request: { ...request, splitMethod: request.splitMethod === 'cut0' ? 'cut5' : 'cut0' } };
  for (let n = 2; ; n += 1) yield { changed: 'seed', request: { ...request, seed: seed(n) } };
}

const SILENT = new Set(['CLIENT_ENGINE_SILENCE', 'CLIENT_AUDIO_SILENT', 'CLIENT_AUDIO_EMPTY', 'CLIENT_AUDIO_NOT_FINITE', 'CLIENT_AUDIO_TOO_SHORT']);

/**
 * Synthesises until the words are understood, at most `attempts` times, and gives the best.
 * @throws {ClientError} the last silent failure when no try gave speech; any other failure at once. @throws {RangeError} for options out of range, or a judge that answers no number of 0 or more.
 */
export async function synthesizeVerified(client: Pick<SpeechClient, 'synthesize'>, request: SynthesisRequest, { judge, maxErrorRate = 0.1, attempts: most = 3, otherPrompts = [] }: VerifyOptions, options: CallOptions = {}): Promise<Verified> {
  if (!Number.isInteger(most) || most < 1) throw new RangeError(`attempts must be a positive integer, got ${most}`);
  if (!(maxErrorRate >= 0)) throw new RangeError(`maxErrorRate must be 0 or more, got ${maxErrorRate}`);
  const attempts: Attempt[] = [];
  let best: { readonly audio: SpeechAudio; readonly errorRate: number; readonly warnings: readonly string[] } | null = null;
  let silent: unknown;
  for (const { changed, request: tried } of planAttempts(request, otherPrompts)) {
    try {
      const { audio, warnings } = await client.synthesize(tried, options);
      const errorRate = await judge(audio, request.text, options.signal);
      if (!(errorRate >= 0)) throw new RangeError(`judge must answer an error rate of 0 or more, got ${errorRate}`);
      attempts.push({ changed, errorRate });
      if (best === null || errorRate < best.errorRate) best = { audio, errorRate, warnings };
    } catch (error) {
      if (!(error instanceof ClientError) || !SILENT.has(error.code)) throw error;
      silent = error;
      attempts.push({ changed, errorRate: null });
    }
    if ((best !== null && best.errorRate <= maxErrorRate) || attempts.length >= most) break;
  }
  if (best === null) throw silent;
  return { ...best, passed: best.errorRate <= maxErrorRate, attempts };
}
