// How a voice is sliced.
import { SLICE_PRESETS, type SliceOptions } from '@voxtune/audio';
import { type Config } from '../config/schema.js';

/** The preset with the voice's own values over it. */
export function sliceOptions({ preset, ...values }: Config['slice']): SliceOptions {
  const own = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  return { ...SLICE_PRESETS[preset], ...own, maxLengthMs: values.maxLengthMs };
}
