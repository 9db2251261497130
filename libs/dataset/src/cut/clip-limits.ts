/** The lengths a clip may have, and how it meets the silence around it. */
export const CLIP_LIMITS = {
  /** Shortest and longest clip asked for: the guide's slicing defaults (ENGINE, the guide's interface). */
  minLengthMs: 3000,
  maxLengthMs: 10_000,
  /** Up to this much of the silence on each side goes with a cue: subtitle times are rarely truer than a syllable (about 200 ms). */
  marginMs: 200,
  /** This much of the margin goes with the cue even when it is not silent: its own last sound may be there. */
  looseMs: 100,
  /** A clip that borrows silence stays this far from its neighbour's speech, so that loose subtitle times do not let it in. */
  guardMs: 50,
  /** What is widened stays this far inside the lengths, so that seconds taken from each other in floating point still are. */
  roundingMs: 1,
  /** Silence longer than this is no part of an utterance: the slicer's max_sil_kept (GPT-SoVITS 48b1a01, webui.py). */
  edgeSilenceMs: 500,
  /** Cues that overlap by no more than this meet in the middle; beyond it they are one stretch. Subtitle editors round to frames of 40 ms. */
  overlapMs: 100,
  /** A cue may end this much after its recording before its words count as missing from it. */
  outsideMs: 500,
  /** The trainer ignores clips that are not strictly inside this (GPT-SoVITS 48b1a01, GPT_SoVITS/module/data_utils.py). */
  trainerMinSec: 0.6,
  trainerMaxSec: 54,
} as const;
