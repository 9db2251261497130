// AssemblyScript. Subband samples to sound (ISO/IEC 11172-3 §2.4.3.2.2 and figure A.2). The matrix is a DCT of 32 points (B. G. Lee, A new algorithm to compute the discrete cosine transform, 1984): four columns at once, one a lane.
// Each column leaves its 32 cosine sums D; sample j and sample 32 − j are weighted sums of D[16 + j] of even columns and D[16 − j] of odd ones.
import { COLUMNS, COLUMNS_BYTES, DCT, MIDDLES, MIDDLE_BYTES, SECANTS, SUBBANDS, SUBBAND_BYTES, SYNTHESIS } from './memory';

@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }

/** Columns of the past that are kept. */
const PAST = 15;

/** @param c - The channel. @param count - Columns, an even number to 36. @param out - Room for 32 samples each. */
export function synthesise(c: usize, count: usize, out: usize): void {
  const columns = COLUMNS + c * COLUMNS_BYTES, middles = MIDDLES + c * MIDDLE_BYTES, subbands = SUBBANDS + c * SUBBAND_BYTES;
  for (let t: usize = 0; t < count; t += 4) cosines(subbands + (t << 7), columns + ((t + PAST) << 7), middles + ((t + PAST) << 2));
  for (let t: usize = 0; t < count; t += 2) weigh(columns + ((t + PAST) << 7), out + (t << 7));
  for (let t: usize = 0; t < count; t += 4) weighFirst(middles + ((t + PAST) << 2), out + (t << 7));
  memory.copy(columns, columns + (count << 7), PAST << 7);
  memory.copy(middles, middles + (count << 2), PAST << 2);
}

/** Four columns of four, side by side in vectors, to four rows 128 bytes apart. */
@inline function scatter(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const p = v128.shuffle<f32>(a, b, 0, 4, 1, 5), q = v128.shuffle<f32>(c, d, 0, 4, 1, 5), r = v128.shuffle<f32>(a, b, 2, 6, 3, 7), s = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(p, q, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(p, q, 2, 3, 6, 7), 128);
  v128.store(to, v128.shuffle<f32>(r, s, 0, 1, 4, 5), 256);
  v128.store(to, v128.shuffle<f32>(r, s, 2, 3, 6, 7), 384);
}

/** Sum and weighed difference of neighbours in the butterfly of 32 points, `k` from each end; the differences lie backwards. */
@inline function outer(k: usize, low: v128, high: v128): void {
  v128.store(DCT + (k << 4), add(low, high));
  v128.store(DCT + ((31 - k) << 4), mul(sub(low, high), v128.load32_splat(SECANTS + (k << 2))));
}

/** D of four columns. */
function cosines(subbands: usize, columns: usize, middles: usize): void {
  for (let k: usize = 0; k < 16; k += 4) {
    const low = subbands + (k << 2), high = subbands + ((28 - k) << 2);
    const a = v128.load(low), b = v128.load(low, 128), c = v128.load(low, 256), d = v128.load(low, 384);
    const p = v128.shuffle<f32>(a, b, 0, 4, 1, 5), q = v128.shuffle<f32>(c, d, 0, 4, 1, 5), r = v128.shuffle<f32>(a, b, 2, 6, 3, 7), s = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const e = v128.load(high), f = v128.load(high, 128), g = v128.load(high, 256), h = v128.load(high, 384);
    const t = v128.shuffle<f32>(e, f, 0, 4, 1, 5), u = v128.shuffle<f32>(g, h, 0, 4, 1, 5), v = v128.shuffle<f32>(e, f, 2, 6, 3, 7), w = v128.shuffle<f32>(g, h, 2, 6, 3, 7);
    outer(k, v128.shuffle<f32>(p, q, 0, 1, 4, 5), v128.shuffle<f32>(v, w, 2, 3, 6, 7));
    outer(k + 1, v128.shuffle<f32>(p, q, 2, 3, 6, 7), v128.shuffle<f32>(v, w, 0, 1, 4, 5));
    outer(k + 2, v128.shuffle<f32>(r, s, 0, 1, 4, 5), v128.shuffle<f32>(t, u, 2, 3, 6, 7));
    outer(k + 3, v128.shuffle<f32>(r, s, 2, 3, 6, 7), v128.shuffle<f32>(t, u, 0, 1, 4, 5));
  }
  dct16(DCT, 16);
  dct16(DCT + 31 * 16, -16);
  v128.store(middles, sum(16));
  scatter(sum(16), sum(17), sum(18), sum(19), columns);
  scatter(sum(20), sum(21), sum(22), sum(23), columns + 16);
  scatter(sum(24), sum(25), sum(26), sum(27), columns + 32);
  scatter(sum(28), sum(29), sum(30), sum(31), columns + 48);
  scatter(sum(0), sum(15), sum(14), sum(13), columns + 64);
  scatter(sum(12), sum(11), sum(10), sum(9), columns + 80);
  scatter(sum(8), sum(7), sum(6), sum(5), columns + 96);
  scatter(sum(4), sum(3), sum(2), sum(1), columns + 112);
}

/** D[m], from the halves of even and odd sums. */
@inline function sum(m: i32): v128 {
  const k = <usize>m >> 1;
  return (m & 1) === 0 ? v128.load(DCT + (k << 4)) : m === 31 ? v128.load(DCT + ((31 - k) << 4)) : add(v128.load(DCT + ((31 - k) << 4)), v128.load(DCT + ((30 - k) << 4)));
}

@inline function secant16(i: usize): v128 { return v128.load32_splat(SECANTS + 64 + (i << 2)); }

/** DCT-II of 16 vectors `step` bytes apart, in place. */
function dct16(x: usize, step: usize): void {
  const x0 = v128.load(x), x1 = v128.load(x + step), x2 = v128.load(x + 2 * step), x3 = v128.load(x + 3 * step), x4 = v128.load(x + 4 * step), x5 = v128.load(x + 5 * step), x6 = v128.load(x + 6 * step), x7 = v128.load(x + 7 * step);
  const y7 = v128.load(x + 8 * step), y6 = v128.load(x + 9 * step), y5 = v128.load(x + 10 * step), y4 = v128.load(x + 11 * step), y3 = v128.load(x + 12 * step), y2 = v128.load(x + 13 * step), y1 = v128.load(x + 14 * step), y0 = v128.load(x + 15 * step);
  dct8(add(x0, y0), add(x1, y1), add(x2, y2), add(x3, y3), add(x4, y4), add(x5, y5), add(x6, y6), add(x7, y7), x, step << 1, false);
  dct8(mul(sub(x0, y0), secant16(0)), mul(sub(x1, y1), secant16(1)), mul(sub(x2, y2), secant16(2)), mul(sub(x3, y3), secant16(3)),
    mul(sub(x4, y4), secant16(4)), mul(sub(x5, y5), secant16(5)), mul(sub(x6, y6), secant16(6)), mul(sub(x7, y7), secant16(7)), x + step, step << 1, true);
}

/** DCT-II of 8; `joined`: each plus the next, as the odd half of a larger one needs them. */
@inline function dct8(x0: v128, x1: v128, x2: v128, x3: v128, x4: v128, x5: v128, x6: v128, x7: v128, to: usize, step: usize, joined: bool): void {
  const a0 = add(x0, x7), a1 = add(x1, x6), a2 = add(x2, x5), a3 = add(x3, x4);
  const b0 = mul(sub(x0, x7), f32x4.splat(0.509795579104159)), b1 = mul(sub(x1, x6), f32x4.splat(0.601344886935045)), b2 = mul(sub(x2, x5), f32x4.splat(0.899976223136416)), b3 = mul(sub(x3, x4), f32x4.splat(2.562915447741506));
  const c = f32x4.splat(0.541196100146197), d = f32x4.splat(1.306562964876377), r = f32x4.splat(0.707106781186548);
  const p0 = add(a0, a3), p1 = add(a1, a2), q0 = mul(sub(a0, a3), c), q1 = mul(sub(a1, a2), d), y3 = mul(sub(q0, q1), r);
  const s0 = add(b0, b3), s1 = add(b1, b2), t0 = mul(sub(b0, b3), c), t1 = mul(sub(b1, b2), d), z3 = mul(sub(t0, t1), r);
  const y0 = add(p0, p1), y1 = add(add(q0, q1), y3), y2 = mul(sub(p0, p1), r);
  const z0 = add(s0, s1), z1 = add(add(t0, t1), z3), z2 = mul(sub(s0, s1), r);
  const o0 = add(z0, z1), o1 = add(z1, z2), o2 = add(z2, z3);
  v128.store(to, joined ? add(y0, o0) : y0);
  v128.store(to + step, joined ? add(o0, y1) : o0);
  v128.store(to + 2 * step, joined ? add(y1, o1) : y1);
  v128.store(to + 3 * step, joined ? add(o1, y2) : o1);
  v128.store(to + 4 * step, joined ? add(y2, o2) : y2);
  v128.store(to + 5 * step, joined ? add(o2, y3) : o2);
  v128.store(to + 6 * step, joined ? add(y3, z3) : y3);
  v128.store(to + 7 * step, z3);
}

/** 64 samples: of a column and the next. */
function weigh(columns: usize, out: usize): void {
  let weights = SYNTHESIS;
  for (let g: usize = 0; g < 64; g += 16) {
    let at = columns + g, low = f32x4.splat(0), high = low, low2 = low, high2 = low;
    for (const end = weights + 512; weights < end; weights += 64, at -= 256) {
      const al = v128.load(weights), bl = v128.load(weights, 16), ah = v128.load(weights, 32), bh = v128.load(weights, 48);
      const a = v128.load(at), a2 = v128.load(at, 128), b = v128.load(at - 64), b2 = v128.load(at, 64);
      low = add(low, add(mul(a, al), mul(b, bl)));
      high = add(high, add(mul(a, ah), mul(b, bh)));
      low2 = add(low2, add(mul(a2, al), mul(b2, bl)));
      high2 = add(high2, add(mul(a2, ah), mul(b2, bh)));
    }
    v128.store(out + 116 - g, v128.shuffle<f32>(high, high, 3, 2, 1, 0)); // of the first group one too far: the next column's first sample, which is written after it
    v128.store(out + 244 - g, v128.shuffle<f32>(high2, high2, 3, 2, 1, 0));
    if (g === 0) { store<f32>(out, f32x4.extract_lane(high, 0), 64); store<f32>(out, f32x4.extract_lane(high2, 0), 192); }
    v128.store(out + g, low);
    v128.store(out + g, low2, 128);
  }
}

/** What of the first sample of four columns comes from sum 16 of odd columns, which takes its place among the low ones only at even ages. */
function weighFirst(middles: usize, out: usize): void {
  let s = f32x4.splat(0), at = middles - 4;
  for (let weights = SYNTHESIS + 2048, end = weights + 32; weights < end; weights += 4, at -= 8) s = add(s, mul(v128.load(at), v128.load32_splat(weights)));
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(s, 0));
  store<f32>(out, load<f32>(out, 128) + f32x4.extract_lane(s, 1), 128);
  store<f32>(out, load<f32>(out, 256) + f32x4.extract_lane(s, 2), 256);
  store<f32>(out, load<f32>(out, 384) + f32x4.extract_lane(s, 3), 384);
}
