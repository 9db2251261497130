import { type AudioWarning } from '../errors.js';
import { type DownmixMode } from '../mix/downmix.js';
import { type AudioMeasurements } from '../measure/create-meter.js';
import { type SliceOptions } from '../slice/slice-options.js';

/** How recordings are prepared. */
export type PrepareSettings = {
  /** Folder for the clips; made when it is not there. */
  readonly outDir: string;
  /** Rate of the clips, hertz. @default 32000 */
  readonly sampleRateHz?: number | undefined;
  /** Where to cut. @default the preset `guide` */
  readonly slice?: SliceOptions | undefined;
  /** How channels become one. @default 'mean' */
  readonly channel?: DownmixMode | undefined;
  /** As of `decodeFile`. */
  readonly ffmpegPath?: string | null | undefined;
};

/** A clip that was written. */
export type PreparedClip = {
  /** Its file: the recording's name, then start and end in samples of ten digits, as GPT-SoVITS 48b1a01, tools/slice_audio.py, names them. */
  readonly path: string;
  /** First sample, and the one after the last, of the recording at the clips' rate. */
  readonly start: number;
  readonly end: number;
  readonly measurements: AudioMeasurements;
};

/** What became of one recording. */
export type PreparedFile = {
  readonly path: string;
  /** In order; empty for pure silence. */
  readonly clips: readonly PreparedClip[];
  /** What the decoder noticed. */
  readonly warnings: readonly AudioWarning[];
  /** Why there is none, or not all; null when all went well. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
};
