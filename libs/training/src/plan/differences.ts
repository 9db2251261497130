import { type ResolvedOptions } from './options.js';

/** Where a key is written: variables of a process, or one of the two configurations. */
export type DifferencePlace = 'environment' | 'tmp_s1.yaml' | 'tmp_s2.json';

/** One thing that a plan does otherwise than the engine's own web UI, on purpose. */
export type PlanDifference = {
  readonly place: DifferencePlace;
  /** Variables, or keys of the configuration ('train.batch_size'). */
  readonly keys: readonly string[];
  /** What webui.py (GPT-SoVITS 48b1a01) writes. */
  readonly webUi: string;
  readonly here: string;
  readonly reason: string;
};

const OURS = { webUi: 'not set' } as const;

const EVERYWHERE: readonly PlanDifference[] = [
  {
    place: 'environment', keys: ['PYTHONPATH'], ...OURS, here: 'the checkout’s import folders',
    reason: 'the web UI writes them into site-packages/users.pth; so the Python environment stays untouched and may belong to several checkouts',
  },
  {
    place: 'environment', keys: ['PYTHONUNBUFFERED', 'PYTHONIOENCODING', 'PYTHONUTF8'], ...OURS, here: '1, utf-8, 1',
    reason: 'printed lines arrive at once and readable on a pipe, in any locale',
  },
  { place: 'environment', keys: ['bert_path'], ...OURS, here: 'the BERT folder', reason: 'G2PW’s tokenizer reads it; the value is the engine’s default' },
  {
    place: 'environment', keys: ['TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'], ...OURS, here: '1',
    reason: 'with torch 2.6 and newer, GPT training cannot resume without it (UnpicklingError)',
  },
  { place: 'environment', keys: ['exp_name', 'is_half'], webUi: 'only for features', here: 'for training too', reason: 'every process can be told apart; training takes its precision from its configuration' },
  {
    place: 'environment', keys: ['_CUDA_VISIBLE_DEVICES'], webUi: 'for SoVITS training, what an earlier stage left', here: 'the chosen GPUs',
    reason: 'a stage never depends on which ran before; SoVITS training itself reads train.gpu_numbers',
  },
  {
    place: 'environment', keys: ['TEMP'], webUi: 'TEMP in the checkout', here: 'the system’s',
    reason: 'the web UI empties that folder when it starts, also under a training that runs',
  },
  { place: 'environment', keys: ['no_proxy', 'all_proxy'], webUi: 'loopback, none', here: 'as inherited', reason: 'they serve the web UI’s own pages; hidden downloads of the engine may need the proxy' },
  { place: 'environment', keys: ['TORCH_DISTRIBUTED_DEBUG'], webUi: 'INFO', here: 'as inherited', reason: 'it adds lines to the log and changes nothing else' },
  {
    place: 'tmp_s1.yaml', keys: ['train.if_save_latest'], webUi: 'true', here: 'false',
    reason: 'the engine deletes the older checkpoint before the newer weights are exported: killed in between, they are lost. Older ones are deleted here once a newer pair is whole',
  },
  { place: 'tmp_s2.json', keys: ['train.if_save_latest'], webUi: 'true', here: 'false', reason: 'as in tmp_s1.yaml; and with one name for every epoch a resume after a switch takes the older file' },
];

const ON_CPU: readonly PlanDifference[] = [
  { place: 'environment', keys: ['OMP_NUM_THREADS'], ...OURS, here: '1, for SoVITS training', reason: 'eight processes share the cores; a step took a third of the time' },
  { place: 'tmp_s1.yaml', keys: ['train.batch_size'], webUi: 'halved', here: 'as asked', reason: 'the number in the configuration is the number used' },
  { place: 'tmp_s2.json', keys: ['train.batch_size'], webUi: 'halved', here: 'as asked', reason: 'the number in the configuration is the number used' },
  { place: 'tmp_s2.json', keys: ['train.gpu_numbers'], webUi: '0', here: 'empty', reason: 'no GPU is made visible where none is to be used' },
];

const LORA: readonly PlanDifference[] = [
  {
    place: 'tmp_s2.json', keys: ['train.pretrained_s2D'], webUi: 'a file that does not exist (s2Dv3, s2Dv4)', here: 'empty',
    reason: 'v3 and v4 train without a discriminator',
  },
];

/** Where a voice's files go; the web UI has fixed folders in the checkout. */
const PATHS: readonly PlanDifference[] = [
  {
    place: 'environment', keys: ['opt_dir'], webUi: 'logs/NAME in the checkout', here: 'the voice’s folder',
    reason: 'the checkout stays clean, and two voices or runs never meet in one folder',
  },
  {
    place: 'tmp_s1.yaml', keys: ['train.half_weights_save_dir', 'train_semantic_path', 'train_phoneme_path', 'output_dir'],
    webUi: 'GPT_weights_VERSION and logs/NAME in the checkout', here: 'the voice’s folder', reason: 'as for the variables',
  },
  {
    place: 'tmp_s2.json', keys: ['data.exp_dir', 's2_ckpt_dir', 'save_weight_dir'],
    webUi: 'SoVITS_weights_VERSION and logs/NAME in the checkout', here: 'the voice’s folder', reason: 'as for the variables',
  },
];

/**
 * What this plan does otherwise than the web UI would with the same answers; empty for the guide's profile, which the web UI does not know.
 * Settings that were lowered because of the data are not here but in the plan's `notes`.
 */
export function planDifferences({ profile, device, version }: Pick<ResolvedOptions, 'profile' | 'device' | 'version'>): readonly PlanDifference[] {
  if (profile === 'guide') return [];
  return [...EVERYWHERE, ...(device === 'cpu' ? ON_CPU : []), ...(version === 'v3' || version === 'v4' ? LORA : []), ...PATHS];
}
