/** Damages a small audio file: cuts, flips, lies in the header fields of its kind, repaired checksums. */
export function damage(kind: string, good: Uint8Array, random: () => number): Uint8Array;
