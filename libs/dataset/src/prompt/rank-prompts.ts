import type { ClipEntry, Utterance } from '../manifest.js';
import { spreadOf, type Spread } from '../middle.js';

/** Seconds that GPT-SoVITS accepts for prompt audio (48b1a01, GPT_SoVITS/TTS_infer_pack/TTS.py: 3 to 10 s; a little inside for rounding). */
export const PROMPT_RANGE_SEC = [3.05, 9.95] as const;
/** Lengths that prompt well, seconds: 4 to 8 is what practitioners use. */
const GOOD_SEC = [4, 8] as const;
/** Costs, in seconds of wrong length that each fault weighs as much as. Source: ours; the order of faults matters, not the figures. */
const COSTS = { incomplete: 2, clipped: 4, decibelsUnderClean: 0.1, similarityLost: 20, paceSigma: 0.5, pitchSigma: 0.5, fromMiddle: 0.1 } as const;

/**
 * From this `snrDb` on, less noise makes no better prompt. Measured on LJSpeech with pink noise (docs/performance.md, "How clean a prompt must be"): at 36.8 dB similarity to the speaker and P.808 are those of
 * the clean clip; at 29.0 dB they have lost 0.08 and 0.15, at 21.4 dB 0.13 and 0.76.
 */
const CLEAN_SNR_DB = 35;

export type RankedPrompt = {
  readonly utterance: Utterance;
  /** What speaks against it, in seconds of wrong length; 0 and more, lower is better. */
  readonly cost: number;
  /** Cosine to the speaker's centre; null where it was not measured. */
  readonly similarity: number | null;
  /** What was looked at, one phrase each. */
  readonly reasons: readonly string[];
};

export type RankPromptsOptions = {
  readonly utterances: readonly Utterance[];
  /** The clips with their measurements, by id. */
  readonly clips: ReadonlyMap<string, Pick<ClipEntry, 'measurements'>>;
  /** Cosine to the speaker's centre by clip, where it is known. */
  readonly similarities?: ReadonlyMap<string, number> | undefined;
};

/**
 * Ranks the utterances that can be prompt audio, best first: 4 to 8 s, a complete sentence, not clipped, clean (35 dB and more over
 * its noise lose nothing), near the speaker's centre, and of a pace and pitch near the speaker's own middle. Those under 3 or over 10 s are no candidates.
 */
export function rankPrompts({ utterances, clips, similarities }: RankPromptsOptions): readonly RankedPrompt[] {
  const pace = spreadOf(utterances.map(charactersPerSec));
  const pitch = spreadOf(utterances.flatMap(({ clip }) => clips.get(clip)?.measurements?.['f0MedianHz'] ?? []));
  const nearest = Math.max(-1, ...(similarities?.values() ?? []));
  return utterances
    .filter(({ durationSec }) => durationSec >= PROMPT_RANGE_SEC[0] && durationSec <= PROMPT_RANGE_SEC[1])
    .map((utterance): RankedPrompt => {
      const { durationSec, clip, text } = utterance;
      const measured = clips.get(clip)?.measurements ?? {};
      const reasons: string[] = [];
      let cost = 0;
      const weigh = (price: number, reason: string) => { cost += price; reasons.push(reason); };
      const wrong = Math.max(0, GOOD_SEC[0] - durationSec, durationSec - GOOD_SEC[1]);
      weigh(wrong + COSTS.fromMiddle * Math.abs(durationSec - (GOOD_SEC[0] + GOOD_SEC[1]) / 2), `${durationSec.toFixed(2)} s${wrong > 0 ? `, outside ${GOOD_SEC[0]} to ${GOOD_SEC[1]} s` : ''}`);
      const complete = /[.!?。！？…]["'”’」』)]*$/u.test(text.trim());
      weigh(complete ? 0 : COSTS.incomplete, complete ? 'a complete sentence' : 'ends without a full stop');
      const clipped = measured['clippedSamples'] ?? 0;
      if (clipped > 0) weigh(COSTS.clipped, `${clipped} clipped samples`);
      const snrDb = measured['snrDb'] ?? null;
      if (snrDb !== null) weigh(COSTS.decibelsUnderClean * Math.max(0, CLEAN_SNR_DB - snrDb), `SNR ${snrDb.toFixed(1)} dB`);
      const similarity = similarities?.get(clip) ?? null;
      if (similarity !== null) weigh(COSTS.similarityLost * (nearest - similarity), `similarity to the speaker ${similarity.toFixed(3)}`);
      const perSec = charactersPerSec(utterance);
      weigh(COSTS.paceSigma * sigmas(perSec, pace), `${perSec.toFixed(1)} characters a second (speaker ${pace.middle.toFixed(1)})`);
      const f0 = measured['f0MedianHz'] ?? null;
      if (f0 !== null) weigh(COSTS.pitchSigma * sigmas(f0, pitch), `pitch ${f0.toFixed(0)} Hz (speaker ${pitch.middle.toFixed(0)})`);
      return { utterance, cost, similarity, reasons };
    })
    .sort((a, b) => a.cost - b.cost || (a.utterance.clip < b.utterance.clip ? -1 : 1));
}

const charactersPerSec = ({ text, durationSec }: Utterance): number => (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) / durationSec;

const sigmas = (value: number, { middle, sigma }: Spread): number => (sigma > 0 ? Math.abs(value - middle) / sigma : 0);
