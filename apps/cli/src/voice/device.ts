// On which GPUs, and with which arithmetic, an engine trains: what voxtune.yaml asks for, else the engine's own rules.
import { canBf16, machineUse } from '@voxtune/training';
import { CliError } from '../exit.js';
import { gpuKind, type GpuFacts } from '../machine/programs.js';
import { type Voice } from './folder.js';

export type Device = 'cuda' | 'cpu';
export type Wanted = Pick<Voice['config']['engine'], 'device' | 'gpus' | 'precision'>;
export type DeviceChoice = {
  readonly device: Device;
  readonly half: boolean;
  /** GPT training calculates in bfloat16; SoVITS training of the engine knows only half and single precision. */
  readonly bf16: boolean;
  /** Indices as CUDA counts them; none on the CPU. */
  readonly gpus: readonly number[];
  readonly why: readonly string[];
};

const ON_CPU = { device: 'cpu', half: false, bf16: false, gpus: [] } as const;

/**
 * @param listed - What nvidia-smi lists; `auto` takes the CPU where it lists none that the engine uses.
 * @throws {CliError} CLI_CONFIG_INVALID for a GPU that is not listed, or bfloat16 on one that has none.
 */
export function decideDevice({ device, gpus, precision }: Wanted, listed: readonly GpuFacts[]): DeviceChoice {
  if (device === 'cpu') return { ...ON_CPU, why: ['engine.device is cpu'] };
  const absent = listed.length === 0 ? undefined : gpus?.find((index) => !listed.some((gpu) => gpu.index === index));
  if (absent !== undefined) throw new CliError('CLI_CONFIG_INVALID', `engine.gpus names GPU ${absent}, and nvidia-smi lists ${listed.map(({ index }) => index).join(', ')}`, { gpu: absent });
  const asked = gpus === null ? listed : listed.filter(({ index }) => gpus.includes(index));
  const use = machineUse(asked.map(gpuKind));
  if (device === 'auto' && use.device === 'cpu') return { ...ON_CPU, why: asked.length === 0 ? ['nvidia-smi lists no GPU'] : use.why };
  const usable = use.usable.map((place) => asked[place]!.index);
  const chosen = gpus ?? usable.slice(0, 1); // one, as the web UI has it until more are named
  const old = precision === 'bf16' ? asked.find((gpu) => (chosen.length === 0 || chosen.includes(gpu.index)) && !canBf16(gpuKind(gpu))) : undefined;
  if (old !== undefined) throw new CliError('CLI_CONFIG_INVALID', `engine.precision is bf16, and ${old.name} (compute capability ${old.computeCapability}) has no bfloat16 arithmetic`, { gpu: old.index });
  return { device: 'cuda', half: precision === 'auto' ? use.half || asked.length === 0 : precision !== 'fp32', bf16: precision === 'bf16', gpus: chosen.length === 0 ? [0] : chosen, why: use.why };
}
