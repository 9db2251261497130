import { availableFormats } from '../encode/formats.js';
import { ServingError } from '../errors.js';
import type { VoiceBook } from '../voice/voice-book.js';
import { type Answers, completeAsk } from './answer.js';
import { findVoice } from './find-voice.js';
import { parseSpeechRequest } from './speech-request.js';

/** What is to be ready: the fields of a request as callers will send it, since another format or speed is another answer. */
export type Phrase = { readonly voice: string; readonly input: string; readonly response_format?: string; readonly speed?: number; readonly sample_rate?: number; readonly lang_code?: string };
export type PrerenderOptions = { readonly signal?: AbortSignal; readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void };
export type Prerendered = {
  /** Spoken now. */
  readonly made: number;
  /** There already. */
  readonly kept: number;
  readonly failed: readonly { readonly phrase: Phrase; readonly code: string; readonly message: string }[];
};

const OPERATOR = { id: 'prerender', mayUse: () => true, checkManages: () => undefined, admit: () => undefined };

/** Speaks phrases one after another into the cache, in turn with callers. made + kept + failed = phrases, unless it is aborted. */
export function createPrerender({ answers, book, hasEncoder, maxInputCharacters }: { readonly answers: Answers; readonly book: VoiceBook; readonly hasEncoder: boolean; readonly maxInputCharacters: number }) {
  return async (phrases: readonly Phrase[], { signal = new AbortController().signal, onProgress }: PrerenderOptions = {}): Promise<Prerendered> => {
    let [made, kept] = [0, 0];
    const failed: { phrase: Phrase; code: string; message: string }[] = [];
    for (const phrase of phrases) {
      signal.throwIfAborted();
      try {
        const order = parseSpeechRequest(phrase, maxInputCharacters, availableFormats(hasEncoder));
        if (await answers.prepare(completeAsk(OPERATOR, findVoice(book.voices, order.voice), order), signal)) made += 1;
        else kept += 1;
      } catch (error) {
        if (signal.aborted || !(error instanceof ServingError)) throw error;
        failed.push({ phrase, code: error.code, message: error.message });
      }
      onProgress?.({ done: made + kept + failed.length, total: phrases.length });
    }
    return { made, kept, failed };
  };
}

/**
 * Reads a list of phrases: one a line, for each of the voices; a line that begins with a voice and a tab is for that voice. Empty lines and lines that begin with `#` are passed over.
 */
export function parsePhrases(text: string, voices: readonly string[]): readonly Pick<Phrase, 'voice' | 'input'>[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).flatMap((line) => {
    const [voice, input] = line.split('\t').map((part) => part.trim());
    if (input !== undefined && voice !== undefined && voices.includes(voice)) return [{ voice, input }];
    return voices.map((one) => ({ voice: one, input: line }));
  });
}
