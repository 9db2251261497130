// Reads voxtune.yaml; an error names file, line, column and the nearest known key.
import { readFile } from 'node:fs/promises';
import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { CliError } from '../exit.js';
import { didYouMean } from '../suggest.js';
import { configSchema, type Config } from './schema.js';

/**
 * Reads and checks a configuration file.
 * @throws {CliError} CLI_CONFIG_MISSING when there is none, CLI_CONFIG_INVALID (every problem, a line each) when it does not hold.
 */
export async function loadConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw new CliError('CLI_CONFIG_MISSING', `there is no ${file}`, { path: file }, { cause });
    throw cause;
  });
  return parseConfig(text, file);
}

export type Origin = { readonly key: string; readonly value: unknown; /** Line of the file that says so, from 1; null: the default. */ readonly line: number | null };

/**
 * Every setting in force, and where it comes from.
 * @throws as loadConfig does.
 */
export async function explainConfig(file: string): Promise<Origin[]> {
  const config = await loadConfig(file);
  const lines = new LineCounter();
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter: lines });
  const leaves = (value: unknown, path: readonly string[]): Origin[] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [{ key: path.join('.'), value, line: document.hasIn(path) ? lines.linePos(offsetOf(document, path, true)).line : null }];
  return leaves(config, []);
}

/** The same from text; `file` is only what messages call it. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => { const { line, col } = lines.linePos(offset); return { place: `${file}:${line}:${col}`, line, col }; };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { place, line, col } = at(syntax.pos[0]);
    throw new CliError('CLI_CONFIG_INVALID', `${place}: ${syntax.message}`, { path: file, line, column: col });
  }
  const result = configSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue, document, at));
  const first = problems[0]!;
  throw new CliError('CLI_CONFIG_INVALID', problems.map((p) => p.text).join('\n'), { path: file, line: first.line, column: first.col, problems: problems.length });
}

type Place = { place: string; line: number; col: number };
type Problem = { text: string; line: number; col: number };

function describe(issue: z.core.$ZodIssue, document: Document, at: (offset: number) => Place): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const { place, line, col } = at(offsetOf(document, path, true));
      return { text: `${place}: unknown key ${path.join('.')}${didYouMean(key, keysAt(issue.path))}`, line, col };
    });
  }
  const { place, line, col } = at(offsetOf(document, issue.path, false));
  const value = document.getIn(issue.path);
  const got = isScalar(value) ? value.value : value;
  const shown = got === undefined ? '' : `, got ${typeof got === 'object' && got !== null ? 'a block' : JSON.stringify(got)}`;
  return [{ text: `${place}: ${issue.path.join('.') || 'file'}: ${issue.message}${shown}`, line, col }];
}

function offsetOf(document: Document, path: readonly PropertyKey[], key: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (!isMap(parent)) continue;
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path[length - 1]);
    const node = pair === undefined ? undefined : key || pair.value === null ? pair.key : pair.value;
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

/** Known keys of the block at `path`, read off the schema. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configSchema;
  for (const step of path) schema = shapeOf(schema)?.[String(step)];
  return Object.keys(shapeOf(schema) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let current = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } } | undefined;
  while (current !== undefined && current.shape === undefined) current = current.def?.innerType as typeof current;
  return current?.shape;
}
