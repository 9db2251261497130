/** A model that is not done with a sound by then hangs: a minute, and ten times the sound's length. Source: ours; GTCRN takes a fiftieth of the length, DPDFNet and the pyannote model (k2-fsa's page) a third. */
export const sherpaLimitMs = (soundSec: number): number => 60_000 + 10 * soundSec * 1000;
