import { isMap, isScalar, parseDocument, type Document } from 'yaml';

/** A YAML value to set; strings are always quoted, so that PyYAML reads them as strings. */
export type YamlValue = string | number | boolean;

/** Leaves are text as it stands in the file: a number keeps its spelling (PyYAML reads `1e-05` as a string, `1.0e-05` as a number). */
type Tree = Map<string, string | Tree>;

/** Text as a double-quoted YAML scalar in ASCII: the engine opens its configuration in the machine's own encoding. */
export const quoteYaml = (text: string): string =>
  `"${Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') return `\\${character}`;
    if (code >= 0x20 && code < 0x7f) return character;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  }).join('')}"`;

const leaf = (value: YamlValue): string => {
  if (typeof value === 'string') return quoteYaml(value);
  const text = String(value);
  if (typeof value === 'boolean' || !text.includes('e')) return text;
  const [mantissa = '', exponent = ''] = text.split('e'); // 1e-7 → 1.0e-7, which YAML 1.1 calls a float
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent.startsWith('-') ? exponent : `+${exponent.replace('+', '')}`}`;
};

function toTree(node: unknown): Tree {
  const tree: Tree = new Map();
  if (!isMap(node)) return tree;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    if (isMap(value)) tree.set(name, toTree(value));
    else if (isScalar(value) && value.type === 'PLAIN' && value.source !== undefined) tree.set(name, value.source);
    else if (isScalar(value)) tree.set(name, typeof value.value === 'string' ? quoteYaml(value.value) : leaf(value.value as YamlValue));
    else tree.set(name, JSON.stringify((value as { toJSON?(): unknown } | null)?.toJSON?.() ?? null));
  }
  return tree;
}

const write = (tree: Tree, indent: string): string =>
  [...tree].map(([key, value]) => (typeof value === 'string' ? `${indent}${key}: ${value}\n` : `${indent}${key}:\n${write(value, `${indent}  `)}`)).join('');

/**
 * A YAML mapping with some keys set; the others keep their order and their spelling, comments are left out.
 * @param template - YAML text whose root is a mapping of scalars and mappings.
 * @param values - Paths ('train.epochs') and values.
 * @throws {SyntaxError} when the template is not such YAML.
 */
export function setYamlKeys(template: string, values: Readonly<Record<string, YamlValue>>): string {
  const document: Document = parseDocument(template, { version: '1.1' });
  if (document.errors[0] !== undefined || (document.contents !== null && !isMap(document.contents))) {
    throw new SyntaxError(`not a YAML mapping: ${document.errors[0]?.message ?? 'the root is no mapping'}`);
  }
  const tree = toTree(document.contents);
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    let at = tree;
    for (const key of keys.slice(0, -1)) {
      const next = at.get(key);
      const below: Tree = next instanceof Map ? next : new Map();
      at.set(key, below);
      at = below;
    }
    at.set(keys.at(-1) ?? path, leaf(value));
  }
  return write(tree, '');
}
