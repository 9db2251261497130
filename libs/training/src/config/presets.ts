import { type GptOptions, type SovitsOptions } from '../plan/options.js';
import { VERSION_FACTS, type EngineVersion } from '../profile/versions.js';

/** What a preset is chosen by. */
export type PresetFacts = {
  readonly version: EngineVersion;
  /** Speech to train on, minutes; null when not known. */
  readonly speechMin: number | null;
  /** Memory of the GPU, GiB; null without one. */
  readonly gpuGiB: number | null;
};

/** A set of training options, named. */
export type TrainingPreset = { readonly name: string; readonly forWhat: string; readonly gpt: GptOptions; readonly sovits: SovitsOptions; readonly reasons: readonly string[] };

export type PresetChoice = TrainingPreset & { readonly chosenBecause: string };

/** Below this an epoch sees so little that more of them only learn the recordings by heart. Ours, after the engine's README: one minute is its least. */
const FEW_MIN = 5;
/** From here the web UI's defaults have enough to go by; the guide asks for 20 recordings and more. Ours. */
const MUCH_MIN = 30;
/** Largest batch of a preset: beyond it an epoch of a small set has too few steps. Ours; the web UI's own slider goes to 40. */
const MOST = 8;
// webui.py 48b1a01, set_default: GPU memory // 2, of SoVITS in v3 and v4 // 8. Without a GPU the web UI takes a quarter of the machine's memory in GiB; here one clip, since a CPU gains nothing from more.
const batchFor = (gpuGiB: number | null, share: 2 | 8): number => (gpuGiB === null ? 1 : Math.max(1, Math.min(MOST, Math.floor(gpuGiB / share))));

/** The presets for a version and a GPU, smallest data first. */
export function listPresets({ version, gpuGiB }: Pick<PresetFacts, 'version' | 'gpuGiB'>): readonly TrainingPreset[] {
  const { lora } = VERSION_FACTS[version];
  const memory = `batches: ${gpuGiB === null ? 'one clip, without a GPU' : `${gpuGiB.toFixed(0)} GiB of GPU memory, by the web UI’s rule (memory / 2${lora ? ', of SoVITS memory / 8' : ''}), at most ${MOST}`}`;
  const batch = { gpt: batchFor(gpuGiB, 2), sovits: batchFor(gpuGiB, lora ? 8 : 2) };
  const lowMemory = lora && gpuGiB !== null && gpuGiB < 16 ? { gradCheckpoint: true } : {};
  const preset = (name: string, forWhat: string, epochs: readonly [gpt: number, sovits: number], every: readonly [number, number], why: string): TrainingPreset => ({
    name, forWhat, gpt: { epochs: epochs[0], saveEvery: every[0], batchSize: batch.gpt }, sovits: { epochs: epochs[1], saveEvery: every[1], batchSize: batch.sovits, ...lowMemory },
    reasons: [why, memory, ...('gradCheckpoint' in lowMemory ? ['gradient checkpointing: below 16 GiB the LoRA versions run out of memory without it'] : [])],
  });
  const [few, usual, much] = lora ? [1, 2, 3] : [6, 8, 12];
  return [
    preset('few', `less than ${FEW_MIN} minutes of speech`, [8, few ?? 1], [2, lora ? 1 : 2], 'fewer epochs: little speech is soon learnt by heart; saved often, so that evaluate can take an earlier one'),
    preset('usual', `${FEW_MIN} to ${MUCH_MIN} minutes`, [15, usual ?? 8], [5, lora ? 1 : 4], 'the web UI’s defaults (webui.py 48b1a01, set_default)'),
    preset('much', `${MUCH_MIN} minutes and more`, [20, much ?? 12], [5, lora ? 1 : 4], 'more epochs: much speech is learnt later than the web UI’s defaults end; earlier checkpoints are kept to choose from'),
  ];
}

/** The preset for a voice, with the reason; without a known length it is the usual one. */
export function choosePreset(facts: PresetFacts): PresetChoice {
  const [few, usual, much] = listPresets(facts);
  const { speechMin } = facts;
  const chosen = speechMin === null ? usual : speechMin < FEW_MIN ? few : speechMin >= MUCH_MIN ? much : usual;
  if (chosen === undefined) throw new RangeError('there is no preset');
  return { ...chosen, chosenBecause: speechMin === null ? 'the length of the speech is not known yet' : `${speechMin.toFixed(1)} minutes of speech` };
}
