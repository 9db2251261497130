// AssemblyScript. Spectra to subband samples (ISO/IEC 11172-3 §2.4.3.4.10): alias reduction, inverse MDCT, windows, overlap, inverted odd samples of odd subbands. Four subbands at once, one a lane.
// The MDCT of 36 is a DCT-IV of 18; that, by sums of neighbours, two DCT-III of 9 (S. Marovich, Faster MPEG-1 Layer III audio decoding, 2000). Divisions by cosines are in the windows.
import { ALIAS, DCT, MIXED, SHORTS, WINDOW_12, WINDOWS_36 } from './memory';
import { Granule } from './side-info';

@inline function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
@inline function times(a: v128, b: f32): v128 { return f32x4.mul(a, f32x4.splat(b)); }
@inline function factor(at: usize, i: i32): v128 { return v128.load32_splat(at + (<usize>i << 2)); }

/** One channel of a granule. @param out - `[18][32]`. @param overlap - `[8][18][4]`. */
export function hybrid(gr: Granule, spectrum: usize, overlap: usize, out: usize): void {
  const short = gr.block === 2, mixed = short && gr.mixed !== 0;
  let subbands = short ? 32 : (gr.lines + 17) / 18;
  if (subbands > 0 && (!short || mixed)) {
    reduceAlias(spectrum, mixed ? 1 : min(31, subbands));
    if (!short) subbands += 1;
  }
  const groups = min(8, (subbands + 3) >> 2);
  for (let g = 0; g < 8; g++) {
    if (g >= groups) passOverlap(overlap, out);
    else if (g === 0 && gr.mixed !== 0) firstMixed(gr.block, spectrum, overlap, out);
    else if (short) blocks12(spectrum, overlap, out);
    else block36(spectrum, overlap, out, WINDOWS_36 + <usize>(gr.block * 144));
    spectrum += 16; overlap += 18 * 16; out += 16;
  }
}

/** Butterflies at the first `borders` borders between subbands. */
function reduceAlias(spectrum: usize, borders: i32): void {
  for (let i: usize = 0; i < 8; i++) {
    const cs = v128.load32_splat(ALIAS + (i << 3)), ca = v128.load32_splat(ALIAS + (i << 3), 4);
    for (let s = 0; s < borders; s += 4) {
      const below = spectrum + ((17 - i) << 7) + (<usize>s << 2), above = spectrum + (i << 7) + (<usize>s << 2) + 4;
      const a = v128.load(below), b = v128.load(above), own = ownLanes(borders - s);
      v128.store(below, v128.bitselect(sub(mul(a, cs), mul(b, ca)), a, own));
      v128.store(above, v128.bitselect(add(mul(b, cs), mul(a, ca)), b, own));
    }
  }
}

@inline function ownLanes(n: i32): v128 { return i32x4.gt_s(i32x4.splat(n), i32x4(0, 1, 2, 3)); }

/** No spectrum: what the last block left. */
function passOverlap(overlap: usize, out: usize): void {
  const zero = f32x4.splat(0), odd = i32x4(0, 0x80000000, 0, 0x80000000);
  for (let n = 0; n < 18; n += 2, overlap += 32, out += 256) {
    v128.store(out, v128.load(overlap));
    v128.store(out, v128.xor(v128.load(overlap, 16), odd), 128);
    v128.store(overlap, zero);
    v128.store(overlap, zero, 16);
  }
}

/** Σ a[j]·cos(π/18·j·(2n + 1)); input and output in {@link DCT} at `at`, from 0 and from 9. */
@inline function dct9(at: usize, a0: v128, a1: v128, a2: v128, a3: v128, a4: v128, a5: v128, a6: v128, a7: v128, a8: v128): void {
  const C10: f32 = 0.984807753012208, C20: f32 = 0.939692620785908, C30: f32 = 0.866025403784439, C40: f32 = 0.766044443118978, C50: f32 = 0.642787609686539, C70: f32 = 0.342020143325669, C80: f32 = 0.173648177666930;
  const t = add(a0, times(a6, 0.5)), r = sub(a0, a6), s = sub(sub(a2, a4), a8), m = add(a2, a8), p = sub(a4, a8);
  const e0 = add(times(m, C20), times(p, C40)), e2 = add(times(m, C80), times(p, C20));
  const E0 = add(t, e0), E2 = sub(t, e2), E3 = add(t, sub(e2, e0)), E1 = add(r, times(s, 0.5));
  const u = times(a3, C30), w = add(a1, a7), v = sub(a5, a7);
  const o0 = add(times(w, C10), times(v, C50)), o2 = sub(times(w, C50), times(v, C70));
  const O0 = add(o0, u), O2 = sub(o2, u), O3 = sub(sub(o0, o2), u), O1 = times(sub(sub(a1, a5), a7), C30);
  v128.store(at, add(E0, O0));
  v128.store(at, add(E1, O1), 16);
  v128.store(at, add(E2, O2), 32);
  v128.store(at, add(E3, O3), 48);
  v128.store(at, sub(r, s), 64);
  v128.store(at, sub(E3, O3), 80);
  v128.store(at, sub(E2, O2), 96);
  v128.store(at, sub(E1, O1), 112);
  v128.store(at, sub(E0, O0), 128);
}

@inline function row(x: usize, k: i32): v128 { return v128.load(x + (<usize>k << 7)); }

/** Long blocks of four subbands. */
function block36(x: usize, overlap: usize, out: usize, window: usize): void {
  const x0 = row(x, 0), x1 = row(x, 1), x2 = row(x, 2), x3 = row(x, 3), x4 = row(x, 4), x5 = row(x, 5), x6 = row(x, 6), x7 = row(x, 7), x8 = row(x, 8);
  const x9 = row(x, 9), x10 = row(x, 10), x11 = row(x, 11), x12 = row(x, 12), x13 = row(x, 13), x14 = row(x, 14), x15 = row(x, 15), x16 = row(x, 16), x17 = row(x, 17);
  dct9(DCT, x0, add(x1, x2), add(x3, x4), add(x5, x6), add(x7, x8), add(x9, x10), add(x11, x12), add(x13, x14), add(x15, x16));
  const y1 = add(x0, x1), y3 = add(x2, x3), y5 = add(x4, x5), y7 = add(x6, x7), y9 = add(x8, x9), y11 = add(x10, x11), y13 = add(x12, x13), y15 = add(x14, x15), y17 = add(x16, x17);
  dct9(DCT + 144, y1, add(y3, y1), add(y5, y3), add(y7, y5), add(y9, y7), add(y11, y9), add(y13, y11), add(y15, y13), add(y17, y15));
  window36(0, 0.501909918771594, overlap, out, window);
  window36(1, 0.517638090205042, overlap, out, window);
  window36(2, 0.551688959481246, overlap, out, window);
  window36(3, 0.610387294380728, overlap, out, window);
  window36(4, 0.707106781186548, overlap, out, window);
  window36(5, 0.871723397810549, overlap, out, window);
  window36(6, 1.183100791576249, overlap, out, window);
  window36(7, 1.931851652578137, overlap, out, window);
  window36(8, 5.736856622834928, overlap, out, window);
}

/** The samples of a block that come from sums n and 17 − n; `secant`: 1 / (2·cos((2n + 1)·π/36)). */
@inline function window36(n: i32, secant: f32, overlap: usize, out: usize, window: usize): void {
  const e = v128.load(DCT + (<usize>n << 4)), o = times(v128.load(DCT + 144 + (<usize>n << 4)), secant), low = add(e, o), high = sub(e, o); // sums n and 17 − n
  const odd = i32x4(0, 0x80000000, 0, 0x80000000), one = 8 - n, two = 9 + n; // samples from sum 17 − n; in the second half from sum n the same places
  const first = add(mul(high, factor(window, one)), v128.load(overlap + (<usize>one << 4)));
  const second = add(mul(high, factor(window, two)), v128.load(overlap + (<usize>two << 4)));
  v128.store(out + (<usize>one << 7), one & 1 ? v128.xor(first, odd) : first);
  v128.store(out + (<usize>two << 7), two & 1 ? v128.xor(second, odd) : second);
  v128.store(overlap + (<usize>one << 4), mul(low, factor(window, 18 + one)));
  v128.store(overlap + (<usize>two << 4), mul(low, factor(window, 18 + two)));
}

/** Three short blocks of four subbands. */
function blocks12(x: usize, overlap: usize, out: usize): void {
  for (let w = 0; w < 3; w++) block12(x + (<usize>w << 7), SHORTS + <usize>(w * 192));
  const zero = f32x4.splat(0);
  for (let n = 0; n < 18; n++) {
    let y = v128.load(overlap + (<usize>n << 4));
    if (n >= 6) y = add(y, v128.load(SHORTS + (<usize>(n - 6) << 4)));
    if (n >= 12) y = add(y, v128.load(SHORTS + 192 + (<usize>(n - 12) << 4)));
    v128.store(out + (<usize>n << 7), n & 1 ? v128.xor(y, i32x4(0, 0x80000000, 0, 0x80000000)) : y);
  }
  for (let n = 0; n < 18; n++) {
    let y = zero;
    if (n < 6) y = v128.load(SHORTS + 192 + (<usize>(n + 6) << 4));
    if (n < 12) y = add(y, v128.load(SHORTS + 384 + (<usize>n << 4)));
    v128.store(overlap + (<usize>n << 4), y);
  }
}

/** One of three: lines 0, 3, 6 … of `x` to twelve windowed samples. */
function block12(x: usize, out: usize): void {
  const x0 = row(x, 0), x1 = row(x, 3), x2 = row(x, 6), x3 = row(x, 9), x4 = row(x, 12), x5 = row(x, 15);
  const C30: f32 = 0.866025403784439;
  const a0 = x0, a1 = times(add(x1, x2), C30), a2 = add(x3, x4), y1 = add(x0, x1), y3 = add(x2, x3), b1 = times(add(y3, y1), C30), b2 = add(add(add(x4, x5), x2), x3);
  const ha = add(a0, times(a2, 0.5)), hb = add(y1, times(b2, 0.5));
  window12(0, add(ha, a1), times(add(hb, b1), 0.517638090205042), out);
  window12(1, sub(a0, a2), times(sub(y1, b2), 0.707106781186548), out);
  window12(2, sub(ha, a1), times(sub(hb, b1), 1.931851652578137), out);
}

@inline function window12(n: i32, e: v128, o: v128, out: usize): void {
  const low = add(e, o), high = sub(e, o), one = 2 - n, two = 3 + n;
  v128.store(out + (<usize>one << 4), mul(high, factor(WINDOW_12, one)));
  v128.store(out + (<usize>two << 4), mul(high, factor(WINDOW_12, two)));
  v128.store(out + (<usize>(6 + one) << 4), mul(low, factor(WINDOW_12, 6 + one)));
  v128.store(out + (<usize>(6 + two) << 4), mul(low, factor(WINDOW_12, 6 + two)));
}

/** Subbands 0 and 1 normal, 2 and 3 of the block's type: both ways, and of each the lanes that count. */
function firstMixed(block: i32, x: usize, overlap: usize, out: usize): void {
  memory.copy(MIXED, overlap, 288);
  block36(x, MIXED, MIXED + 288, WINDOWS_36);
  if (block === 2) blocks12(x, overlap, out);
  else block36(x, overlap, out, WINDOWS_36 + <usize>(block * 144));
  for (let n: usize = 0; n < 18; n++) {
    store<u64>(overlap + (n << 4), load<u64>(MIXED + (n << 4)));
    store<u64>(out + (n << 7), load<u64>(MIXED + 288 + (n << 7)));
  }
}
