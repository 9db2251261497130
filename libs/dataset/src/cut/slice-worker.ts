import { parentPort } from 'node:worker_threads';
import { DatasetError } from '../errors.js';
import type { Turn } from '../speaker/attribute-turns.js';
import { sliceRecording } from './slice-recording.js';
import type { FromWorker, ToWorker } from './slicer-threads.js';

// A worker of sliceRecordings: one recording at a time; 'stop' gives up what is under way and ends the thread. Models are asked in the thread that started it.
const stopping = new AbortController();
const waiting = new Map<number, { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }>();
let asked = 0;
type Question = Extract<FromWorker, { ask: number }> extends infer Each ? (Each extends unknown ? Omit<Each, 'ask'> : never) : never;
const ask = <T>(question: Question): Promise<T> => new Promise((resolve, reject) => {
  asked += 1;
  waiting.set(asked, { resolve, reject });
  parentPort!.postMessage({ ask: asked, ...question });
});

parentPort?.on('message', (message: ToWorker) => {
  if (message === 'stop') {
    stopping.abort();
    parentPort!.close(); // who waits for a model waits for nothing: the thread ends all the same
    return;
  }
  if ('answer' in message) {
    const { resolve, reject } = waiting.get(message.answer)!;
    waiting.delete(message.answer);
    if (message.error === undefined) resolve(message.value as never);
    else reject(new Error(message.error));
    return;
  }
  const { job, speaker, tellsTurns, embedsClips } = message;
  const models = {
    speaker: speaker === null ? undefined : { ...speaker, embed: (windows: readonly Float32Array[]) => ask<readonly Float32Array[]>({ windows }) },
    tellTurns: tellsTurns ? (recording: Float32Array, sampleRateHz: number) => ask<readonly Turn[] | string>({ recording, sampleRateHz }) : undefined,
    embedClip: embedsClips ? (clip: Float32Array, sampleRateHz: number) => ask<Float32Array | null>({ clip, sampleRateHz }) : undefined,
  };
  const tell = (told: FromWorker): void => parentPort!.postMessage(told);
  sliceRecording(job, models, stopping.signal).then((result) => tell({ result }), (error: unknown) => tell({ failed: { code: error instanceof DatasetError ? error.code : null, message: error instanceof Error ? error.message : String(error), facts: error instanceof DatasetError ? error.facts : {} } }));
});
