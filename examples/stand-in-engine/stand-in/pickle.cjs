'use strict';
// Pickle, protocol 2, of the few things that checkpoints hold. Only written, never read: reading a pickle can run code.

const text = (value) => {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(5);
  size[0] = 0x58; // BINUNICODE
  size.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([size, bytes]);
};

const integer = (value) => {
  if (value >= 0 && value < 256) return Buffer.from([0x4b, value]); // BININT1
  if (value >= 0 && value < 65536) return Buffer.from([0x4d, value & 255, value >> 8]); // BININT2
  const out = Buffer.alloc(5);
  out[0] = 0x4a; // BININT
  out.writeInt32LE(value, 1);
  return out;
};

const float = (value) => {
  const out = Buffer.alloc(9);
  out[0] = 0x47; // BINFLOAT
  out.writeDoubleBE(value, 1);
  return out;
};

const global = (module, name) => Buffer.from(`c${module}\n${name}\n`, 'latin1');
const op = (letter) => Buffer.from(letter, 'latin1');
const tuple = (items) => Buffer.concat([op('('), ...items, op('t')]);
const EMPTY_ORDERED_DICT = Buffer.concat([global('collections', 'OrderedDict'), op(')R')]);

/** An ordered dictionary of [key, value] pairs. */
class OrderedDict {
  constructor(pairs) {
    this.pairs = pairs;
  }
}
/** A Python float, where JavaScript cannot tell it from an integer. */
class Float {
  constructor(value) {
    this.value = value;
  }
}
/** A tensor whose numbers lie in the storage `key`; row-major. `type` is Float, Half or Short. */
class Tensor {
  constructor(type, shape, key) {
    Object.assign(this, { type, shape, key });
  }
}
/** A path object: torch refuses to load it since 2.6, which breaks the engine's own resuming. */
class PosixPath {
  constructor(value) {
    this.value = value;
  }
}

const pairsOf = (pairs) => Buffer.concat([op('('), ...pairs.flatMap(([key, value]) => [encode(key), encode(value)]), op('u')]);

function tensor({ type, shape, key }) {
  const count = shape.reduce((product, size) => product * size, 1);
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1));
  const storage = Buffer.concat([tuple([text('storage'), global('torch', `${type}Storage`), text(String(key)), text('cpu'), integer(count)]), op('Q')]);
  const args = tuple([storage, integer(0), tuple(shape.map(integer)), tuple(strides.map(integer)), Buffer.from([0x89]), EMPTY_ORDERED_DICT]);
  return Buffer.concat([global('torch._utils', '_rebuild_tensor_v2'), args, op('R')]);
}

function encode(value) {
  if (value === null || value === undefined) return op('N');
  if (value === true) return Buffer.from([0x88]);
  if (value === false) return Buffer.from([0x89]);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? integer(value) : float(value);
  if (value instanceof Float) return float(value.value);
  if (value instanceof Tensor) return tensor(value);
  if (value instanceof OrderedDict) return Buffer.concat([EMPTY_ORDERED_DICT, pairsOf(value.pairs)]);
  if (value instanceof PosixPath) return Buffer.concat([global('pathlib', 'PosixPath'), tuple(value.value.split('/').filter(Boolean).map(text)), op('R')]);
  if (Array.isArray(value)) return Buffer.concat([op(']('), ...value.map(encode), op('e')]);
  return Buffer.concat([op('}'), pairsOf(Object.entries(value))]);
}

/** The bytes of a pickle. */
const dumps = (value) => Buffer.concat([Buffer.from([0x80, 2]), encode(value), op('.')]);

module.exports = { Float, OrderedDict, PosixPath, Tensor, dumps };
