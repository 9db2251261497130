import { type EvaluationReport, type Problem } from '../report/schema.js';
import { centroid } from '../speaker/cosine.js';
import { profileProsody, type ProsodyProfile } from '../prosody/compare-prosody.js';
import { measureProsody, type Prosody } from '../prosody/measure-prosody.js';
import { type SpeakerEncoder } from '../speaker/encoder.js';
import { ask } from './ask.js';
import { type Audio, type KnownOfClip, type Target } from './measure-clip.js';

/** A real clip of the speaker. */
export type SpeakerClip = Audio & { readonly id?: string };

/** The speaker as the encoder and the prosody of their clips know them. */
export type KnownSpeaker = {
  /** Middle of all clips and their way of speaking; null members where no clip, or too few, could be used. */
  readonly target: Target;
  /** The same without one clip (told by its samples): the clip's own place would flatter it. */
  targetWithout(clip: Audio): Target;
  /** What was measured of the clip, when it is among those the speaker is known by. */
  knownOf(clip: Audio): KnownOfClip;
  readonly accounting: EvaluationReport['speaker'];
};

/**
 * Embeds the speaker's clips and measures their prosody. A clip that cannot be used is returned with its reason.
 * @param withProsody - False leaves prosody out.
 */
export async function knowSpeaker(clips: readonly SpeakerClip[], encoder: SpeakerEncoder | undefined, withProsody: boolean, signal: AbortSignal | undefined): Promise<KnownSpeaker> {
  const known: { clip: SpeakerClip; embedding: Float32Array | null; prosody: Prosody | null }[] = [];
  const problems: (Problem & { id: string })[] = [];
  for (const [index, clip] of clips.entries()) {
    signal?.throwIfAborted();
    const embedded = encoder ? await ask('similarity', () => encoder.embed(clip.samples, clip.sampleRateHz), signal) : null;
    const spoken = withProsody ? await ask('prosody', async () => measureProsody(clip.samples, clip.sampleRateHz), signal) : null;
    for (const asked of [embedded, spoken]) if (asked !== null && 'problem' in asked && !(asked === spoken && embedded !== null && 'problem' in embedded)) problems.push({ id: clip.id ?? `#${index + 1}`, ...asked.problem });
    known.push({ clip, embedding: embedded !== null && 'value' in embedded ? embedded.value : null, prosody: spoken !== null && 'value' in spoken ? spoken.value : null });
  }
  const targetOf = (of: typeof known): Target => {
    const embeddings = of.flatMap(({ embedding }) => embedding ?? []);
    const profile: ProsodyProfile | null = profileProsody(of.flatMap(({ prosody }) => prosody ?? []));
    return { embedding: embeddings.length === 0 ? null : centroid(embeddings), prosody: profile };
  };
  return {
    target: targetOf(known),
    targetWithout: (clip) => targetOf(known.filter((one) => !sameAudio(one.clip, clip))),
    knownOf: (clip) => {
      const one = known.find((each) => sameAudio(each.clip, clip));
      return { embedding: one?.embedding ?? undefined, prosody: one?.prosody ?? undefined };
    },
    accounting: { in: clips.length, used: encoder ? known.filter(({ embedding }) => embedding !== null).length : known.filter(({ prosody }) => prosody !== null).length, problems, clips: [] },
  };
}

/** Whether two clips hold the same samples. */
export function sameAudio(a: Audio, b: Audio): boolean {
  if (a.samples === b.samples) return true;
  if (a.sampleRateHz !== b.sampleRateHz || a.samples.length !== b.samples.length) return false;
  return a.samples.every((sample, i) => sample === b.samples[i]);
}
