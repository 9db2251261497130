import type { SpeechAudio, VerifyOptions } from '@voxtune/inference-client';
import { ServingError } from '../errors.js';
import type { Voice } from '../voice/read-voice.js';
import type { Utterance } from './speech-service.js';

/** How the gateway has its speech heard: by a recogniser that whoever starts it passes in. */
export type VerifySpeech = Pick<VerifyOptions, 'maxErrorRate' | 'attempts'> & {
  /** Hears the audio and compares it with the sentence: edits ÷ length, 0 is perfect. What it throws fails the request as SERVING_JUDGE_FAILED: nothing goes out unheard. */
  readonly judge: (audio: Pick<SpeechAudio, 'samples' | 'sampleRateHz'>, sentence: string, of: { readonly voice: string; readonly language: string; readonly signal: AbortSignal }) => Promise<number>;
  /** Also where a request does not ask for it. @default false */
  readonly unasked?: boolean;
};

/** The same, for one voice and text: after another seed, the voice's other prompts are tried. */
export type SpeechVerifier = { readonly unasked: boolean; of(voice: Voice, utterance: Utterance, signal: AbortSignal): VerifyOptions };

export function createVerifier({ judge, unasked = false, ...limits }: VerifySpeech): SpeechVerifier {
  return {
    unasked,
    of: (voice, { prompt = voice.prompt, textLanguage }, signal) => ({
      ...limits,
      judge: (audio, sentence) => judge(audio, sentence, { voice: voice.id, language: textLanguage, signal }).catch((cause: unknown) => {
        signal.throwIfAborted(); // the caller went away, which is no fault of the judge
        throw new ServingError('SERVING_JUDGE_FAILED', `The speech could not be heard: ${cause instanceof Error ? cause.message : String(cause)}`, { voice: voice.id }, { cause });
      }),
      otherPrompts: [voice.prompt, ...Object.values(voice.prompts)].filter((other) => other.path !== prompt.path).map(({ path, text, language }) => ({ promptAudioPath: path, promptText: text, promptLanguage: language })),
    }),
  };
}
