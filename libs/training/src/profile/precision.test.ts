import { expect, it } from 'vitest';
import golden from './gpu-use.golden.json' with { type: 'json' };
import { canBf16, gpuUse, machineUse } from './precision.js';

it.each(golden.gpus.map((gpu) => [gpu.name, gpu.computeCapability, gpu.memoryGiB, gpu] as const))(`%s (%s, %s GiB) is used as ${golden.with} uses it`, (_, __, ___, { device, half, ...gpu }) => {
  expect(gpuUse(gpu)).toMatchObject({ device, half });
});

it('takes a machine as its GPUs together: half where one has it, only those that are used', () => {
  const [h100, old] = [{ name: 'H100', computeCapability: 9, memoryGiB: 79 }, { name: 'K80', computeCapability: 3.7, memoryGiB: 11 }];
  expect(machineUse([old, h100])).toMatchObject({ device: 'cuda', half: true, usable: [1] });
  expect(machineUse([old])).toMatchObject({ device: 'cpu', half: false, usable: [] });
  expect(machineUse([])).toMatchObject({ device: 'cpu', half: false });
  expect(gpuUse({ name: 'unknown', computeCapability: null, memoryGiB: null })).toMatchObject({ device: 'cuda', half: true });
  expect([7.5, 8, null].map((computeCapability) => canBf16({ name: '', computeCapability, memoryGiB: null }))).toEqual([false, true, true]);
});
