import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav, resample } from '@voxtune/audio';
import { DatasetError } from '../errors.js';
import { sherpaLimitMs } from '../sherpa/sherpa-limit.js';
import { judgeEmbedding, readSegmentation, readSherpaFile } from '../sherpa/sherpa-models.js';
import { sherpaProcess } from '../sherpa/sherpa-process.js';
import type { Turn } from './attribute-turns.js';

/** Tells who speaks when in mono samples; for `sliceRecordings` and, by way of `turns`, `attributeSpeakers`. */
export type Diarizer = {
  /** Names the models by content: another id gives other turns. */
  readonly id: string;
  /** @throws {DatasetError} `DATASET_DIARIZER_FAILED` for this recording; `DATASET_DIARIZER_MISSING` when no recording can be done. */
  readonly diarize: (samples: Float32Array, sampleRateHz: number, signal?: AbortSignal) => Promise<readonly Turn[]>;
  readonly close: () => Promise<void>;
};

export type SherpaDiarizerOptions = {
  /** An ONNX file of sherpa-onnx's release "speaker-segmentation-models": pyannote's segmentation, or one of its form. */
  readonly segmentation: string;
  /** An ONNX file of sherpa-onnx's release "speaker-recongition-models" (spelt so): 3D-Speaker, WeSpeaker or NeMo. */
  readonly embedding: string;
  /** How many speak, where that is known. @default null: found by `threshold` */
  readonly speakers?: number | null | undefined;
  /** Groups at this cosine distance and more are two voices, 0…2; less makes more voices. @default 0.5 (k2-fsa/sherpa-onnx 634265c, fast-clustering-config.h) */
  readonly threshold?: number | undefined;
  /** @default 2 */
  readonly threads?: number | undefined;
  /** Longest time for one recording, ms. @default a minute and ten times its length */
  readonly timeoutMs?: number | undefined;
  /** The addon, when it is not the installed `sherpa-onnx-node`: a path to a module of its form. */
  readonly addon?: string | undefined;
};

/** Short turns, and pauses of one speaker, are left as they were heard: both tell where others speak. The addon takes 0 for its own default. */
const NEXT_TO_NOTHING_SEC = 0.001;

/**
 * Diarization by a segmentation model, a speaker model and clustering, in a Node process of its own through the optional package `sherpa-onnx-node`.
 * A crash or a hang is one recording's failure, and the next gets a new process.
 * @throws {DatasetError} `DATASET_DIARIZER_MISSING` when a model is not there or of another kind, or the package is not installed.
 */
export async function sherpaDiarizer({ segmentation, embedding, speakers = null, threshold = 0.5, threads = 2, timeoutMs, addon }: SherpaDiarizerOptions): Promise<Diarizer> {
  const missing = (path: string) => (message: string, cause?: unknown) => new DatasetError('DATASET_DIARIZER_MISSING', message, { path }, cause === undefined ? {} : { cause });
  const [parts, voices] = [await readSherpaFile(segmentation, missing(segmentation)), await readSherpaFile(embedding, missing(embedding))];
  const about = readSegmentation(parts);
  if (typeof about === 'string') throw missing(segmentation)(about);
  const unfit = judgeEmbedding(voices);
  if (unfit !== null) throw missing(embedding)(unfit);
  const how = { numThreads: threads, provider: 'cpu', debug: 0 };
  const config = { segmentation: { pyannote: { model: segmentation }, ...how }, embedding: { model: embedding, ...how }, clustering: { numClusters: speakers ?? -1, threshold }, minDurationOn: NEXT_TO_NOTHING_SEC, minDurationOff: NEXT_TO_NOTHING_SEC };
  const { ask, close } = sherpaProcess({ task: 'diarize', config, addon, codes: { missing: 'DATASET_DIARIZER_MISSING', failed: 'DATASET_DIARIZER_FAILED' } });
  return {
    id: `sherpa-onnx ${parts.hash} ${voices.hash} ${speakers === null ? `at ${threshold}` : `${speakers} speakers`}`,
    close,
    diarize: async (samples, sampleRateHz, signal) => {
      if (samples.length === 0) return [];
      const folder = await mkdtemp(join(tmpdir(), 'voxtune-diarize-'));
      try {
        const wav = join(folder, 'recording.wav');
        await writeFile(wav, encodeWav({ sampleRateHz: about.rateHz, channels: [resample(samples, sampleRateHz, about.rateHz)] }, { format: 'pcm16' }));
        return readTurns((await ask({ wav }, timeoutMs ?? sherpaLimitMs(samples.length / sampleRateHz), signal))['turns']);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function readTurns(turns: unknown): readonly Turn[] {
  const bad = (what: string) => new DatasetError('DATASET_DIARIZER_FAILED', `sherpa-onnx: ${what}`, {});
  if (!Array.isArray(turns)) throw bad('an answer without turns');
  return turns.map((turn: { start?: unknown; end?: unknown; speaker?: unknown } | null) => {
    const [startSec, endSec, speaker] = [turn?.start, turn?.end, turn?.speaker];
    if (typeof startSec !== 'number' || typeof endSec !== 'number' || typeof speaker !== 'number') throw bad(`a turn without times or speaker: ${JSON.stringify(turn)}`);
    return { startSec, endSec, speaker };
  });
}
