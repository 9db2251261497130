import { parentPort } from 'node:worker_threads';
import { prepareFile } from './prepare-file.js';
import { type PrepareSettings } from './prepare-options.js';

// A worker of prepareFiles: one recording a message; 'stop' gives up what is under way and ends the thread.
const stopping = new AbortController();
parentPort?.on('message', (message: 'stop' | { readonly path: string; readonly settings: PrepareSettings }) => {
  if (message === 'stop') {
    stopping.abort();
    parentPort!.close();
    return;
  }
  prepareFile(message.path, message.settings, stopping.signal).then(
    (result) => parentPort!.postMessage(result),
    (error: unknown) => { if (!stopping.signal.aborted) throw error; },
  );
});
