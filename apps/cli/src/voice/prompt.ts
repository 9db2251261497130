// Chooses the prompt audio: the short clip, with its words, that conditions synthesis.
import { rankPrompts, robustCentre, type ClipEntry, type RankedPrompt, type Utterance } from '@voxtune/dataset';

/** Candidates that are embedded: the best by what costs nothing to look at. */
const EMBEDDED = 32;

export type PromptChoice = { readonly utterance: Utterance; readonly why: string };

/**
 * Candidates for the prompt, best first. With `embed`, the best 32 are ranked by closeness to the speaker too; the others follow them.
 * @param embed - The speaker embedding of one utterance's clip; null: no speaker model, and similarity is not measured.
 */
export async function rankVoicePrompts(utterances: readonly Utterance[], clips: ReadonlyMap<string, ClipEntry>, embed: ((utterance: Utterance) => Promise<Float32Array>) | null): Promise<readonly RankedPrompt[]> {
  const cheap = rankPrompts({ utterances, clips });
  if (embed === null || cheap.length === 0) return cheap;
  const best = cheap.slice(0, EMBEDDED).map(({ utterance }) => utterance);
  const embeddings: Float32Array[] = [];
  for (const utterance of best) embeddings.push(await embed(utterance));
  const { similarities } = robustCentre(embeddings);
  const known = new Map(best.map(({ clip }, i) => [clip, similarities[i]!]));
  const ranked = rankPrompts({ utterances, clips, similarities: known });
  return [...ranked.filter(({ similarity }) => similarity !== null), ...ranked.filter(({ similarity }) => similarity === null)];
}

/** The first of the ranking, with why. @returns null when no utterance is 3 to 10 s long. */
export function choosePrompt(ranked: readonly RankedPrompt[]): PromptChoice | null {
  const [best] = ranked;
  return best === undefined ? null : { utterance: best.utterance, why: `${best.reasons.join(', ')}; best of ${ranked.length} candidates` };
}
