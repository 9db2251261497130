import { builtInS1, builtInS2 } from '../profile/base-configs.js';
import { VERSION_FACTS, type VersionFacts } from '../profile/versions.js';
import { checkOverrides } from '../config/check-overrides.js';
import { join } from './engine-step.js';
import { setYamlKeys, type YamlValue } from './engine-yaml.js';
import { type ResolvedOptions } from './options.js';
import { planGptBatch, planLogInterval, planSaveInterval } from './schedule.js';

/** The folder of GPT resume checkpoints and TensorBoard files. */
export const gptOutputDir = ({ paths, version }: ResolvedOptions): string => join(paths.expDir, `logs_s1_${version}`);

/** The folder of SoVITS resume checkpoints (s2_train.py; s2_train_v3_lora.py `save_root`). */
export const sovitsCheckpointDir = ({ paths, version, sovits }: ResolvedOptions): string =>
  join(paths.expDir, `logs_s2_${version}${VERSION_FACTS[version].lora ? `_lora_${sovits.loraRank}` : ''}`);

export const gptPretrained = ({ gpt, version }: ResolvedOptions): string => gpt.pretrained ?? VERSION_FACTS[version].pretrainedGpt;
export const sovitsPretrainedG = ({ sovits, version }: ResolvedOptions): string => sovits.pretrainedG ?? VERSION_FACTS[version].pretrainedS2G;
export const sovitsPretrainedD = ({ sovits, version }: ResolvedOptions): string | null => sovits.pretrainedD ?? (VERSION_FACTS[version] as VersionFacts).pretrainedS2D;

/** What GPT training runs with, after small sets have been looked at. `batchSize` is after the halving that dpo does inside the engine. */
export function gptSchedule(options: ResolvedOptions): { readonly batchSize: number; readonly saveEvery: number } {
  const { gpt, clipCount, gpus } = options;
  const factor = gpt.dpo ? 2 : 1; // data_module.py: batch_size // 2 with dpo
  const batch = planGptBatch(Math.max(1, Math.floor(gpt.batchSize / factor)), clipCount, gpus.length);
  return { batchSize: Math.min(gpt.batchSize, batch * factor), saveEvery: planSaveInterval(gpt.epochs, gpt.saveEvery) };
}

// With `if_save_latest` the engine deletes the older checkpoint before the weights of the newer are exported: killed in between, those weights could
// never be exported, or everything would be trained again. So all are kept, and the stage deletes older ones once a newer pair is whole.
const SAVE_LATEST_ONLY = false;

/** tmp_s1.yaml as webui.py's open1Bb writes it (48b1a01), on the checkout's template where given. */
export function renderS1(options: ResolvedOptions): string {
  const { paths, gpt, half, name, version } = options;
  const { batchSize, saveEvery } = gptSchedule(options);
  const template = options.templates.s1 ?? builtInS1(version);
  return setYamlKeys(template, {
    'train.batch_size': batchSize,
    'train.epochs': gpt.epochs,
    'train.save_every_n_epoch': saveEvery,
    'train.if_save_every_weights': true,
    'train.if_save_latest': SAVE_LATEST_ONLY,
    'train.if_dpo': gpt.dpo,
    'train.half_weights_save_dir': paths.gptWeightsDir,
    'train.exp_name': name,
    ...(half ? {} : { 'train.precision': '32' }),
    pretrained_s1: gptPretrained(options),
    train_semantic_path: options.trainOn.semanticPath ?? join(paths.expDir, '6-name2semantic.tsv'),
    train_phoneme_path: join(paths.expDir, '2-name2text.txt'),
    output_dir: gptOutputDir(options),
    ...Object.fromEntries(checkOverrides('s1', options.overrides.s1, template).map(([path, value]) => [path, value as YamlValue])), // scalars: the template has no others
  });
}

type Json = Record<string, unknown>;
const part = (base: Json, key: string): Json => (typeof base[key] === 'object' && base[key] !== null ? (base[key] as Json) : {});

/** JSON in ASCII: the engine opens it in the machine's own encoding. */
 
const toAscii = (json: string): string => json.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** tmp_s2.json as webui.py's open1Ba writes it (48b1a01), on the checkout's template where given. */
export function renderS2(options: ResolvedOptions): string {
  const { paths, sovits, half, name, version, gpus, clipCount } = options;
  const template = options.templates.s2 ?? builtInS2(version);
  const base = JSON.parse(template) as Json;
  const train = part(base, 'train');
  const logInterval = typeof train.log_interval === 'number' ? train.log_interval : 100;
  const config = {
    ...base,
    train: {
      ...train,
      ...(half ? {} : { fp16_run: false }),
      log_interval: planLogInterval(logInterval, sovits.batchSize, clipCount),
      batch_size: sovits.batchSize,
      epochs: sovits.epochs,
      text_low_lr_rate: sovits.textLowLrRate,
      pretrained_s2G: sovitsPretrainedG(options),
      pretrained_s2D: sovitsPretrainedD(options) ?? '',
      if_save_latest: SAVE_LATEST_ONLY,
      if_save_every_weights: true,
      save_every_epoch: planSaveInterval(sovits.epochs, sovits.saveEvery),
      gpu_numbers: gpus.join('-'),
      grad_ckpt: sovits.gradCheckpoint,
      lora_rank: String(sovits.loraRank),
    },
    data: { ...part(base, 'data'), exp_dir: options.trainOn.expDir ?? paths.expDir },
    model: { ...part(base, 'model'), version },
    s2_ckpt_dir: paths.expDir,
    save_weight_dir: paths.sovitsWeightsDir,
    name,
    version,
  };
  for (const [path, value] of checkOverrides('s2', options.overrides.s2, template)) {
    const [block = '', key] = path.split('.');
    if (key === undefined) (config as Json)[block] = value;
    else (config as Json)[block] = { ...part(config, block), [key]: value };
  }
  return `${toAscii(JSON.stringify(config, null, 2))}\n`;
}
