/** A half-open range of samples, `[start, end)`. */
export type SampleRange = { readonly start: number; readonly end: number };
