import type { Worker } from 'node:worker_threads';

/** How a thread ends that listens for the message `'stop'`. Asked, not terminated: Node 20 can abort the whole process when a thread is terminated while its code is being optimised. */
export function endingOf(thread: Worker): { readonly stop: () => void; readonly ended: Promise<void> } {
  return { stop: () => thread.postMessage('stop'), ended: new Promise((resolve) => { thread.once('exit', () => resolve()); }) };
}
