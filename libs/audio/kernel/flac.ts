// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/flac/flac-wasm.ts.
// The inside of FLAC frames (RFC 9639 §9.2, §9.3) for samples of up to 24 bits. All addresses are bytes in linear memory.
// The file's bytes lie in reverse, so that a little-endian load of eight bytes gives 64 bits in the order of the file, at any byte.

/** Predictor coefficients, int64, newest sample first; tables of CRC-16, for a byte 0 … 7 bytes before the end. */
const COEFFICIENTS: usize = 0;
const CRC_TABLES: usize = 256;

/** Where eight bytes from byte 0 are loaded, the bit to read next, and the last bit from which 64 can be read. */
let top: usize = 0;
let bit: i32 = 0;
let last: i32 = 0;

/** Writes `count` bytes backwards; `count` is a multiple of 16. */
export function reverse(from: usize, count: i32, to: usize): void {
  for (let end = to + <usize>count - 16; end >= to && end <= to + <usize>count; end -= 16, from += 16) {
    const x = v128.load(from);
    v128.store(end, v128.shuffle<u8>(x, x, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
  }
}

/** CRC-16 of the bytes `[from, to)`. */
export function crc16(reversed: usize, count: i32, from: i32, to: i32): i32 {
  const base = reversed + <usize>count - 1;
  let crc: u32 = 0, i = from;
  for (; i + 8 <= to; i += 8) {
    const x = load<u64>(base - 7 - <usize>i), high = <u32>(x >> 32) ^ (crc << 16), low = <u32>x;
    crc = table(7, high >>> 24) ^ table(6, (high >>> 16) & 255) ^ table(5, (high >>> 8) & 255) ^ table(4, high & 255) ^ table(3, low >>> 24) ^ table(2, (low >>> 16) & 255) ^ table(1, (low >>> 8) & 255) ^ table(0, low & 255);
  }
  for (; i < to; i++) crc = ((crc << 8) & 0xffff) ^ table(0, (crc >> 8) ^ <u32>load<u8>(base - <usize>i));
  return crc;
}

function table(later: i32, byte: u32): u32 { return load<u16>(CRC_TABLES + (<usize>later << 9) + (<usize>byte << 1)); }

/**
 * Decodes the channels of a frame and joins them.
 * @param reversed - `count` bytes. @param at - The bit where the first subframe starts.
 * @param planes - `[channels][stride]` int32; then float32, weighed by `scale`.
 * @returns The bit after the last subframe; −1 when they are damaged or cut off.
 */
export function decode(reversed: usize, count: i32, at: i32, channels: i32, samples: i32, bits: i32, assignment: i32, scale: f32, planes: usize, stride: usize): i32 {
  top = reversed + <usize>count - 8;
  last = (count - 8) << 3;
  bit = at;
  for (let c = 0; c < channels; c++) {
    const side = (assignment === 8 && c === 1) || (assignment === 9 && c === 0) || (assignment === 10 && c === 1);
    if (!subframe(planes + <usize>c * stride, samples, bits + i32(side))) return -1;
  }
  if (assignment >= 8) join(planes, planes + stride, samples, assignment);
  const s = f32x4.splat(scale);
  for (let c = 0; c < channels; c++) {
    const end = planes + <usize>c * stride + (<usize>samples << 2);
    for (let p = planes + <usize>c * stride; p < end; p += 16) v128.store(p, f32x4.mul(f32x4.convert_i32x4_s(v128.load(p)), s));
  }
  return bit;
}

/** Left and right of what was stored instead. */
function join(a: usize, b: usize, samples: i32, assignment: i32): void {
  const end = a + (<usize>samples << 2), one = i32x4.splat(1);
  for (; a < end; a += 16, b += 16) {
    const x = v128.load(a), y = v128.load(b);
    if (assignment === 8) v128.store(b, i32x4.sub(x, y)); // left, side
    else if (assignment === 9) v128.store(a, i32x4.add(x, y)); // side, right
    else {
      const twice = v128.or(i32x4.shl(x, 1), v128.and(y, one)); // mid, side
      v128.store(a, i32x4.shr_s(i32x4.add(twice, y), 1));
      v128.store(b, i32x4.shr_s(i32x4.sub(twice, y), 1));
    }
  }
}

/** The next 57 bits or more, in the highest places. Zero past the end, where {@link over} is true. */
function ahead(): u64 { return bit > last ? 0 : load<u64>(top - (<usize>bit >> 3)) << (bit & 7); }
function over(): bool { return bit > last; }

/** Reads 0 … 32 bits. */
function unsigned(bits: i32): u32 {
  const value = <u32>((ahead() >> 1) >> (63 - bits));
  bit += bits;
  return value;
}

/** Reads 1 … 32 bits, two's complement. */
function signed(bits: i32): i32 {
  const value = <i32>(<i64>ahead() >> (64 - bits));
  bit += bits;
  return value;
}

/** Zero bits up to the next one bit, which is read too. */
function unary(): i64 {
  let zeros: i64 = 0;
  while (!over()) {
    const valid = 64 - (bit & 7), found = <i32>clz(ahead());
    if (found < valid) { bit += found + 1; return zeros + found; }
    zeros += valid;
    bit += valid;
  }
  return 0;
}

function subframe(out: usize, samples: i32, frameBits: i32): bool {
  if (unsigned(1) !== 0) return false;
  const kind = unsigned(6);
  const wasted = unsigned(1) === 1 ? <i32>min<i64>(unary(), 64) + 1 : 0, bits = frameBits - wasted;
  if (bits < 1 || over()) return false;
  if (kind === 0) {
    const value = signed(bits);
    for (let i = 0; i < samples; i++) store<i32>(out + (<usize>i << 2), value);
  } else if (kind === 1) {
    for (let i = 0; i < samples; i++) store<i32>(out + (<usize>i << 2), signed(bits));
  } else if (kind >= 8 && kind <= 12) {
    const order = <i32>kind - 8;
    if (order > samples) return false;
    for (let i = 0; i < order; i++) store<i32>(out + (<usize>i << 2), signed(bits));
    if (!residual(out, samples, order)) return false;
    if (order === 1) weigh(1, 0, 0, 0);
    else if (order === 2) weigh(2, -1, 0, 0);
    else if (order === 3) weigh(3, -3, 1, 0);
    else weigh(4, -6, 4, -1);
    if (order > 0) restore(out, samples, order, 0);
  } else if (kind >= 32) {
    const order = <i32>kind - 31;
    if (order > samples) return false;
    for (let i = 0; i < order; i++) store<i32>(out + (<usize>i << 2), signed(bits));
    const precision = <i32>unsigned(4) + 1, shift = signed(5);
    if (precision === 16 || shift < 0) return false;
    for (let j = 0; j < 32; j++) store<i64>(COEFFICIENTS + (<usize>j << 3), j < order ? <i64>signed(precision) : 0);
    if (!residual(out, samples, order)) return false;
    restore(out, samples, order, shift);
  } else return false;
  if (wasted > 0) for (let i = 0; i < samples; i++) store<i32>(out + (<usize>i << 2), load<i32>(out + (<usize>i << 2)) << wasted);
  return !over();
}

function weigh(a: i64, b: i64, c: i64, d: i64): void {
  store<i64>(COEFFICIENTS, a);
  store<i64>(COEFFICIENTS, b, 8);
  store<i64>(COEFFICIENTS, c, 16);
  store<i64>(COEFFICIENTS, d, 24);
}

function residual(out: usize, samples: i32, order: i32): bool {
  const method = unsigned(2);
  if (method > 1) return false;
  const parameterBits = 4 + <i32>method, escape: u32 = method === 0 ? 15 : 31, partitions = 1 << unsigned(4), each = samples / partitions;
  if (each * partitions !== samples || each < order) return false;
  for (let part = 0, from = order; part < partitions; part++) {
    const to = (part + 1) * each, parameter = unsigned(parameterBits);
    if (over()) return false;
    if (parameter !== escape) {
      if (!rice(out + (<usize>from << 2), out + (<usize>to << 2), parameter)) return false;
    } else {
      const raw = <i32>unsigned(5);
      for (let i = from; i < to; i++) store<i32>(out + (<usize>i << 2), raw === 0 ? 0 : signed(raw));
    }
    from = to;
  }
  return true;
}

/** Rice-coded residuals: as many as 64 bits hold from each load. */
function rice(out: usize, end: usize, k: u32): bool {
  const rest = 63 - k, least = <i32>k + 1;
  while (out < end) {
    if (over()) return false;
    let x = load<u64>(top - (<usize>bit >> 3)) << (bit & 7), valid = 64 - (bit & 7), first = true;
    do {
      const zeros = <i32>clz(x), length = zeros + least;
      if (length > valid) {
        if (!first) break;
        const high = unary(), folded = (high << k) + <i64>unsigned(<i32>k); // longer than a load
        if (over()) return false;
        store<i32>(out, <i32>((folded >> 1) ^ -(folded & 1)));
        out += 4;
        break;
      }
      const y = (x << zeros) << 1, folded = (<u64>zeros << k) | ((y >> 1) >> rest);
      store<i32>(out, <i32>((folded >> 1) ^ (0 - (folded & 1))));
      out += 4;
      x = y << k;
      valid -= length;
      bit += length;
      first = false;
    } while (out < end);
  }
  return true;
}

/** Adds to each residual what the samples before it predict; 64-bit sums hold whatever a file says. */
function restore(out: usize, samples: i32, order: i32, shift: i64): void {
  const end = out + (<usize>samples << 2);
  let p = out + (<usize>order << 2);
  if (order <= 4) {
    const first = min<usize>(end, out + 16);
    for (; p < first; p += 4) one(p, order, shift);
    if (p === end) return;
    const c0 = load<i64>(COEFFICIENTS), c1 = load<i64>(COEFFICIENTS, 8), c2 = load<i64>(COEFFICIENTS, 16), c3 = load<i64>(COEFFICIENTS, 24);
    let x1 = <i64>load<i32>(p - 4), x2 = <i64>load<i32>(p - 8), x3 = <i64>load<i32>(p - 12), x4 = <i64>load<i32>(p - 16);
    for (; p < end; p += 4) {
      const x = <i64>(load<i32>(p) + <i32>((c3 * x4 + c2 * x3 + c1 * x2 + c0 * x1) >> shift));
      store<i32>(p, <i32>x);
      x4 = x3; x3 = x2; x2 = x1; x1 = x;
    }
  } else if (order <= 8) {
    const first = min<usize>(end, out + 32);
    for (; p < first; p += 4) one(p, order, shift);
    if (p === end) return;
    const c0 = load<i64>(COEFFICIENTS), c1 = load<i64>(COEFFICIENTS, 8), c2 = load<i64>(COEFFICIENTS, 16), c3 = load<i64>(COEFFICIENTS, 24);
    const c4 = load<i64>(COEFFICIENTS, 32), c5 = load<i64>(COEFFICIENTS, 40), c6 = load<i64>(COEFFICIENTS, 48), c7 = load<i64>(COEFFICIENTS, 56);
    let x1 = <i64>load<i32>(p - 4), x2 = <i64>load<i32>(p - 8), x3 = <i64>load<i32>(p - 12);
    for (; p < end; p += 4) {
      const old = c7 * <i64>load<i32>(p - 32) + c6 * <i64>load<i32>(p - 28) + (c5 * <i64>load<i32>(p - 24) + c4 * <i64>load<i32>(p - 20)) + (c3 * <i64>load<i32>(p - 16) + c2 * x3);
      const x = <i64>(load<i32>(p) + <i32>((old + c1 * x2 + c0 * x1) >> shift));
      store<i32>(p, <i32>x);
      x3 = x2; x2 = x1; x1 = x;
    }
  } else {
    for (; p < end; p += 4) one(p, order, shift);
  }
}

function one(p: usize, order: i32, shift: i64): void {
  let sum: i64 = 0, q = p - 4;
  for (let c = COEFFICIENTS, end = COEFFICIENTS + (<usize>order << 3); c < end; c += 8, q -= 4) sum += load<i64>(c) * <i64>load<i32>(q);
  store<i32>(p, load<i32>(p) + <i32>(sum >> shift));
}
