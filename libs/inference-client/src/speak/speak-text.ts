import type { CallOptions, SpeechClient } from '../client.js';
import { ClientError } from '../errors.js';
import type { SynthesisRequest } from '../request.js';
import { applyLexicon, type Lexicon, parseScript } from './script.js';
import { type Attempt, synthesizeVerified, type VerifyOptions } from './verify.js';

export type SpeakTextOptions = CallOptions & {
  /** Cuts the text into sentences; `cutSentences` of `@voxtune/text` cuts as the engine does. @default the whole text is one */
  readonly cut?: (text: string) => readonly string[];
  /** Silence between two sentences, seconds, to the sample; `[pause:500ms]` in the text takes its place. @default 0.3 (the engine's fragment_interval) */
  readonly pauseSec?: number;
  /** Words that the engine misreads → how they are written for it. @default none */
  readonly lexicon?: Lexicon;
  /** Writes a sentence as it is to be read, after the lexicon: numbers as words, such as `readNumbersZh` of `@voxtune/text`. The sentence itself is told and checked as it stood. @default as it stands */
  readonly read?: (sentence: string) => string;
  /** Checks each sentence by ear. @default not checked */
  readonly verify?: VerifyOptions;
};

/** A sentence and where it lies in the whole. */
export type SpokenSentence = {
  readonly text: string;
  readonly startSec: number;
  readonly endSec: number;
  /** Of the audio kept; null when it was not checked. */
  readonly errorRate: number | null;
  readonly attempts: readonly Attempt[];
};
export type SpokenText = {
  /** One channel, −1…1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly sentences: readonly SpokenSentence[];
  readonly warnings: readonly string[];
};

/**
 * Says a long text sentence by sentence and joins it with exact pauses. Each sentence is one request, one after another.
 * @throws {ClientError} CLIENT_REQUEST_INVALID when there is nothing to say; CLIENT_AUDIO_UNKNOWN when the rate changes between sentences or the audio is not one channel of PCM; and `synthesize`'s.
 */
export async function speakText(client: Pick<SpeechClient, 'synthesize'>, request: SynthesisRequest, { cut = (text) => [text], pauseSec = 0.3, lexicon = {}, read = (sentence) => sentence, verify, ...call }: SpeakTextOptions = {}): Promise<SpokenText> {
  if (!(pauseSec >= 0)) throw new RangeError(`pauseSec must be 0 or more, got ${pauseSec}`);
  const script = parseScript(request.text, cut);
  if (!script.some(({ kind }) => kind === 'say')) throw new ClientError('CLIENT_REQUEST_INVALID', 'text holds nothing to say: no letter and no digit');
  const spoken: { readonly text: string; readonly samples: Float32Array; readonly errorRate: number | null; readonly attempts: readonly Attempt[]; readonly silenceSec: number }[] = [];
  const warnings = new Set<string>();
  let sampleRateHz = 0;
  let silenceSec = 0; // before the next sentence
  let tailSec = 0;
  for (const part of script) {
    if (part.kind === 'pause') {
      tailSec = silenceSec = (spoken.length > 0 && silenceSec === pauseSec ? 0 : silenceSec) + part.durationSec;
      continue;
    }
    const asked = { ...request, text: read(applyLexicon(part.text, lexicon)) };
    const done = verify === undefined ? { ...(await client.synthesize(asked, call)), errorRate: null, attempts: [] } : await synthesizeVerified(client, asked, { ...verify, judge: (heard, _respelled, signal) => verify.judge(heard, part.text, signal) }, call);
    const { audio } = done;
    if (audio.samples === null || audio.channels !== 1) throw new ClientError('CLIENT_AUDIO_UNKNOWN', 'speech is joined from one channel of PCM: ask for mediaType wav or raw', { channels: audio.channels });
    if (sampleRateHz !== 0 && audio.sampleRateHz !== sampleRateHz) throw new ClientError('CLIENT_AUDIO_UNKNOWN', `the sample rate changed from ${sampleRateHz} to ${audio.sampleRateHz} Hz between two sentences`, { sampleRateHz: audio.sampleRateHz });
    sampleRateHz = audio.sampleRateHz;
    done.warnings.forEach((warning) => warnings.add(warning));
    if (verify !== undefined && done.errorRate !== null && 'passed' in done && !done.passed) warnings.add(`${JSON.stringify(part.text)}: error rate ${done.errorRate.toFixed(2)} after ${done.attempts.length} tries`);
    spoken.push({ text: part.text, samples: audio.samples, errorRate: done.errorRate, attempts: done.attempts, silenceSec });
    silenceSec = pauseSec;
    tailSec = 0;
  }
  const samplesOf = (sec: number): number => Math.round(sec * sampleRateHz);
  const samples = new Float32Array(spoken.reduce((sum, one) => sum + samplesOf(one.silenceSec) + one.samples.length, samplesOf(tailSec)));
  let at = 0;
  const sentences = spoken.map(({ text, samples: own, errorRate, attempts, silenceSec: before }): SpokenSentence => {
    at += samplesOf(before);
    const startSec = at / sampleRateHz;
    samples.set(own, at);
    at += own.length;
    return { text, startSec, endSec: at / sampleRateHz, errorRate, attempts };
  });
  return { samples, sampleRateHz, sentences, warnings: [...warnings] };
}
