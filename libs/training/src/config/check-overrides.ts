import { isMap, isScalar, parseDocument, type Node } from 'yaml';
import { TrainingError } from '../errors.js';
import { type OverrideValue, type TrainingOverrides } from '../plan/options.js';

/** Keys that voxtune sets itself: a second source for them would contradict the plan. */
const OWN: Readonly<Record<'s1' | 's2', readonly string[]>> = {
  s1: ['train.batch_size', 'train.epochs', 'train.save_every_n_epoch', 'train.if_save_every_weights', 'train.if_save_latest', 'train.if_dpo', 'train.half_weights_save_dir', 'train.exp_name', 'pretrained_s1', 'train_semantic_path', 'train_phoneme_path', 'output_dir'],
  s2: ['train.batch_size', 'train.epochs', 'train.text_low_lr_rate', 'train.pretrained_s2G', 'train.pretrained_s2D', 'train.if_save_latest', 'train.if_save_every_weights', 'train.save_every_epoch', 'train.gpu_numbers', 'train.grad_ckpt', 'train.lora_rank', 'data.exp_dir', 'model.version', 's2_ckpt_dir', 'save_weight_dir', 'name', 'version'],
};

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

/** Leaves of a template by their path ('model.n_layer'). */
function leavesOf(node: Node | null, path: readonly string[]): ReadonlyMap<string, unknown> {
  if (!isMap(node)) return new Map(path.length === 0 ? [] : [[path.join('.'), isScalar(node) ? node.value : node === null ? null : node.toJSON()]]);
  return new Map(node.items.flatMap(({ key, value }) => [...leavesOf(value as Node | null, [...path, isScalar(key) ? String(key.value) : String(key)])]));
}

const flatten = (value: unknown, path: readonly string[]): readonly (readonly [string, OverrideValue])[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, [...path, key])) : [[path.join('.'), value as OverrideValue]];

/** Letters that two keys do not share in order: small for a slip of the pen (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * Overrides as paths and values, held against the template that they change: every key must be there, with a value of its type.
 * @param template - YAML or JSON text: the checkout's own configuration.
 * @throws {TrainingError} `TRAINING_OPTION_INVALID` naming the key and the nearest one of the template.
 */
export function checkOverrides(kind: 's1' | 's2', overrides: TrainingOverrides, template: string): readonly (readonly [path: string, value: OverrideValue])[] {
  const wanted = flatten(overrides, []);
  if (wanted.length === 0) return [];
  const known = leavesOf(parseDocument(template, { version: '1.1' }).contents, []);
  for (const [path, value] of wanted) {
    const option = `overrides.${kind}.${path}`;
    const refuse = (why: string): never => { throw new TrainingError('TRAINING_OPTION_INVALID', `train.overrides.${kind}: ${path} ${why}.`, { option }); };
    if (OWN[kind].includes(path)) refuse('is set by voxtune itself: use the keys of train.gpt, train.sovits and engine');
    if (!known.has(path)) {
      const nearest = [...known.keys()].map((key) => ({ key, cost: distance(path, key) })).sort((a, b) => a.cost - b.cost)[0];
      refuse(`is no key of the engine’s configuration${nearest === undefined || nearest.cost > Math.max(2, path.length / 3) ? '' : `; did you mean ${nearest.key}?`}`);
    }
    const before = known.get(path);
    if (before !== null && value !== null && typeOf(before) !== typeOf(value)) refuse(`must be a ${typeOf(before)}, got ${JSON.stringify(value)}`);
  }
  return wanted;
}
