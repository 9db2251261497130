// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/measure/measure-wasm.ts.
// Sums over samples (float32) that the meters need. All addresses are bytes in linear memory; results are float64 unless said.
// Sample i of a run goes to lane i mod 4 of its sums, and lanes are added at the end: the plain versions do the same and give the same bits, where they say so.

function low(x: v128): v128 { return f64x2.promote_low_f32x4(x); }
function high(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)); }
function lanes(a: v128, b: v128): f64 { return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1)); }

/** `out`: sum, sum of squares, largest magnitude, largest and smallest sample, or 0. */
export function levels(at: usize, count: i32, out: usize): void {
  let s0 = f64x2.splat(0), s1 = s0, q0 = s0, q1 = s0, top = f32x4.splat(0), bottom = top;
  const end = at + (<usize>(count & ~3) << 2);
  for (; at < end; at += 16) {
    const x = v128.load(at), a = low(x), b = high(x);
    top = f32x4.pmax(top, x);
    bottom = f32x4.pmin(bottom, x);
    s0 = f64x2.add(s0, a);
    s1 = f64x2.add(s1, b);
    q0 = f64x2.add(q0, f64x2.mul(a, a));
    q1 = f64x2.add(q1, f64x2.mul(b, b));
  }
  const rest = tail(at, count & 3), a = low(rest), b = high(rest);
  top = f32x4.pmax(top, rest);
  bottom = f32x4.pmin(bottom, rest);
  f64.store(out, lanes(f64x2.add(s0, a), f64x2.add(s1, b)));
  f64.store(out, lanes(f64x2.add(q0, f64x2.mul(a, a)), f64x2.add(q1, f64x2.mul(b, b))), 8);
  const high = <f64>largest(top), least = -<f64>largest(f32x4.neg(bottom));
  f64.store(out, max<f64>(high, -least), 16);
  f64.store(out, high, 24);
  f64.store(out, least, 32);
}

function largest(x: v128): f32 {
  return max<f32>(max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** Up to three samples, then zeros. */
function tail(at: usize, count: i32): v128 {
  let x = f32x4.splat(0);
  if (count > 0) x = f32x4.replace_lane(x, 0, f32.load(at));
  if (count > 1) x = f32x4.replace_lane(x, 1, f32.load(at, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, f32.load(at, 8));
  return x;
}

/** Sums of squares of `runs` neighbouring runs of `length` samples. `out`: `[runs]`. */
export function energies(at: usize, length: i32, runs: i32, out: usize): void {
  for (let run = 0; run < runs; run++, out += 8) {
    let q0 = f64x2.splat(0), q1 = q0;
    const end = at + (<usize>(length & ~3) << 2);
    for (; at < end; at += 16) {
      const x = v128.load(at), a = low(x), b = high(x);
      q0 = f64x2.add(q0, f64x2.mul(a, a));
      q1 = f64x2.add(q1, f64x2.mul(b, b));
    }
    const rest = tail(at, length & 3), a = low(rest), b = high(rest);
    f64.store(out, lanes(f64x2.add(q0, f64x2.mul(a, a)), f64x2.add(q1, f64x2.mul(b, b))));
    at += <usize>(length & 3) << 2;
  }
}

/** Sums of `runs` neighbouring runs of `length` samples. `out`: `[runs]`. */
export function sums(at: usize, length: i32, runs: i32, out: usize): void {
  for (let run = 0; run < runs; run++, out += 8) {
    let s0 = f64x2.splat(0), s1 = s0;
    const end = at + (<usize>(length & ~3) << 2);
    for (; at < end; at += 16) {
      const x = v128.load(at);
      s0 = f64x2.add(s0, low(x));
      s1 = f64x2.add(s1, high(x));
    }
    const rest = tail(at, length & 3);
    f64.store(out, lanes(f64x2.add(s0, low(rest)), f64x2.add(s1, high(rest))));
    at += <usize>(length & 3) << 2;
  }
}

/**
 * Energies of neighbouring pieces of any lengths, and their first moments, `Σ i · x[i]²` with i from 0 in each piece.
 * @param corners - `[pieces + 1]` int32: where the pieces begin, samples from `at`. @param out - `[pieces]` energies, then `[pieces]` moments.
 */
export function moments(at: usize, corners: usize, pieces: i32, out: usize): void {
  for (let piece = 0; piece < pieces; piece++, corners += 4) {
    const from = i32.load(corners), length = i32.load(corners, 4) - from;
    let p = at + (<usize>from << 2), q0 = f64x2.splat(0), q1 = q0, m0 = q0, m1 = q0, i0 = f64x2(0, 1), i1 = f64x2(2, 3);
    const four = f64x2.splat(4), end = p + (<usize>(length & ~3) << 2);
    for (; p < end; p += 16) {
      const x = v128.load(p), a = low(x), b = high(x), aa = f64x2.mul(a, a), bb = f64x2.mul(b, b);
      q0 = f64x2.add(q0, aa);
      q1 = f64x2.add(q1, bb);
      m0 = f64x2.add(m0, f64x2.mul(i0, aa));
      m1 = f64x2.add(m1, f64x2.mul(i1, bb));
      i0 = f64x2.add(i0, four);
      i1 = f64x2.add(i1, four);
    }
    const rest = tail(p, length & 3), a = low(rest), b = high(rest), aa = f64x2.mul(a, a), bb = f64x2.mul(b, b);
    const o = out + (<usize>piece << 3);
    f64.store(o, lanes(f64x2.add(q0, aa), f64x2.add(q1, bb)));
    f64.store(o + (<usize>pieces << 3), lanes(f64x2.add(m0, f64x2.mul(i0, aa)), f64x2.add(m1, f64x2.mul(i1, bb))));
  }
}

/** Steps of four samples between two looks at the products' exponents: 4 · 200 mantissas below 2 stay below 2^1024. */
const PRODUCT_STEPS = 200;

/**
 * What a mean logarithm is made of. Magnitudes are split into mantissas, 1 to 2, whose product is kept, and exponents, which are added: no logarithm for a sample.
 * @param least - Magnitudes below count as zero and are left out of the product.
 * @param out - Sum of magnitudes, mantissa and exponent of the product, samples that count as zero, largest magnitude.
 */
export function logarithms(at: usize, count: i32, least: f32, out: usize): void {
  let s0 = f64x2.splat(0), s1 = s0, whole = i32x4.splat(0), zeros = whole, most = f32x4.splat(0), mantissa = 1.0, exponent: i64 = 0;
  const limit = f32x4.splat(least), one = f32x4.splat(1), field = i32x4.splat(0x7fffff);
  for (let left = count; left > 0;) {
    let p0 = f64x2.splat(1), p1 = p0;
    for (let step = 0; step < PRODUCT_STEPS && left > 0; step++, left -= 4, at += 16) {
      const x = f32x4.abs(left >= 4 ? v128.load(at) : tail(at, left)), counts = f32x4.ge(x, limit);
      const kept = v128.and(x, counts), bits = v128.bitselect(x, one, counts), m = v128.or(v128.and(bits, field), one);
      most = f32x4.pmax(most, x);
      s0 = f64x2.add(s0, low(kept));
      s1 = f64x2.add(s1, high(kept));
      whole = i32x4.add(whole, i32x4.shr_u(bits, 23));
      zeros = i32x4.sub(zeros, counts); // counts how many are not zero
      p0 = f64x2.mul(p0, low(m));
      p1 = f64x2.mul(p1, high(m));
    }
    const p = f64x2.mul(p0, p1), product = f64x2.extract_lane(p, 0) * f64x2.extract_lane(p, 1), bits = reinterpret<i64>(product);
    exponent += (bits >>> 52) - 1023;
    mantissa *= reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
    if (mantissa >= 2) { mantissa *= 0.5; exponent += 1; }
  }
  const padded = <i64>((count + 3) & ~3);
  exponent += <i64>(i32x4.extract_lane(whole, 0) + i32x4.extract_lane(whole, 1)) + <i64>(i32x4.extract_lane(whole, 2) + i32x4.extract_lane(whole, 3)) - 127 * padded;
  f64.store(out, lanes(s0, s1));
  f64.store(out, mantissa, 8);
  f64.store(out, <f64>exponent, 16);
  f64.store(out, <f64>(count - (i32x4.extract_lane(zeros, 0) + i32x4.extract_lane(zeros, 1) + i32x4.extract_lane(zeros, 2) + i32x4.extract_lane(zeros, 3))), 24);
  f64.store(out, <f64>largest(most), 32);
}

/**
 * Energy behind two filters of the second order, the second with the numerator (1 − z⁻¹)². Two samples at a time, each from the outputs before both (look-ahead by one sample): half the
 * waiting for the last output.
 * @param filter - b0 b1 b2 a1 a2 of the first, a1 a2 of the second; then the last two inputs of the first, of the second and its outputs, older first, which are renewed.
 */
export function weigh(at: usize, count: i32, filter: usize): f64 {
  const b0 = v128.load64_splat(filter), b1 = v128.load64_splat(filter, 8), b2 = v128.load64_splat(filter, 16);
  const a1 = f64.load(filter, 24), a2 = f64.load(filter, 32), c1 = f64.load(filter, 40), c2 = f64.load(filter, 48), two = f64x2.splat(2);
  const aAhead = f64x2(0, -a1), aLast = f64x2(-a1, a1 * a1 - a2), aOlder = f64x2(-a2, a1 * a2);
  const cAhead = f64x2(0, -c1), cLast = f64x2(-c1, c1 * c1 - c2), cOlder = f64x2(-c2, c1 * c2);
  let x = v128.load(filter, 56), y = v128.load(filter, 72), z = v128.load(filter, 88), sum = f64x2.splat(0);
  for (const end = at + (<usize>(count & ~1) << 2); at < end; at += 8) {
    const u = low(v128.load64_zero(at)), between = v128.shuffle<f64>(x, u, 1, 2);
    const f = f64x2.add(f64x2.add(f64x2.mul(b0, u), f64x2.mul(b1, between)), f64x2.mul(b2, x));
    const v = next(f, y, aAhead, aOlder, aLast);
    const g = f64x2.add(f64x2.sub(v, f64x2.mul(two, v128.shuffle<f64>(y, v, 1, 2))), y);
    z = next(g, z, cAhead, cOlder, cLast);
    x = u;
    y = v;
    sum = f64x2.add(sum, f64x2.mul(z, z));
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if ((count & 1) === 1) {
    const u = <f64>f32.load(at), y1 = f64x2.extract_lane(y, 1), y2 = f64x2.extract_lane(y, 0), z1 = f64x2.extract_lane(z, 1), z2 = f64x2.extract_lane(z, 0);
    const f = f64.load(filter) * u + f64.load(filter, 8) * f64x2.extract_lane(x, 1) + f64.load(filter, 16) * f64x2.extract_lane(x, 0);
    const v = f + -a2 * y2 + -a1 * y1, w = v - 2 * y1 + y2 + -c2 * z2 + -c1 * z1;
    x = f64x2(f64x2.extract_lane(x, 1), u);
    y = f64x2(y1, v);
    z = f64x2(z1, w);
    total += w * w;
  }
  v128.store(filter, x, 56);
  v128.store(filter, y, 72);
  v128.store(filter, z, 88);
  return total;
}

function next(f: v128, before: v128, ahead: v128, older: v128, last: v128): v128 {
  const own = f64x2.add(f64x2.add(f, f64x2.mul(ahead, v128.shuffle<f64>(f, f, 0, 0))), f64x2.mul(older, v128.shuffle<f64>(before, before, 0, 0)));
  return f64x2.add(own, f64x2.mul(last, v128.shuffle<f64>(before, before, 1, 1)));
}

/**
 * The largest magnitude between samples: spot k lies between the samples `half − 1 + k` and the next. Spots are looked at more and more closely while they may still hold the largest.
 * @param samples - `[spots + 2 · half − 1]`, readable up to 8 more. @param middle - `[half]`: half of the symmetric weights of the point in the middle.
 * @param rows - Weights of the points 2 6 1 3 5 7 of 8, `[6][2 · half]`; `half` is even.
 * @param near, refine, finish - Shares of the largest so far that a neighbour, a middle and a quarter must reach.
 */
export function truePeak(samples: usize, spots: i32, half: i32, middle: usize, rows: usize, near: f32, refine: f32, finish: f32, best: f32): f32 {
  const row = <usize>half << 3, end = middle + (<usize>half << 2);
  for (let s = 0; s < spots; s += 8, samples += 32) {
    const at = samples + (<usize>(half - 1) << 2);
    let n0 = f32x4.max(f32x4.abs(v128.load(at)), f32x4.abs(v128.load(at, 4))), n1 = f32x4.max(f32x4.abs(v128.load(at, 16)), f32x4.abs(v128.load(at, 20)));
    if (!v128.any_true(f32x4.ge(f32x4.max(n0, n1), f32x4.splat(best * near)))) continue;
    let m0 = f32x4.splat(0), m1 = m0;
    for (let w = middle, p = samples, q = samples + row - 4; w < end; w += 4, p += 4, q -= 4) {
      const weight = v128.load32_splat(w);
      m0 = f32x4.add(m0, f32x4.mul(weight, f32x4.add(v128.load(p), v128.load(q))));
      m1 = f32x4.add(m1, f32x4.mul(weight, f32x4.add(v128.load(p, 16), v128.load(q, 16))));
    }
    n0 = f32x4.max(n0, f32x4.abs(m0));
    n1 = f32x4.max(n1, f32x4.abs(m1));
    const limit = f32x4.splat(best * refine);
    let worth = i32x4.bitmask(f32x4.ge(n0, limit)) | (i32x4.bitmask(f32x4.ge(n1, limit)) << 4);
    if (spots - s < 8) worth &= (1 << (spots - s)) - 1;
    for (; worth !== 0; worth &= worth - 1) {
      const lane = ctz(worth);
      const p = samples + (<usize>lane << 2);
      let most = lane < 4 ? pick(n0, lane) : pick(n1, lane - 4);
      best = max<f32>(best, most);
      most = max<f32>(most, points(p, rows, row));
      if (most < best * finish) continue;
      best = max<f32>(best, max<f32>(most, max<f32>(points(p, rows + 2 * row, row), points(p, rows + 4 * row, row))));
    }
  }
  return best;
}

function pick(x: v128, lane: i32): f32 {
  if (lane === 0) return f32x4.extract_lane(x, 0);
  if (lane === 1) return f32x4.extract_lane(x, 1);
  return lane === 2 ? f32x4.extract_lane(x, 2) : f32x4.extract_lane(x, 3);
}

/** The larger magnitude of two points. */
function points(p: usize, first: usize, row: usize): f32 {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  for (const end = p + row; p < end; p += 32, first += 32) {
    const x = v128.load(p), y = v128.load(p, 16), second = first + row;
    a0 = f32x4.add(a0, f32x4.mul(v128.load(first), x));
    b0 = f32x4.add(b0, f32x4.mul(v128.load(second), x));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(first, 16), y));
    b1 = f32x4.add(b1, f32x4.mul(v128.load(second, 16), y));
  }
  const a = f32x4.add(a0, a1), b = f32x4.add(b0, b1);
  return max<f32>(abs<f32>(four(a)), abs<f32>(four(b)));
}

function four(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/**
 * Means and largest weighed magnitudes of frames, as float64.
 * @param middles - `[frames]` int32: sample, counted from `at`, after the middle of each. The mean is that of `period` samples on either side.
 * @param window - `[2 · reach]` float64: weights of the samples around the middle. @param out - `[frames]` means, then `[frames]` magnitudes.
 */
export function frameLevels(at: usize, middles: usize, frames: i32, period: i32, window: usize, reach: i32, out: usize): void {
  for (let f = 0; f < frames; f++, middles += 4, out += 8) {
    const middle = at + (<usize>i32.load(middles) << 2);
    let p = middle - (<usize>period << 2), s0 = f64x2.splat(0), s1 = s0;
    for (const end = p + (<usize>((2 * period) & ~3) << 2); p < end; p += 16) {
      const x = v128.load(p);
      s0 = f64x2.add(s0, low(x));
      s1 = f64x2.add(s1, high(x));
    }
    const rest = tail(p, (2 * period) & 3);
    const mean = lanes(f64x2.add(s0, low(rest)), f64x2.add(s1, high(rest))) / <f64>(2 * period), m = f64x2.splat(mean);
    let most = f64x2.splat(0), w = window;
    p = middle - (<usize>reach << 2);
    for (const end = w + (<usize>reach << 4); w < end; w += 16, p += 8) most = f64x2.max(most, f64x2.mul(f64x2.abs(f64x2.sub(low(v128.load64_zero(p)), m)), v128.load(w)));
    f64.store(out, mean);
    f64.store(out + (<usize>frames << 3), max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)));
  }
}

/**
 * Peaks of the curves of four frames, side by side: `r[lag] = values[lag][lane] / values[0][lane] · correction[lag]`; each refined by a parabola through three points of the band-limited curve.
 * @param values - `[lags][4]` float32. @param correction - `[lags]`. @param sinc - Weights `[steps][2 · depth]`; `depth` is even.
 * @param r - Scratch, `[depth + lags]`; the curve is even. @param counts - `[4]` int32. @param out - `[4][most][2]`: lag and height.
 */
export function findPeaks(values: usize, lags: i32, correction: usize, shortest: i32, longest: i32, threshold: f64, sinc: usize, steps: i32, depth: i32, r: usize, counts: usize, out: usize, most: i32): void {
  const zero = r + (<usize>depth << 3);
  for (let lane = 0; lane < 4; lane++, values += 4, counts += 4, out += <usize>most << 4) {
    const scale = 1 / <f64>f32.load(values);
    for (let lag = 0; lag < lags; lag++) f64.store(zero + (<usize>lag << 3), <f64>f32.load(values + (<usize>lag << 4)) * scale * f64.load(correction + (<usize>lag << 3)));
    for (let lag = 1; lag <= depth; lag++) f64.store(zero - (<usize>lag << 3), f64.load(zero + (<usize>lag << 3)));
    let count = 0;
    for (let lag = shortest; lag < longest; lag++) {
      const p = zero + (<usize>lag << 3), here = f64.load(p), before = f64.load(p - 8), after = f64.load(p, 8);
      if (!(here > threshold && here > before && here >= after)) continue;
      const middle = <i32>Math.floor((<f64>lag + (0.5 * (after - before)) / (2 * here - before - after)) * <f64>steps + 0.5);
      const a = between(zero, middle - 1, sinc, steps, depth), b = between(zero, middle, sinc, steps, depth), c = between(zero, middle + 1, sinc, steps, depth), curve = a - 2 * b + c;
      const shift = curve < 0 ? max<f64>(-1, min<f64>(1, (0.5 * (a - c)) / curve)) : 0;
      f64.store(out + (<usize>count << 4), (<f64>middle + shift) / <f64>steps);
      f64.store(out + (<usize>count << 4), b + 0.25 * (c - a) * shift, 8);
      count += 1;
    }
    i32.store(counts, count);
  }
}

/** The curve at `position / steps`. */
function between(zero: usize, position: i32, sinc: usize, steps: i32, depth: i32): f64 {
  const whole = position / steps, phase = position % steps;
  let p = zero + (<usize>whole << 3);
  if (phase === 0) return f64.load(p);
  let w = sinc + (<usize>(phase * depth) << 4), s0 = f64x2.splat(0), s1 = s0;
  p -= <usize>(depth - 1) << 3;
  for (const end = w + (<usize>depth << 4); w < end; w += 32, p += 32) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(w), v128.load(p)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(w, 16), v128.load(p, 16)));
  }
  return lanes(s0, s1);
}

/** Sums of the values of bands for four frames, side by side. @param values - `[bins][4]` float32. @param edges - `[bands + 1]` int32: first bins. @param out - `[bands][4]`. */
export function bandSums(values: usize, edges: usize, bands: i32, out: usize): void {
  for (let band = 0; band < bands; band++, edges += 4, out += 32) {
    let s0 = f64x2.splat(0), s1 = s0;
    for (let v = values + (<usize>i32.load(edges) << 4), end = values + (<usize>i32.load(edges, 4) << 4); v < end; v += 16) {
      const x = v128.load(v);
      s0 = f64x2.add(s0, low(x));
      s1 = f64x2.add(s1, high(x));
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
}
