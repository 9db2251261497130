// Chooses the prompt audio: the short clip, with its words, that conditions synthesis.
import { type ClipEntry, type Utterance } from '@voxtune/dataset';

/** Seconds that GPT-SoVITS accepts for prompt audio (48b1a01, GPT_SoVITS/TTS_infer_pack/TTS.py: 3 to 10 s; a little inside for rounding). */
const PROMPT_RANGE_SEC = [3.05, 9.95] as const;
/** Length that prompts well, seconds: 4 to 8 is what practitioners use; the middle is best. */
const IDEAL_SEC = 6;

export type PromptChoice = { readonly utterance: Utterance; readonly why: string };

/**
 * The best prompt among the utterances: a complete sentence, near six seconds, clean.
 * @returns null when no utterance is 3 to 10 s long.
 */
export function choosePrompt(utterances: readonly Utterance[], clips: ReadonlyMap<string, ClipEntry>): PromptChoice | null {
  const ranked = utterances
    .filter((u) => u.durationSec >= PROMPT_RANGE_SEC[0] && u.durationSec <= PROMPT_RANGE_SEC[1])
    .map((utterance) => {
      const measured = clips.get(utterance.clip)?.measurements;
      const complete = /[.!?。！？…]["'”’」』)]*$/u.test(utterance.text.trim());
      const clipped = (measured?.clippedSamples ?? 0) > 0;
      const cost = Math.abs(utterance.durationSec - IDEAL_SEC) + (complete ? 0 : 2) + (clipped ? 4 : 0) - Math.min(measured?.snrDb ?? 20, 60) / 30;
      return { utterance, complete, cost };
    })
    .sort((a, b) => a.cost - b.cost || (a.utterance.clip < b.utterance.clip ? -1 : 1));
  const [best] = ranked;
  if (best === undefined) return null;
  return { utterance: best.utterance, why: `${best.utterance.durationSec.toFixed(2)} s${best.complete ? ', a complete sentence' : ''}; best of ${ranked.length} candidates by length, completeness and noise` };
}
