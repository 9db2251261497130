import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../errors.js';
import { scanTorchFile, type ScannedTorchFile } from '../torch/not-numbers.js';

/** What a feature file must hold. Sizes as the engine writes them. */
export type FeatureExpectation = {
  readonly path: string;
  /** In words, for the reason of a drop. */
  readonly what: string;
  /** What is wrong with a tensor of this shape; null when nothing is. */
  readonly refuse: (shape: readonly number[]) => string | null;
};

// GPT-SoVITS 48b1a01: 2-get-hubert-wav32k.py (HuBERT base: 768 wide), 1-get-text.py (BERT large: 1024 wide), 2-get-sv.py (ERes2NetV2: 20480), each asserted there or in data_utils.py.
const SSL_WIDTH = 768;
const BERT_WIDTH = 1024;
const SPEAKER_WIDTH = 20_480;

// Wave-front of HuBERT and wav2vec 2.0 (fairseq: convolutions (512,10,5) + 4×(512,3,2) + 2×(512,2,2)): windows of 400 samples every 320 at 16 kHz.
const WINDOW_SAMPLES = 400;
const HOP_SAMPLES = 320;
/** Frames that may be more or fewer: resampling to 16 kHz rounds. Ours. */
const FRAME_SLACK = 2;

/** HuBERT frames of a clip. @param samples32k - Its length at 32 kHz. */
export const sslFrames = (samples32k: number): number => Math.max(0, Math.floor((Math.floor(samples32k / 2) - WINDOW_SAMPLES) / HOP_SAMPLES) + 1);

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** SSL features: `[1, 768, T]`, T as long as the clip. @param samples32k - Samples of the clip's 5-wav32k file. */
export const expectSsl = (dir: string, key: string, samples32k: number): FeatureExpectation => ({
  path: join(dir, `${key}.pt`), what: 'HuBERT features',
  refuse(shape) {
    const frames = shape[2] ?? 0;
    if (shape.length !== 3 || shape[0] !== 1 || shape[1] !== SSL_WIDTH || frames < 1) return `have the shape ${shapeText(shape)} instead of [1, ${SSL_WIDTH}, frames]`;
    const wanted = sslFrames(samples32k);
    return Math.abs(frames - wanted) <= FRAME_SLACK ? null : `have ${frames} frames, while its ${(samples32k / 32_000).toFixed(2)} s of audio make ${wanted}`;
  },
});

/** BERT features: `[1024, phones]`. */
export const expectBert = (dir: string, key: string, phones: number): FeatureExpectation => ({
  path: join(dir, `${key}.pt`), what: 'BERT features',
  refuse: (shape) => (shape.length === 2 && shape[0] === BERT_WIDTH && shape[1] === phones ? null : `have the shape ${shapeText(shape)} instead of [${BERT_WIDTH}, ${phones}], its phones`),
});

/** A speaker embedding: `[1, 20480]`. */
export const expectSpeaker = (dir: string, key: string): FeatureExpectation => ({
  path: join(dir, `${key}.pt`), what: 'speaker embedding',
  refuse: (shape) => (shape.length === 2 && shape[0] === 1 && shape[1] === SPEAKER_WIDTH ? null : `has the shape ${shapeText(shape)} instead of [1, ${SPEAKER_WIDTH}]`),
});

/**
 * What is wrong with a feature file: no tensor file, another count, type or shape of tensors, or numbers that are none.
 * @returns Words that end a sentence about the clip; null when nothing is wrong.
 */
export async function checkFeature({ path, what, refuse }: FeatureExpectation, signal?: AbortSignal): Promise<string | null> {
  let file: ScannedTorchFile;
  try {
    file = await scanTorchFile(path, { signal });
  } catch (error) {
    if (error instanceof TrainingError) return `its ${what}: ${error.message.replace(`${path} is `, 'the file is ').replace(/\.$/, '')}`;
    throw error;
  }
  const [tensor] = file.tensors;
  if (tensor === undefined || file.tensors.length > 1 || tensor.name !== '') return `its ${what} are ${file.tensors.length} tensors instead of one`;
  if (tensor.dtype !== 'float32' && tensor.dtype !== 'float16') return `its ${what} are of type ${tensor.dtype}`;
  const wrong = refuse(tensor.shape);
  if (wrong !== null) return `its ${what} ${wrong}`;
  return file.notFinite === 0 ? null : `its ${what} hold ${file.notFinite} number${file.notFinite === 1 ? '' : 's'} of ${file.numbers} that are NaN or infinite`;
}

/** Samples of a 16-bit mono WAV with a header of 44 bytes, which is what the engine writes; 0 where there is none. */
export const wavSamples = (path: string): Promise<number> => stat(path).then(({ size }) => Math.max(0, (size - 44) / 2), () => 0);

/**
 * Looks into every feature file of a stage. A bad one is deleted, so that no later program of the engine reads it.
 * @returns The reason for each bad one, by the clip's file name.
 */
export async function removeBadFeatures(expected: ReadonlyMap<string, FeatureExpectation>, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const bad = new Map<string, string>();
  for (const [key, expectation] of expected) {
    signal.throwIfAborted();
    const wrong = await checkFeature(expectation, signal);
    if (wrong === null) continue;
    await rm(expectation.path, { force: true });
    bad.set(key, wrong);
  }
  return bad;
}
