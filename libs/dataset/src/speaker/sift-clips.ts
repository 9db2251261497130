import type { ClipEntry } from '../manifest.js';
import { robustCentre } from './robust-centre.js';

/** Fewer clips have no middle that one of them could be far from. Source: ours. */
const LEAST_CLIPS = 5;

/**
 * Gives each kept clip its similarity to the middle of all, and drops those that lie further from it than the others do.
 * Law: as many entries come out as go in, in order; a clip that was dropped before is as it was.
 * @param embeddings - One for each clip, in order; null where the clip has none.
 */
export function siftClips(clips: readonly ClipEntry[], embeddings: readonly (Float32Array | null)[]): readonly ClipEntry[] {
  if (embeddings.length !== clips.length) throw new RangeError(`${clips.length} clips need as many embeddings, got ${embeddings.length}`);
  const known = clips.flatMap((clip, i) => (clip.kept && embeddings[i] !== null ? [i] : []));
  if (known.length < LEAST_CLIPS) return clips.map((clip) => ({ ...clip, similarity: null }));
  const { similarities, cut } = robustCentre(known.map((i) => embeddings[i]!));
  const found = new Map(known.map((i, place) => [i, similarities[place]!]));
  return clips.map((clip, i) => {
    const similarity = found.get(i) ?? null;
    if (similarity === null || similarity >= cut) return { ...clip, similarity };
    const message = `another voice: similarity ${similarity.toFixed(2)} to the speaker’s middle, where these clips have ${cut.toFixed(2)} and more`;
    return { ...clip, similarity, kept: false, reason: message, findings: [...clip.findings, { code: 'CLIP_OTHER_VOICE', level: 'reject' as const, message, value: similarity }] };
  });
}
