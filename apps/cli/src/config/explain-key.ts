// What one key of a configuration does, read off the published JSON Schemas.
import { guideJsonSchema } from '@voxtune/training';
import { configJsonSchema } from './schema.js';

export const SCHEMA_NAMES = ['voice', 'guide-s1', 'guide-s2'] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

export const jsonSchemaOf = (name: SchemaName): unknown => (name === 'voice' ? configJsonSchema() : guideJsonSchema(name));

export type KeyExplanation = {
  readonly schema: SchemaName;
  readonly key: string;
  readonly does: string | null;
  /** 'integer, 1 to 64 or null'. */
  readonly takes: string;
  /** Undefined when there is none. */
  readonly default?: unknown;
};

type Node = {
  readonly type?: string; readonly description?: string; readonly default?: unknown; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly anyOf?: readonly Node[];
  readonly minimum?: number; readonly maximum?: number; readonly exclusiveMinimum?: number; readonly exclusiveMaximum?: number; readonly properties?: Readonly<Record<string, Node>>;
};

function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Node): string {
  const low = minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  const high = maximum !== undefined ? `to ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : '';
  return [low, high].filter((each) => each !== '').join(' ');
}

function takes(node: Node): string {
  if (node.anyOf !== undefined) return node.anyOf.map(takes).join(' or ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.join(', ');
  const range = rangeOf(node);
  return `${node.type ?? 'any'}${range === '' ? '' : ` ${range}`}`;
}

const leaves = (schema: SchemaName, node: Node, path: readonly string[]): KeyExplanation[] =>
  node.properties === undefined
    ? [{ schema, key: path.join('.'), does: node.description ?? null, takes: takes(node), ...(node.default === undefined ? {} : { default: node.default }) }]
    : Object.entries(node.properties).flatMap(([key, inner]) => leaves(schema, inner, [...path, key]));

/** Every key of every configuration, in the order of the schemas. */
export const allKeys = (): readonly KeyExplanation[] => SCHEMA_NAMES.flatMap((name) => leaves(name, jsonSchemaOf(name) as Node, []));

/** Keys that a person may mean: the whole key, its end ('batch_size'), or all of a section ('denoise'). */
export const explainKey = (key: string): readonly KeyExplanation[] => allKeys().filter((each) => each.key === key || each.key.endsWith(`.${key}`) || each.key.startsWith(`${key}.`));
