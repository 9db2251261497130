// Reads the pickles that torch.save writes, as data. Nothing is imported, called or constructed: a callable in the stream must be in a short list, and what
// it "makes" is a plain description. Opcodes: CPython Lib/pickletools.py (protocol 2 to 4); anything else is refused.

/** A number too large for a double stays a bigint. */
export type PickleNumber = number | bigint;
/** What a pickle holds. */
export type PickleValue = null | boolean | PickleNumber | string | Uint8Array | readonly PickleValue[] | PickleMap | PickleGlobal | PickleObject | PickleStorage | PickleTensor;
/** A dict or an OrderedDict; keys are texts, those of other kinds their text. */
export type PickleMap = { readonly kind: 'map'; readonly entries: ReadonlyMap<string, PickleValue> };
/** The name of a class or function; it stays a name. */
export type PickleGlobal = { readonly kind: 'global'; readonly name: string };
/** An instance of a class of the list, described: nothing was constructed. */
export type PickleObject = { readonly kind: 'object'; readonly name: string; readonly args: PickleValue; readonly state: PickleValue };
/** Where numbers lie: the entry `data/<key>` of the archive. */
export type PickleStorage = { readonly kind: 'storage'; readonly dtype: TensorType; readonly key: string; readonly elements: number };
/** A tensor: a view of a storage. Sizes and strides in elements. */
export type PickleTensor = { readonly kind: 'tensor'; readonly storage: PickleStorage; readonly offset: number; readonly shape: readonly number[]; readonly strides: readonly number[] };

/** Types of numbers, by torch's name, and their bytes. */
export const TENSOR_TYPES = { float64: 8, float32: 4, float16: 2, bfloat16: 2, int64: 8, int32: 4, int16: 2, int8: 1, uint8: 1, bool: 1 } as const;
export type TensorType = keyof typeof TENSOR_TYPES;

const STORAGES: Readonly<Record<string, TensorType>> = {
  'torch.DoubleStorage': 'float64', 'torch.FloatStorage': 'float32', 'torch.HalfStorage': 'float16', 'torch.BFloat16Storage': 'bfloat16', 'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32', 'torch.ShortStorage': 'int16', 'torch.CharStorage': 'int8', 'torch.ByteStorage': 'uint8', 'torch.BoolStorage': 'bool',
};

const REBUILD = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';
const ORDERED = 'collections.OrderedDict';

// Others that GPT-SoVITS 48b1a01 and pytorch-lightning 2.6 put into checkpoints. They become descriptions; none is called.
const DESCRIBED = new Set([
  'collections.defaultdict', 'builtins.dict', 'builtins.list', 'builtins.set', 'builtins.int', 'builtins.float', '__builtin__.dict', '__builtin__.set',
  'pathlib.PosixPath', 'pathlib.WindowsPath', 'pathlib.PurePosixPath', 'pathlib._local.PosixPath', 'pathlib._local.WindowsPath',
  'torch.Size', 'torch.device', 'utils.HParams', 'argparse.Namespace', 'pytorch_lightning.utilities.parsing.AttributeDict', 'lightning_fabric.utilities.data.AttributeDict',
]);

/** Why a pickle was refused; the caller makes the library's error of it. */
export class PickleRefused extends Error {
  override readonly name = 'PickleRefused';
}

/** Values of one pickle. A v2Pro generator with its optimizer has about 20 000. Ours. */
const MAX_VALUES = 20_000_000;
const MAX_DEPTH = 200;

const MARK = Symbol('mark');
type Building = { kind: 'list'; items: unknown[] } | { kind: 'building-map'; entries: Map<string, unknown> } | { kind: 'building-object'; name: string; args: unknown; state: unknown };

const isObject = (value: unknown): value is { readonly kind?: unknown } => typeof value === 'object' && value !== null;
const kindOf = (value: unknown): unknown => (isObject(value) && !Array.isArray(value) && !(value instanceof Uint8Array) ? value.kind : undefined);

const wholeNumbers = (value: unknown): readonly number[] | null => (Array.isArray(value) && value.every((each) => typeof each === 'number' && Number.isSafeInteger(each) && each >= 0) ? (value as number[]) : null);

function makeTensor(args: unknown): PickleTensor {
  const [storage, offset, shape, strides] = Array.isArray(args) ? (args as unknown[]) : [];
  const [sizes, steps] = [wholeNumbers(shape), wholeNumbers(strides)];
  if (kindOf(storage) !== 'storage' || typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0 || sizes === null || steps === null || sizes.length !== steps.length) throw new PickleRefused('a tensor in it is not described as torch does');
  const { elements } = storage as PickleStorage;
  const last = sizes.includes(0) ? -1 : sizes.reduce((sum, size, axis) => sum + (size - 1) * (steps[axis] ?? 0), offset);
  if (!(last < elements)) throw new PickleRefused('a tensor in it reaches beyond its storage');
  return { kind: 'tensor', storage: storage as PickleStorage, offset, shape: sizes, strides: steps };
}

function makeStorage(id: unknown): PickleStorage {
  const [tag, type, key, , elements] = Array.isArray(id) ? (id as unknown[]) : [];
  const dtype = kindOf(type) === 'global' ? STORAGES[(type as PickleGlobal).name] : undefined;
  if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || !/^\d+$/.test(key) || typeof elements !== 'number' || !Number.isSafeInteger(elements) || elements < 0) throw new PickleRefused('a storage in it is not described as torch does');
  return { kind: 'storage', dtype, key, elements };
}

/** What a call stands for. */
function describeCall(callable: unknown, args: unknown): unknown {
  if (kindOf(callable) !== 'global') throw new PickleRefused('it calls something that is no name');
  const { name } = callable as PickleGlobal;
  if (name === REBUILD) return makeTensor(args);
  if (name === PARAMETER) {
    const inner = Array.isArray(args) ? (args as unknown[])[0] : undefined;
    if (kindOf(inner) !== 'tensor') throw new PickleRefused('a parameter in it holds no tensor');
    return inner;
  }
  if (name === ORDERED) return { kind: 'building-map', entries: new Map<string, unknown>() } satisfies Building;
  if (name in STORAGES) throw new PickleRefused('it calls a storage');
  return { kind: 'building-object', name, args, state: null } satisfies Building;
}

function globalOf(module: string, name: string): PickleGlobal {
  const full = `${module}.${name}`;
  if (full !== REBUILD && full !== PARAMETER && full !== ORDERED && !(full in STORAGES) && !DESCRIBED.has(full)) throw new PickleRefused(`it names ${JSON.stringify(full.slice(0, 100))}, which is not among what training writes`);
  return { kind: 'global', name: full };
}

const keyText = (key: unknown): string => {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' || key === null) return String(key);
  throw new PickleRefused('a key in it is neither text nor number');
};

/** Turns what was built into plain data, once; shared and circular values are cut off at a depth. */
function finish(value: unknown, depth: number, done: Map<unknown, PickleValue>): PickleValue {
  if (depth > MAX_DEPTH) throw new PickleRefused('it is nested too deeply');
  if (!isObject(value) || value instanceof Uint8Array) return value as PickleValue;
  const known = done.get(value);
  if (known !== undefined) return known;
  const keep = (result: PickleValue): PickleValue => {
    done.set(value, result);
    return result;
  };
  if (Array.isArray(value)) return keep((value as unknown[]).map((each) => finish(each, depth + 1, done)));
  switch (value.kind) {
    case 'list': return keep((value as unknown as { items: unknown[] }).items.map((each) => finish(each, depth + 1, done)));
    case 'building-map': return keep({ kind: 'map', entries: new Map([...(value as unknown as { entries: Map<string, unknown> }).entries].map(([key, each]) => [key, finish(each, depth + 1, done)])) });
    case 'building-object': {
      const { name, args, state } = value as unknown as { name: string; args: unknown; state: unknown };
      return keep({ kind: 'object', name, args: finish(args, depth + 1, done), state: finish(state, depth + 1, done) });
    }
    default: return value as unknown as PickleValue;
  }
}

/**
 * Reads a pickle as data.
 * @param bytes - The whole entry `data.pkl`.
 * @throws {PickleRefused} for anything that torch.save does not write for tensors, numbers, texts and containers, or that names a callable outside the list.
 */
export function parsePickle(bytes: Uint8Array): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;
  let values = 0;

  const take = (length: number): number => {
    if (length < 0 || at + length > bytes.length) throw new PickleRefused('it is cut short');
    const from = at;
    at += length;
    return from;
  };
  const text = (length: number): string => {
    const from = take(length);
    try {
      return decoder.decode(bytes.subarray(from, from + length));
    } catch {
      throw new PickleRefused('a text in it is not UTF-8');
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) throw new PickleRefused('it is cut short');
    const found = text(end - at);
    at += 1;
    return found;
  };
  const push = (value: unknown): void => {
    values += 1;
    if (values > MAX_VALUES) throw new PickleRefused('it holds too many values');
    stack.push(value);
  };
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw new PickleRefused('its stack is empty');
    return stack.pop();
  };
  const toMark = (): unknown[] => {
    const from = stack.lastIndexOf(MARK);
    if (from === -1) throw new PickleRefused('a mark is missing');
    const items = stack.splice(from);
    return items.slice(1);
  };
  const top = (): unknown => {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw new PickleRefused('its stack is empty');
    return value;
  };
  const setItems = (items: readonly unknown[]): void => {
    const target = top();
    if (kindOf(target) !== 'building-map' || items.length % 2 !== 0) {
      if (kindOf(target) === 'building-object' && items.length % 2 === 0) return; // entries of a described object (defaultdict, AttributeDict) are not needed
      throw new PickleRefused('it sets entries of what is no dictionary');
    }
    for (let index = 0; index < items.length; index += 2) (target as { entries: Map<string, unknown> }).entries.set(keyText(items[index]), items[index + 1]);
  };
  const append = (items: readonly unknown[]): void => {
    const target = top();
    if (kindOf(target) !== 'list') throw new PickleRefused('it appends to what is no list');
    for (const item of items) (target as { items: unknown[] }).items.push(item);
  };
  const store = (key: number): void => void memo.set(key, top());
  const recall = (key: number): void => {
    if (!memo.has(key)) throw new PickleRefused('it recalls what was never kept');
    push(memo.get(key));
  };
  const tuple = (length: number): void => {
    const items = Array.from({ length }, pop).reverse();
    push(items);
  };
  const integer = (length: number): PickleNumber => {
    const from = take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[from + index]!);
    const signed = length === 0 ? 0n : BigInt.asIntN(length * 8, value);
    return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed;
  };
  const u8 = (): number => view.getUint8(take(1));
  const u32 = (): number => view.getUint32(take(4), true);
  const u64 = (): number => {
    const value = view.getBigUint64(take(8), true);
    if (value > BigInt(bytes.length)) throw new PickleRefused('it is cut short');
    return Number(value);
  };

  for (;;) {
    const opcode = String.fromCharCode(u8());
    switch (opcode) {
      case '\x80': if (![2, 3, 4].includes(u8())) throw new PickleRefused('its protocol is not 2 to 4'); break;
      case '\x95': take(8); break; // FRAME
      case '(': push(MARK); break;
      case '.': {
        const value = pop();
        if (at !== bytes.length || stack.length > 0) throw new PickleRefused('something follows its end');
        return finish(value, 0, new Map());
      }
      case 'N': push(null); break;
      case '\x88': push(true); break;
      case '\x89': push(false); break;
      case 'K': push(u8()); break;
      case 'M': push(view.getUint16(take(2), true)); break;
      case 'J': push(view.getInt32(take(4), true)); break;
      case '\x8a': push(integer(u8())); break;
      case 'G': push(view.getFloat64(take(8), false)); break;
      case 'X': push(text(u32())); break;
      case '\x8c': push(text(u8())); break;
      case '\x8d': push(text(u64())); break;
      case 'U': push(text(u8())); break; // SHORT_BINSTRING
      case 'T': push(text(u32())); break; // BINSTRING
      case 'B': { const length = u32(); const from = take(length); push(bytes.slice(from, from + length)); break; }
      case 'C': { const length = u8(); const from = take(length); push(bytes.slice(from, from + length)); break; }
      case ')': push([]); break;
      case 't': push(toMark()); break;
      case '\x85': tuple(1); break;
      case '\x86': tuple(2); break;
      case '\x87': tuple(3); break;
      case ']': push({ kind: 'list', items: [] } satisfies Building); break;
      case 'a': { const item = pop(); append([item]); break; }
      case 'e': { const items = toMark(); append(items); break; }
      case 'l': push({ kind: 'list', items: toMark() } satisfies Building); break;
      case '}': push({ kind: 'building-map', entries: new Map() } satisfies Building); break;
      case 's': { const value = pop(); const key = pop(); setItems([key, value]); break; }
      case 'u': { const items = toMark(); setItems(items); break; }
      case 'q': store(u8()); break;
      case 'r': store(u32()); break;
      case '\x94': store(memo.size); break; // MEMOIZE
      case 'h': recall(u8()); break;
      case 'j': recall(u32()); break;
      case 'c': { const module = line(); push(globalOf(module, line())); break; }
      case '\x93': { const name = pop(); const module = pop(); push(globalOf(String(module), String(name))); break; } // STACK_GLOBAL
      case 'Q': push(makeStorage(pop())); break; // BINPERSID
      case 'R': { const args = pop(); push(describeCall(pop(), args)); break; }
      case '\x81': { const args = pop(); push(describeCall(pop(), args)); break; } // NEWOBJ
      case 'b': { // BUILD
        const state = pop();
        const target = top();
        if (kindOf(target) === 'building-object') (target as { state: unknown }).state = state;
        else if (kindOf(target) !== 'building-map') throw new PickleRefused('it gives a state to what has none'); // a state_dict's _metadata: not needed
        break;
      }
      default: throw new PickleRefused(`opcode 0x${opcode.charCodeAt(0).toString(16).padStart(2, '0')} is not among those that torch writes`);
    }
  }
}
