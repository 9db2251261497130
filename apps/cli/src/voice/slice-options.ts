// How a voice is sliced, and at which rate.
import { SLICE_PRESETS, type SliceOptions } from '@voxtune/audio';
import { type Config } from '../config/schema.js';
import { type Voice } from './folder.js';

/** The preset with the voice's own values over it. */
export function sliceOptions({ preset, ...values }: Config['slice']): SliceOptions {
  const own = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  return { ...SLICE_PRESETS[preset], ...own, maxLengthMs: values.maxLengthMs };
}

/** Hertz of the clips: what the profile's trainer reads (upstream 32 000, GPT-SoVITS 48b1a01, tools/slice_audio.py; the guide's s2.json 22 050). */
export const clipRateHz = (voice: Voice): number => (voice.config.engine.profile === 'guide' ? 22_050 : 32_000);
