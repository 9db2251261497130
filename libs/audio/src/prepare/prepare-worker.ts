import { parentPort } from 'node:worker_threads';
import { prepareFile } from './prepare-file.js';
import { type PrepareSettings } from './prepare-options.js';

// A worker of prepareFiles: one recording a message.
parentPort?.on('message', ({ path, settings }: { readonly path: string; readonly settings: PrepareSettings }) => {
  void prepareFile(path, settings).then((result) => parentPort!.postMessage(result));
});
