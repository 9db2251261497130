import { type ClipScores, type EvaluationReport } from '../report/schema.js';
import { type KnownSpeaker, sameAudio, type SpeakerClip } from './know-speaker.js';
import { type Audio, type Instruments, measureClip } from './measure-clip.js';

/** Real clips that DNSMOS and UTMOS score for the ceiling. Source: ours; enough for an interval, seconds rather than minutes of scoring. */
const OPINION_CLIPS = 12;

export type Ceiling = { readonly clips: readonly { readonly id: string; readonly scores: ClipScores }[]; readonly problems: EvaluationReport['speaker']['problems'] };

/**
 * Measures the speaker's clips beside those that belong to test sentences, so that a voice is seen against its own material: all of
 * them for similarity and prosody, each against the others; some, evenly spread, for DNSMOS and UTMOS.
 * @param measured - Real clips of sentences, measured elsewhere; a speaker clip with the same samples is not taken twice.
 */
export async function measureCeiling(clips: readonly SpeakerClip[], measured: readonly Audio[], speaker: KnownSpeaker, { encoder, dnsmos, utmos }: Instruments, signal: AbortSignal | undefined): Promise<Ceiling> {
  const others = clips.filter((clip) => !measured.some((one) => sameAudio(one, clip)));
  const wanted = Math.min(others.length, Math.max(0, OPINION_CLIPS - measured.length));
  const opinionOf = new Set(Array.from({ length: wanted }, (_, i) => Math.floor((i * others.length) / wanted)));
  const measuredClips: { id: string; scores: ClipScores }[] = [];
  const problems: Ceiling['problems'] = [];
  for (const [index, clip] of others.entries()) {
    const known = speaker.knownOf(clip);
    const heard = opinionOf.has(index);
    const target = speaker.targetWithout(clip);
    const result = await measureClip(clip, { text: '', language: '' }, { encoder: known.embedding && encoder, dnsmos: heard ? dnsmos : undefined, utmos: heard ? utmos : undefined }, { ...target, prosody: utmos || !known.prosody ? null : target.prosody }, known, signal);
    const id = clip.id ?? `#${clips.indexOf(clip) + 1}`;
    measuredClips.push({ id, scores: result.scores });
    problems.push(...result.problems.map((problem) => ({ id, ...problem })));
  }
  return { clips: measuredClips, problems };
}
