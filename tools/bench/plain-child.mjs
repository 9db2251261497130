// Resamples without WebAssembly SIMD, in a process of its own: the library looks for it once.
import { readFileSync } from 'node:fs';
import { timed } from './compare.mjs';

WebAssembly.validate = () => false;
const { resample } = await import('@voxtune/audio');
let known = '', samples;
process.on('message', async ({ path, from, to }) => {
  if (path !== known) {
    const bytes = readFileSync(path);
    [known, samples] = [path, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)];
  }
  const { wallSec, cpuSec } = await timed(() => resample(samples, from, to));
  process.send({ wallSec, cpuSec });
});
