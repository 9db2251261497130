import { parentPort } from 'node:worker_threads';
import { readRecording } from './read-recording.js';

// A worker of ingestRecordings: one recording a message; 'stop' gives up what is under way and ends the thread. What it cannot foresee ends it, and the caller hears why.
const stopping = new AbortController();
parentPort?.on('message', (message: 'stop' | { readonly path: string; readonly sha256: string; readonly ffmpegPath?: string | null | undefined }) => {
  if (message === 'stop') {
    stopping.abort();
    parentPort!.close();
    return;
  }
  const { path, sha256, ffmpegPath } = message;
  readRecording(path, sha256, { ffmpegPath, signal: stopping.signal }).then(
    (result) => parentPort!.postMessage(result),
    (error: unknown) => { if (!stopping.signal.aborted) throw error; },
  );
});
