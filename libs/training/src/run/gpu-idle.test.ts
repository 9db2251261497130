import { expect, it } from 'vitest';
import { gpuIdleMs, parseGpuUtilisation, watchGpu, type GpuSample } from './gpu-idle.js';

it.each([
  ['0, 97\n1, 3\n', [], 97], ['0, 97\n1, 3\n', [1], 3], ['0, 12 %\n', [0], 12], ['0, [N/A]\n', [0], null], ['', [0], null], ['No devices were found\n', [0], null], ['0, 97', [2], null],
])('%j of GPUs %j is %s', (text, gpus, expected) => expect(parseGpuUtilisation(text, gpus)).toBe(expected));

const samples = (...values: readonly number[]): readonly GpuSample[] => values.map((utilisation, index) => ({ atMs: index * 60_000, utilisation }));
it.each<[string, readonly GpuSample[], number | null]>([
  ['nothing was seen yet', [], null],
  ['busy', samples(90, 95, 80, 90, 99, 97, 98), null],
  ['idle for four minutes', samples(90, 0, 0, 0, 0, 0), null],
  ['idle for five', samples(90, 0, 1, 2, 0, 0, 0), 300_000],
  ['never busy', samples(0, 0, 0, 0, 0, 0), 300_000],
  ['a short moment of work begins it anew', samples(0, 0, 0, 40, 0, 0), null],
])('%s', (_title, seen, expected) => expect(gpuIdleMs(seen)).toBe(expected));

it('says it once for each idle stretch, and nothing where nvidia-smi says nothing', async () => {
  let now = 0;
  let text = '0, 0';
  const said: string[] = [];
  const look = watchGpu({ read: async () => text, gpus: [0], now: () => now, say: (words) => void said.push(words) });
  for (; now <= 420_000; now += 60_000) await look();
  expect(said).toEqual(['the GPU has been idle for 5 min: training may run on the CPU, wait for its data loader, or hang']);
  text = '0, 80';
  await look();
  text = '';
  for (const end = now + 900_000; now < end; now += 60_000) await look();
  expect(said).toHaveLength(1);
});
