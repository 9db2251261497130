import { VERSION_FACTS, type EngineVersion } from '../profile/versions.js';
import { epochItems, exportedEpochs, planSaveInterval } from './schedule.js';

/** What a voice's disk use follows from. */
export type DiskFacts = {
  readonly version: EngineVersion;
  readonly clips: number;
  /** Speech that is trained on, seconds. */
  readonly seconds: number;
  /** Chinese and Cantonese texts have a BERT feature each phone. */
  readonly bert: boolean;
  readonly gpt: { readonly epochs: number; readonly saveEvery: number };
  readonly sovits: { readonly epochs: number; readonly saveEvery: number };
  /** Newest optimizer checkpoints kept of each training. */
  readonly keepCheckpoints: number;
  /** Sizes of the pretrained files, bytes; 0 where the version has no such file, null where it is not there yet. */
  readonly pretrained: { readonly gpt: number | null; readonly s2G: number | null; readonly s2D: number | null };
};

/** Bytes at most, by what takes them. */
export type DiskEstimate = {
  readonly features: number;
  /** Optimizer checkpoints at their peak: the ones kept, the one being saved and its copy in the temporary folder; null when a pretrained file is not there. */
  readonly checkpoints: number | null;
  /** Exported weights, one file an exported epoch; null when a pretrained file is not there. */
  readonly weights: number | null;
  readonly logs: number;
  readonly total: number;
};

// Shapes as seen on GPT-SoVITS 48b1a01: 4-cnhubert float32 [1, 768, T] at 50 Hz, 5-wav32k 16-bit mono at 32 kHz, 7-sv_cn float32 [1, 20480], 3-bert float32
// [1024, phones]. Clips with more than 25 phones a second are dropped by GPT training; ids of 25 tokens a second have at most 5 characters each.
const SSL_BYTES_PER_SEC = 50 * 768 * 4; // 2-get-hubert-wav32k.py, 48b1a01
const WAV_BYTES_PER_SEC = 32_000 * 2; // 2-get-hubert-wav32k.py, 48b1a01
const BERT_BYTES_PER_SEC = 25 * 1024 * 4; // 1-get-text.py and AR/data/dataset.py, 48b1a01
const TOKEN_BYTES_PER_SEC = 25 * 5; // 3-get-semantic.py, 48b1a01
const SPEAKER_BYTES_PER_CLIP = 20_480 * 4; // 2-get-sv.py, 48b1a01
/** Zip headers and pickles of a clip’s feature files, three at most: 1654 bytes each (written by torch 2.13). */
const BYTES_PER_CLIP = 3 * 1654;
/** An optimizer checkpoint holds weights and both moments of Adam in single precision. Measured on 48b1a01: 137 MB for 11.4 M parameters (GPT), 758 MB for 63.2 M (discriminator). */
const CHECKPOINT_BYTES_PER_PARAMETER = 12;
/** Pretrained files hold half precision; in a file of single precision there are fewer parameters, so that this is an upper bound. */
const PRETRAINED_BYTES_PER_PARAMETER = 2; // process_ckpt.py, 48b1a01
/** A logged step: 240 bytes of train.log (a log of 500 MB has 2.12 million steps) and nine TensorBoard scalars of about 60 bytes. */
const LOG_BYTES_PER_STEP = 1000;

const exported = (epochs: number, saveEvery: number): number => exportedEpochs(epochs, planSaveInterval(epochs, saveEvery)).length;

/** Disk that features, training and logs of a voice take, at most; pure. Recordings, clips and the engine itself are not in it: they are there already. */
export function planDisk({ version, clips, seconds, bert, gpt, sovits, keepCheckpoints, pretrained }: DiskFacts): DiskEstimate {
  const speaker = VERSION_FACTS[version].speaker ? SPEAKER_BYTES_PER_CLIP : 0;
  const features = seconds * (SSL_BYTES_PER_SEC + WAV_BYTES_PER_SEC + TOKEN_BYTES_PER_SEC + (bert ? BERT_BYTES_PER_SEC : 0)) + clips * (speaker + BYTES_PER_CLIP);
  const { gpt: s1, s2G, s2D } = pretrained;
  const whole = (bytes: number): number => (bytes / PRETRAINED_BYTES_PER_PARAMETER) * CHECKPOINT_BYTES_PER_PARAMETER;
  const known = s1 !== null && s2G !== null && s2D !== null;
  const checkpoints = known ? (keepCheckpoints + 1) * whole(s1 + s2G + s2D) + whole(Math.max(s1, s2G, s2D)) : null;
  const weights = known ? exported(gpt.epochs, gpt.saveEvery) * s1 + exported(sovits.epochs, sovits.saveEvery) * s2G : null;
  const logs = LOG_BYTES_PER_STEP * epochItems(clips) * (gpt.epochs + sovits.epochs);
  return { features, checkpoints, weights, logs, total: features + (checkpoints ?? 0) + (weights ?? 0) + logs };
}
