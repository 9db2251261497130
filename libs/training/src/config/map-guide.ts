import { type CheckedGuide } from './check-guide.js';

/** What becomes of one key of the guide on the engine. */
export type GuideMapping = {
  readonly key: string;
  readonly value: unknown;
  /** `mapped`: it is set; `fixed`: the engine or its pretrained models decide it; `none`: the engine has nothing like it. */
  readonly state: 'mapped' | 'fixed' | 'none';
  /** Key of voxtune.yaml where it is mapped. */
  readonly to: string | null;
  readonly note: string;
};

type Row = readonly [state: GuideMapping['state'], to: string | null, note: string];
const set = (to: string, note: string): Row => ['mapped', to, note];
const fixed = (note: string): Row => ['fixed', null, note];
const none = (note: string): Row => ['none', null, note];
const MODEL = 'the pretrained models were made with the engine’s value, which is kept';
const TEMPLATE = 'the value of the engine’s own configuration is kept';

// Counterparts: GPT-SoVITS 48b1a01, configs/s1longer-v2.yaml, configs/s2*.json, webui.py open1Ba/open1Bb.
const S1: Readonly<Record<string, Row>> = {
  'model.semantic_frame_rate': fixed(`25 a second (hz=25hz): ${MODEL}`),
  'model.max_sec': fixed(`data.max_sec, 54 s: ${TEMPLATE}; slice.maxLengthMs keeps clips shorter`),
  'model.batch_size': set('train.gpt.batchSize', 'lowered on small sets, so that an epoch has five batches'),
  'model.learning_rate': fixed(`optimizer.lr, lr_init and lr_end: ${TEMPLATE}`),
  'model.epochs': set('train.gpt.epochs', ''),
  'model.save_every_epoch': set('train.gpt.saveEvery', 'lowered until it divides the epochs, so that the last one is saved'),
  'model.warmup_epoch': fixed(`optimizer.warmup_steps counts steps: ${TEMPLATE}`),
  'data.train_list': none('the stage list makes the engine’s own list, of four columns'),
  'data.valid_list': none('the engine’s trainer does not validate; held-out clips are for evaluate'),
  'training.precision': fixed('half precision on a GPU, fp32 on a CPU'),
  'training.gradient_accumulation_steps': fixed('the engine steps every 4 batches'),
  'training.max_grad_norm': fixed(`train.gradient_clip, 1.0: ${TEMPLATE}`),
};
const S2: Readonly<Record<string, Row>> = {
  'train.log_interval': fixed('100 of the engine’s own configuration, less on small sets, so that there is a curve'),
  'train.eval_interval': none('the engine’s trainer does not evaluate; voxtune evaluate does'),
  'train.epochs': set('train.sovits.epochs', 'the web UI’s default is 8: the engine fine-tunes a stronger base than the guide’s'),
  'train.batch_size': set('train.sovits.batchSize', ''),
  'train.fp16_run': fixed('half precision on a GPU, fp32 on a CPU'),
  'train.segment_size': fixed(`20480 samples at 32 kHz: ${MODEL}`),
  'data.training_files': none('the stage list makes the engine’s own list, of four columns'),
  'data.validation_files': none('the engine’s trainer does not validate; held-out clips are for evaluate'),
};

const leaves = (value: unknown, path: readonly string[]): readonly (readonly [string, unknown])[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key])) : [[path.join('.'), value]];

/** What becomes of every key of a checked file on the engine: each is mapped, decided by the engine, or without a counterpart, with the reason. */
export function mapGuideConfig({ kind, values }: Extract<CheckedGuide, { readonly ok: true }>): readonly GuideMapping[] {
  const table = kind === 'guide-s1' ? S1 : S2;
  return leaves(values, []).map(([key, value]) => {
    const [state, to, note] = table[key] ?? fixed(key.startsWith('data.') ? MODEL : `${key}: ${TEMPLATE}`);
    return { key, value, state, to, note };
  });
}
