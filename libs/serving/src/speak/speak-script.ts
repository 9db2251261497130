import { parseScript, speakText, type SpeechClient, type SpokenSentence, type SynthesisRequest, type VerifyOptions } from '@voxtune/inference-client';
import { ServingError } from '../errors.js';
import type { Voice } from '../voice/read-voice.js';
import type { Sound } from './sound.js';
import { type SpeakOptions, type Speech, type SpeechService, type StreamedSpeech, type Utterance } from './speech-service.js';

const PAUSE = /\[pause:/i;
/** Whether the text holds pauses, which the engine knows nothing of. */
export const hasPauses = (text: string): boolean => PAUSE.test(text);

/** Cuts at the ends of sentences, as Unicode's rules (UAX 29) find them for the language. */
export const cutAtSentences = (language: string) => (text: string): readonly string[] => {
  const tag = language.replace(/^all_/, '').replace(/^auto.*/, 'und').replace('yue', 'zh');
  return [...new Intl.Segmenter(tag, { granularity: 'sentence' }).segment(text)].map(({ segment }) => segment.trim()).filter((sentence) => sentence !== '');
};

export type ScriptOptions = SpeakOptions & { readonly pauseSec: number; readonly read: (sentence: string) => string; readonly verify: VerifyOptions | null };
export type ScriptSpeech = Speech & { readonly sentences: readonly SpokenSentence[] };

/** Says a text sentence by sentence, each on a lease of its own, with exact pauses; each sentence checked by ear where `verify` says how. @throws {ServingError} As SpeechService.speak; SERVING_REQUEST_INVALID for a pause out of range. */
export async function speakScript(service: Pick<SpeechService, 'speak'>, voice: Voice, utterance: Utterance, { pauseSec, read, verify, ...options }: ScriptOptions): Promise<ScriptSpeech> {
  const sums = { attempts: 1, queueMs: 0, synthesisMs: 0 };
  const client: Pick<SpeechClient, 'synthesize'> = {
    async synthesize({ promptAudioPath: path, promptText: text = '', promptLanguage: language, ...asked }) {
      const { sound, warnings, attempts, queueMs, synthesisMs } = await service.speak(voice, { ...asked, prompt: { path, text, language } }, options);
      sums.attempts = Math.max(sums.attempts, attempts);
      sums.queueMs += queueMs;
      sums.synthesisMs += synthesisMs;
      const { samples, sampleRateHz, length } = sound;
      const durationSec = length / sampleRateHz;
      return { audio: { bytes: sound.pcm16 ?? new Uint8Array(0), mediaType: 'audio/wav', samples, sampleRateHz, channels: 1, durationSec }, timing: { firstByteMs: synthesisMs, totalMs: synthesisMs, rtf: synthesisMs / 1000 / durationSec }, attempts, warnings };
    },
  };
  const { prompt = voice.prompt, ...rest } = utterance;
  const request: SynthesisRequest = { ...rest, promptAudioPath: prompt.path, promptText: prompt.text, promptLanguage: prompt.language };
  const spoken = await speakText(client, request, { cut: cutAtSentences(utterance.textLanguage), pauseSec, lexicon: voice.lexicon, read, ...(verify === null ? {} : { verify }) }).catch(asInvalid);
  const { samples, sampleRateHz, sentences, warnings } = spoken;
  return { ...sums, sound: { samples, sampleRateHz, length: samples.length, pcm16: null }, sentences, warnings };
}

/** Streams a text with pauses in it: each stretch as the engine gives it, the pauses as silence between. @throws {ServingError} As SpeechService.stream. */
export async function streamScript(service: Pick<SpeechService, 'stream'>, voice: Voice, utterance: Utterance, options: SpeakOptions): Promise<StreamedSpeech> {
  const parts = ((): ReturnType<typeof parseScript> => {
    try {
      return parseScript(utterance.text, (text) => [text]);
    } catch (error) {
      return asInvalid(error);
    }
  })();
  const start = parts.findIndex(({ kind }) => kind === 'say');
  const textOf = (index: number): Utterance => ({ ...utterance, text: (parts[index] as { readonly text: string }).text });
  if (start < 0) throw new ServingError('SERVING_REQUEST_INVALID', 'The text holds nothing to say but pauses', { param: 'input' });
  const first = await service.stream(voice, textOf(start), options);
  const { sampleRateHz } = first;
  const silence = (durationSec: number): Sound => {
    const length = Math.round(durationSec * sampleRateHz);
    return { sampleRateHz, length, samples: new Float32Array(length), pcm16: new Uint8Array(length * 2) };
  };
  const pieces = async function* (): AsyncGenerator<Sound, void, void> {
    for (const [index, part] of parts.entries()) {
      if (part.kind === 'pause') yield silence(part.durationSec);
      else yield* (index === start ? first : await service.stream(voice, textOf(index), options)).pieces;
    }
  };
  return { ...first, pieces: pieces() };
}

/** A pause out of range is the caller's mistake; anything else stays what it is. */
function asInvalid(error: unknown): never {
  if (error instanceof RangeError && error.message.includes('pause')) throw new ServingError('SERVING_REQUEST_INVALID', error.message, { param: 'input' }, { cause: error });
  throw error;
}
