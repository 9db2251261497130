// Which files the addon takes, told by what they say of themselves: it ends its process on any other, and says so in its log only.
import { hashFile } from '../hash-file.js';
import { readOnnxMetadata } from './read-onnx-metadata.js';

export type SherpaFile = {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** The first 12 hex digits of the SHA-256: results of another model are other results. */
  readonly hash: string;
};

/** Reads what a model says of itself. @param missing - Makes the error for a file that is not there or no model. */
export async function readSherpaFile(path: string, missing: (message: string, cause?: unknown) => Error): Promise<SherpaFile> {
  const metadata = await readOnnxMetadata(path).catch((cause: unknown) => { throw missing(`the model ${path} cannot be read: ${cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)}`, cause); });
  if (metadata === null) throw missing(`${path} is no ONNX model`);
  return { path, metadata, hash: (await hashFile(path)).slice(0, 12) };
}

const numberOf = ({ metadata }: SherpaFile, key: string): number => Number(metadata.get(key) ?? NaN);

/** Denoisers of sherpa-onnx 1.13 (offline-speech-denoiser-gtcrn-model.cc, -dpdfnet-model.cc). */
export type DenoiserKind = 'gtcrn' | 'dpdfnet';

/** @returns What kind of denoiser it is and its rate, or why it is none. */
export function readDenoiserKind(file: SherpaFile): { readonly kind: DenoiserKind; readonly rateHz: number } | string {
  const kind = file.metadata.get('model_type');
  if (kind !== 'gtcrn' && kind !== 'dpdfnet') return `${file.path} is no denoiser: its metadata has ${kind === undefined ? 'no model_type' : `model_type ${kind}`}, sherpa-onnx takes gtcrn and dpdfnet`;
  const rateHz = numberOf(file, 'sample_rate');
  return Number.isInteger(rateHz) && rateHz > 0 ? { kind, rateHz } : `${file.path} is no denoiser: its metadata has no sample_rate`;
}

/** Metadata that a segmentation model must have (k2-fsa/sherpa-onnx 634265c, offline-speaker-segmentation-pyannote-model.cc). */
const SEGMENTATION_KEYS = ['num_speakers', 'powerset_max_classes', 'num_classes', 'sample_rate', 'window_size', 'receptive_field_size', 'receptive_field_shift'] as const;
/** More speakers at once than this the addon does not tell apart (the same, offline-speaker-diarization-pyannote-impl.h, InitPowersetMapping). */
const MOST_AT_ONCE = 2;

/** @returns The rate of a segmentation model, or why it is none. */
export function readSegmentation(file: SherpaFile): { readonly rateHz: number } | string {
  const lacking = SEGMENTATION_KEYS.filter((key) => !(numberOf(file, key) > 0));
  if (lacking.length > 0) return `${file.path} is no segmentation model: its metadata has no ${lacking.join(', ')}`;
  if (numberOf(file, 'powerset_max_classes') > MOST_AT_ONCE) return `${file.path} tells ${numberOf(file, 'powerset_max_classes')} speakers at once apart; sherpa-onnx takes ${MOST_AT_ONCE}`;
  return { rateHz: numberOf(file, 'sample_rate') };
}

/** Frameworks of speaker models (the same, speaker-embedding-extractor-impl.cc). */
const FRAMEWORKS: readonly string[] = ['wespeaker', '3d-speaker', 'nemo'];

/** @returns Why a file is no speaker model for sherpa-onnx, or null. */
export function judgeEmbedding({ path, metadata }: SherpaFile): string | null {
  const framework = metadata.get('framework');
  return framework !== undefined && FRAMEWORKS.includes(framework) ? null : `${path} is no speaker model of sherpa-onnx: its metadata has ${framework === undefined ? 'no framework' : `framework ${framework}`}, it takes ${FRAMEWORKS.join(', ')}`;
}
