import { parentPort } from 'node:worker_threads';
import { readRecording } from './read-recording.js';

// A worker of ingestRecordings: one recording a message. What it cannot foresee ends it, and the caller hears why.
parentPort?.on('message', ({ path, sha256, ffmpegPath }: { readonly path: string; readonly sha256: string; readonly ffmpegPath?: string | null | undefined }) => {
  void readRecording(path, sha256, { ffmpegPath }).then((result) => parentPort!.postMessage(result));
});
