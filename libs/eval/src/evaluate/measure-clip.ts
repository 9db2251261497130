import { errorRate, type Language } from '@voxtune/text';
import { type Dnsmos } from '../mos/dnsmos.js';
import { naturalnessOfUtmos, type Utmos } from '../mos/utmos.js';
import { compareProsody, type ProsodyProfile } from '../prosody/compare-prosody.js';
import { measureProsody, type Prosody } from '../prosody/measure-prosody.js';
import { type ClipScores, type Problem } from '../report/schema.js';
import { cosine } from '../speaker/cosine.js';
import { type SpeakerEncoder } from '../speaker/encoder.js';
import { roundTo6 } from '../verdict.js';
import { ask } from './ask.js';

/** One mono clip, −1…1. */
export type Audio = { readonly samples: Float32Array; readonly sampleRateHz: number };

/** Recognises the words of a clip; `model` names the recogniser in the report. */
export type Transcribe = (audio: Audio, language: string, signal?: AbortSignal) => Promise<{ readonly text: string; readonly model?: string }>;

/** The models an evaluation was given; what is missing is not measured. */
export type Instruments = { readonly encoder?: SpeakerEncoder | undefined; readonly dnsmos?: Dnsmos | undefined; readonly utmos?: Utmos | undefined; readonly transcribe?: Transcribe | undefined };

/** What a clip is held against: the speaker's middle embedding, and how they speak; null leaves the measure out. */
export type Target = { readonly embedding: Float32Array | null; readonly prosody: ProsodyProfile | null };

/** What is known of a clip already, so that it is not measured twice. */
export type KnownOfClip = { readonly embedding?: Float32Array | undefined; readonly prosody?: Prosody | undefined };

export type ClipMeasures = { readonly scores: ClipScores; readonly heard: string | null; readonly recogniser: string | null; readonly problems: readonly Problem[] };

/** Languages counted in characters; the others in words. Source: DESIGN of the thresholds, 1 − CER for languages written without spaces (and Korean). */
const CHARACTER_LANGUAGES = new Set(['zh', 'ja', 'ko', 'yue']);

/**
 * Takes every measure of one clip that its instruments allow. A measure that fails is null with a problem beside it. Naturalness comes from
 * UTMOS when that is given, else from the target's prosody.
 * @throws what the signal holds when it is aborted.
 */
export async function measureClip(
  audio: Audio,
  words: { readonly text: string; readonly language: string },
  { encoder, dnsmos, utmos, transcribe }: Instruments,
  target: Target,
  known: KnownOfClip = {},
  signal?: AbortSignal,
): Promise<ClipMeasures> {
  const problems: Problem[] = [];
  const { samples, sampleRateHz } = audio;
  const take = async <T>(measure: string, call: () => Promise<T>): Promise<T | null> => {
    signal?.throwIfAborted();
    const asked = await ask(measure, call, signal);
    if ('value' in asked) return asked.value;
    problems.push(asked.problem);
    return null;
  };
  const similarity = encoder && target.embedding ? await take('similarity', async () => cosine(known.embedding ?? (await encoder.embed(samples, sampleRateHz)), target.embedding!)) : null;
  const opinion = dnsmos ? await take('dnsmos', () => dnsmos.score(samples, sampleRateHz, signal ? { signal } : {})) : null;
  const predicted = utmos ? await take('utmos', () => utmos.score(samples, sampleRateHz, signal ? { signal } : {})) : null;
  const overlap = !utmos && target.prosody ? await take('prosody', async () => compareProsody(known.prosody ?? measureProsody(samples, sampleRateHz), target.prosody!)?.overlap ?? null) : null;
  const heard = transcribe
    ? await take('intelligibility', async () => {
        const { text, model } = await transcribe(audio, words.language, signal);
        return { text, model, share: measureIntelligibility(words.text, text, words.language) };
      })
    : null;
  return {
    scores: {
      similarity: round(similarity),
      sig: round(opinion?.sig ?? null),
      bak: round(opinion?.bak ?? null),
      ovrl: round(opinion?.ovrl ?? null),
      p808: round(opinion?.p808 ?? null),
      utmos: round(predicted),
      naturalness: round(predicted === null ? overlap : naturalnessOfUtmos(predicted)),
      intelligibility: round(heard?.share ?? null),
    },
    heard: heard?.text ?? null,
    recogniser: heard?.model ?? null,
    problems,
  };
}

/**
 * Share of a text that was understood: 1 − CER for zh, ja, ko and yue, 1 − WER otherwise; never below 0.
 * @param reference - What was to be said.
 * @param hypothesis - What was recognised.
 * @param language - Of both: zh, en, ja, ko or yue; of @voxtune/text another is an error.
 * @returns null when the reference holds nothing to recognise.
 */
export function measureIntelligibility(reference: string, hypothesis: string, language: string): number | null {
  const unit = CHARACTER_LANGUAGES.has(language) ? 'character' : 'word';
  const { rate, referenceLength } = errorRate(reference, hypothesis, { unit, normalizer: 'default', language: language as Language }); // checked there
  return referenceLength === 0 || !Number.isFinite(rate) ? null : Math.max(0, 1 - rate);
}

const round = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : roundTo6(value));
