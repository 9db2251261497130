import { type EvaluationReport, type Problem } from '../report/schema.js';
import { centroid } from '../speaker/cosine.js';
import { type SpeakerEncoder } from '../speaker/encoder.js';
import { ask } from './ask.js';
import { type Audio } from './measure-clip.js';

/** A real clip of the speaker. */
export type SpeakerClip = Audio & { readonly id?: string };

/** The speaker as the encoder knows them. */
export type KnownSpeaker = {
  /** Middle of all clips; null when none could be used. */
  readonly centroid: Float32Array | null;
  /** The middle without one clip (told by its samples): the clip's own place would flatter it. Null when nothing is left. */
  centroidWithout(clip: Audio): Float32Array | null;
  /** The clip's embedding, when it is among those the speaker is known by. */
  embeddingOf(clip: Audio): Float32Array | undefined;
  readonly accounting: EvaluationReport['speaker'];
};

/** Embeds the speaker's clips. A clip that cannot be used is returned with its reason. */
export async function knowSpeaker(clips: readonly SpeakerClip[], encoder: SpeakerEncoder | undefined, signal: AbortSignal | undefined): Promise<KnownSpeaker> {
  const known: { clip: SpeakerClip; embedding: Float32Array }[] = [];
  const problems: (Problem & { id: string })[] = [];
  for (const [index, clip] of (encoder ? clips : []).entries()) {
    signal?.throwIfAborted();
    const asked = await ask('similarity', () => encoder!.embed(clip.samples, clip.sampleRateHz), signal);
    if ('value' in asked) known.push({ clip, embedding: asked.value });
    else problems.push({ id: clip.id ?? `#${index + 1}`, ...asked.problem });
  }
  const middle = (of: typeof known): Float32Array | null => (of.length === 0 ? null : centroid(of.map(({ embedding }) => embedding)));
  return {
    centroid: middle(known),
    centroidWithout: (clip) => middle(known.filter((one) => !sameAudio(one.clip, clip))),
    embeddingOf: (clip) => known.find((one) => sameAudio(one.clip, clip))?.embedding,
    accounting: { in: clips.length, used: known.length, problems },
  };
}

/** Whether two clips hold the same samples. */
export function sameAudio(a: Audio, b: Audio): boolean {
  if (a.samples === b.samples) return true;
  if (a.sampleRateHz !== b.sampleRateHz || a.samples.length !== b.samples.length) return false;
  return a.samples.every((sample, i) => sample === b.samples[i]);
}
