import { type OpenSession } from '../src/onnx/session.js';

/** A model that predicts opinion, in place of a runtime: answers with one number, and notes how many samples it was asked about. */
export const utmosSession = (answer: number, asked: number[]): OpenSession => async () => ({
  inputs: [{ name: 'samples', type: 'float32', shape: ['N', 'T'] }], outputs: [{ name: 'mos', type: 'float32', shape: ['N'] }],
  run: async (feeds) => { asked.push(feeds['samples']!.data.length); return { mos: { data: Float32Array.of(answer), dims: [1] } }; },
  release: async () => undefined,
});
