import { createHash } from 'node:crypto';

/**
 * JSON with one spelling per value: members sorted by UTF-16 code units, no blanks, members that are `undefined` left out.
 * @throws {TypeError} naming the place, for what JSON cannot hold exactly: NaN, ±Infinity, bigint, functions, symbols,
 * `undefined` in a list or on its own, cycles, and objects that are neither plain nor lists (Date, Map, typed arrays).
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', []);
}

/** SHA-256 of {@link canonicalJson}, 64 hex digits. @throws {TypeError} as `canonicalJson` does. */
export function hashValue(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

const refuse = (what: string, place: string): never => {
  throw new TypeError(`${place} must be a JSON value, got ${what}`);
};

function write(value: unknown, place: string, parents: readonly object[]): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : refuse(String(value), place);
    case 'object':
      break;
    default:
      return refuse(typeof value, place);
  }
  if (value === null) return 'null';
  if (parents.includes(value)) return refuse('a cycle', place);
  const inside = [...parents, value];
  if (Array.isArray(value)) return `[${Array.from(value, (item, i) => write(item, `${place}[${i}]`, inside)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return refuse((value as { constructor?: { name?: string } }).constructor?.name ?? 'an object with a prototype', place);
  }
  const members = Object.keys(value)
    .sort()
    .map((key) => [key, (value as Record<string, unknown>)[key]] as const)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, `${place}.${key}`, inside)}`);
  return `{${members.join(',')}}`;
}
