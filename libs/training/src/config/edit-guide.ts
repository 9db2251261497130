import { isMap, isPair, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import { TrainingError } from '../errors.js';

/** A value that stands in one of the guide's files. */
export type GuideValue = string | number | boolean | null | readonly number[];

type Range = readonly [start: number, end: number];

/** Where a key's value stands in the text; null when the key is not there. */
function valueRange(document: Document, path: readonly string[]): Range | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  if (!isPair(pair)) return null;
  const node = pair.value;
  if ((!isScalar(node) && !isSeq(node)) || !node.range) return null;
  return [node.range[0], node.range[1]];
}

/** The value in a form that reads the same in YAML 1.2 and in JSON: text always in double quotes. */
const spell = (value: GuideValue): string => (Array.isArray(value) ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]` : JSON.stringify(value));

/**
 * Sets one value in the text of the guide's `s1longer.yaml` or `s2.json`, and nothing else: comments, order, spacing, unknown keys and the spelling
 * of all other numbers stay as they are. Pure; the result is not checked: see checkGuideConfig.
 * @param key - Block and key, 'train.batch_size' for instance; it must be there.
 * @returns The same text when the value is already that.
 * @throws {TrainingError} `TRAINING_OPTION_INVALID` when the text cannot be read, or has no such key.
 */
export function setGuideValue(text: string, key: string, value: GuideValue): string {
  const document = parseDocument(text, { prettyErrors: false });
  const [wrong] = document.errors;
  if (wrong !== undefined) throw new TrainingError('TRAINING_OPTION_INVALID', wrong.message, { option: key });
  const path = key.split('.');
  const range = valueRange(document, path);
  if (range === null) throw new TrainingError('TRAINING_OPTION_INVALID', `there is no single value at ${key}`, { option: key });
  const [start, end] = range;
  const now: unknown = document.getIn(path, false);
  const plain: unknown = typeof now === 'object' && now !== null && 'toJSON' in now ? (now as { toJSON(): unknown }).toJSON() : now;
  if (JSON.stringify(plain) === JSON.stringify(value)) return text;
  const gap = start === end && start > 0 && !/\s/.test(text[start - 1] ?? '') ? ' ' : ''; // `key:` with nothing after it
  return `${text.slice(0, start)}${gap}${spell(value)}${text.slice(end)}`;
}
