/** What decides how the engine uses a GPU. */
export type GpuKind = {
  /** As its driver says it, 'NVIDIA GeForce GTX 1660' for instance. */
  readonly name: string;
  /** 8.6 for instance; null when unknown. */
  readonly computeCapability: number | null;
  /** Memory in all, GiB; null when unknown. */
  readonly memoryGiB: number | null;
};

/** How the engine would use one GPU. */
export type GpuUse = { readonly device: 'cuda' | 'cpu'; readonly half: boolean; readonly why: string };

/** Memory that config.py (GPT-SoVITS 48b1a01) adds to what torch reports, GiB: a "4 GB" card reports less. */
const SPARE_GIB = 0.4;
/** Below these the engine takes the CPU: config.py 48b1a01, get_device_dtype_sm. */
const LEAST = { memoryGiB: 4, capability: 5.3 } as const;
/** Half precision from above this, where it is not slower than single: config.py 48b1a01, get_device_dtype_sm. */
const SINGLE_AT = 6.1;
/** bfloat16 arithmetic begins with Ampere (CUDA C++ Programming Guide, arithmetic by compute capability). */
const BF16_FROM = 8;

/** Whether a GPU calculates in bfloat16; true where its capability is not known. */
export const canBf16 = ({ computeCapability }: GpuKind): boolean => computeCapability === null || computeCapability >= BF16_FROM;

/**
 * How the engine itself would use a GPU: `get_device_dtype_sm` of config.py, GPT-SoVITS 48b1a01. GTX 16xx cards and compute capability 6.1 train in single
 * precision; what is older or has less than 4 GB is left alone. What the driver does not say is taken as sufficient.
 */
export function gpuUse({ name, computeCapability, memoryGiB }: GpuKind): GpuUse {
  const capability = computeCapability ?? Infinity;
  if (memoryGiB !== null && memoryGiB + SPARE_GIB < LEAST.memoryGiB) return { device: 'cpu', half: false, why: `${name} has ${memoryGiB.toFixed(1)} GiB; the engine uses GPUs of ${LEAST.memoryGiB} GiB and more` };
  if (capability < LEAST.capability) return { device: 'cpu', half: false, why: `${name} has compute capability ${capability.toFixed(1)}; the engine uses ${LEAST.capability} and newer` };
  const series16 = /16\d{2}/.test(name) && capability === 7.5; // GTX 16xx: half precision gives NaN there
  if (capability === SINGLE_AT || series16) return { device: 'cuda', half: false, why: `${name} calculates in single precision: half is slow or inexact on it` };
  if (capability > SINGLE_AT) return { device: 'cuda', half: true, why: `${name} calculates in half precision` };
  return { device: 'cpu', half: false, why: `${name} has compute capability ${capability.toFixed(1)}, which the engine does not use` };
}

/** How the engine would use a machine's GPUs: those it uses at all, by place in the list, and half precision where one of them has it (config.py, `is_half`). */
export function machineUse(gpus: readonly GpuKind[]): { readonly device: 'cuda' | 'cpu'; readonly half: boolean; readonly usable: readonly number[]; readonly why: readonly string[] } {
  const uses = gpus.map(gpuUse);
  const usable = uses.flatMap(({ device }, index) => (device === 'cuda' ? [index] : []));
  return { device: usable.length > 0 ? 'cuda' : 'cpu', half: uses.some(({ half }) => half), usable, why: uses.map(({ why }) => why) };
}
