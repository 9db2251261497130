import { Worker } from 'node:worker_threads';
import { endingOf } from '../ending.js';
import { DatasetError, type DatasetErrorCode } from '../errors.js';
import { sliceRecording, type SlicedRecording, type SliceJob, type SliceModels } from './slice-recording.js';

/** What the caller's thread sends to a worker. */
export type ToWorker = { readonly job: SliceJob; readonly speaker: { readonly windowLength: number; readonly sampleRateHz: number; readonly enrolment: Float32Array } | null; readonly tellsTurns: boolean; readonly embedsClips: boolean } | { readonly answer: number; readonly value?: unknown; readonly error?: string } | 'stop';
/** What a worker sends: a question for a model, which lives in the caller's thread, or how the job ended. */
export type FromWorker =
  | { readonly ask: number; readonly windows: readonly Float32Array[] }
  | { readonly ask: number; readonly recording: Float32Array; readonly sampleRateHz: number }
  | { readonly ask: number; readonly clip: Float32Array; readonly sampleRateHz: number }
  | { readonly result: SlicedRecording }
  | { readonly failed: { readonly code: string | null; readonly message: string; readonly facts: DatasetError['facts'] } };

/** Something that cuts one recording at a time. */
export type Slicer = { readonly slice: (job: SliceJob) => Promise<SlicedRecording>; readonly close: () => Promise<void> };

/** Opens so many; threads where there are two and more, else this thread cuts. */
export function openSlicer(count: number, models: SliceModels, signal: AbortSignal | undefined): readonly Slicer[] {
  if (count === 0) return [];
  if (count < 2 || import.meta.url.endsWith('.ts')) return [{ slice: (job) => sliceRecording(job, models, signal), close: async () => undefined }]; // sources run in the caller's thread: a worker needs what was built
  return Array.from({ length: count }, () => openThread(models, signal));
}

function openThread({ speaker, tellTurns, embedClip }: SliceModels, signal: AbortSignal | undefined): Slicer {
  const thread = new Worker(new URL('./slice-worker.js', import.meta.url));
  const { stop, ended: end } = endingOf(thread);
  const answer = async (message: Extract<FromWorker, { ask: number }>): Promise<ToWorker> => {
    try {
      const value = 'windows' in message ? await speaker!.embed(message.windows) : 'recording' in message ? await tellTurns!(message.recording, message.sampleRateHz) : await embedClip!(message.clip, message.sampleRateHz);
      return { answer: message.ask, value };
    } catch (error) {
      broken ??= error;
      return { answer: message.ask, error: error instanceof Error ? error.message : String(error) };
    }
  };
  let broken: unknown; // what a model threw, as it was: the worker only hears its words
  return {
    close: () => { stop(); return end; },
    slice: (job) => new Promise((resolve, reject) => {
      const settle = (then: () => void): void => { thread.off('message', heard).off('error', failed).off('exit', ended); signal?.removeEventListener('abort', stop); then(); };
      const heard = (message: FromWorker): void => {
        if ('ask' in message) void answer(message).then((reply) => thread.postMessage(reply));
        else if ('result' in message) settle(() => resolve(message.result));
        else settle(() => reject(broken as Error | undefined ?? failureOf(message.failed)));
      };
      const failed = (error: Error): void => settle(() => reject(error));
      const ended = (): void => settle(() => reject(signal?.aborted === true ? signal.reason as Error : new Error(`the thread for ${job.path} ended`)));
      signal?.addEventListener('abort', stop, { once: true });
      thread.on('message', heard).on('error', failed).on('exit', ended);
      const given: ToWorker = { job, speaker: speaker === undefined ? null : { windowLength: speaker.windowLength, sampleRateHz: speaker.sampleRateHz, enrolment: speaker.enrolment }, tellsTurns: tellTurns !== undefined, embedsClips: embedClip !== undefined };
      thread.postMessage(given);
    }),
  };
}

const failureOf = ({ code, message, facts }: Extract<FromWorker, { failed: object }>['failed']): Error => (code?.startsWith('DATASET_') === true ? new DatasetError(code as DatasetErrorCode, message, facts) : new Error(message));
