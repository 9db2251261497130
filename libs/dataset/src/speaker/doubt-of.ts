/** Below this a voice may be another's, and nearer than this two voices may be taken for each other. Source: ours; by GE2E on 87 made calls the speaker has 0.53 (noise on a telephone line) to 0.95, others up to 0.69, and the next is 0.04 and more below. */
const DOUBT = { below: 0.6, nearer: 0.06 } as const;

/** Why the voice that was kept may not be the speaker's; null where nothing says so. */
export function doubtOf(similarity: number | null, next: number | null): string | null {
  if (similarity === null) return null;
  if (next !== null && similarity - next < DOUBT.nearer) return `the voice kept and the next are nearly as like the enrolment (${similarity.toFixed(2)} and ${next.toFixed(2)}): listen to its clips`;
  return similarity < DOUBT.below ? `the voice kept is not much like the enrolment (${similarity.toFixed(2)}): it may be another’s; listen to its clips` : null;
}
