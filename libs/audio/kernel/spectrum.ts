// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/features/spectrum-wasm.ts.
// Real FFTs of four frames at once, one frame a lane: every pass is whole vectors, nothing is shuffled. A complex number of the four is 32 bytes: four real parts, four imaginary ones.
// All addresses are bytes in linear memory.

/**
 * Four windowed frames, less a mean each, side by side: `work[i] = (frame[i] − mean) · window[i]`, then zeros up to `size`. All lengths are multiples of 4.
 * @param means - Four float32.
 */
export function loadFrames(a: usize, b: usize, c: usize, d: usize, means: usize, window: usize, width: i32, size: i32, work: usize): void {
  const m0 = v128.load32_splat(means), m1 = v128.load32_splat(means, 4), m2 = v128.load32_splat(means, 8), m3 = v128.load32_splat(means, 12);
  for (let i = 0; i < width; i += 4) {
    const w = v128.load(window);
    const x0 = f32x4.mul(f32x4.sub(v128.load(a), m0), w), x1 = f32x4.mul(f32x4.sub(v128.load(b), m1), w);
    const x2 = f32x4.mul(f32x4.sub(v128.load(c), m2), w), x3 = f32x4.mul(f32x4.sub(v128.load(d), m3), w);
    const p = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), q = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
    const r = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), s = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
    v128.store(work, v128.shuffle<f32>(p, q, 0, 1, 4, 5));
    v128.store(work, v128.shuffle<f32>(p, q, 2, 3, 6, 7), 16);
    v128.store(work, v128.shuffle<f32>(r, s, 0, 1, 4, 5), 32);
    v128.store(work, v128.shuffle<f32>(r, s, 2, 3, 6, 7), 48);
    a += 16; b += 16; c += 16; d += 16; window += 16; work += 64;
  }
  memory.fill(work, 0, <usize>(size - width) << 4);
}

/** The even continuation of a half spectrum as four real signals: `work[i] = work[size − i] = half[i]`. */
export function mirror(half: usize, size: i32, work: usize): void {
  v128.store(work, v128.load(half));
  let down = work + (<usize>size << 4);
  for (let i = 0; i < size / 2; i++) {
    half += 16; work += 16; down -= 16;
    const x = v128.load(half);
    v128.store(work, x);
    v128.store(down, x);
  }
}

/**
 * Stockham's complex FFT of `points` (a power of two), radix 4, the last pass radix 2 where needed (C. Van Loan, Computational Frameworks for the FFT, 1992, §1.7).
 * @param turns - For each pass of radix 4 its factors, `[m][3]` complex float32.
 * @returns Where the result is: `x` or `y`.
 */
export function transform(x: usize, y: usize, points: i32, turns: usize): usize {
  let n = points, s: usize = 32; // bytes between neighbours of one sub-transform
  while (n >= 4) {
    const m = n >> 2, step = <usize>m * s;
    let o = y, a = x;
    for (let p = 0; p < m; p++) {
      const c1 = v128.load32_splat(turns), d1 = v128.load32_splat(turns, 4), c2 = v128.load32_splat(turns, 8);
      const d2 = v128.load32_splat(turns, 12), c3 = v128.load32_splat(turns, 16), d3 = v128.load32_splat(turns, 20);
      turns += 24;
      for (const end = a + s; a < end; a += 32, o += 32) {
        const b = a + step, c = b + step, d = c + step;
        const ar = v128.load(a), ai = v128.load(a, 16), cr = v128.load(c), ci = v128.load(c, 16);
        const br = v128.load(b), bi = v128.load(b, 16), dr = v128.load(d), di = v128.load(d, 16);
        const sr = f32x4.add(ar, cr), si = f32x4.add(ai, ci), tr = f32x4.add(br, dr), ti = f32x4.add(bi, di);
        const ur = f32x4.sub(ar, cr), ui = f32x4.sub(ai, ci), vr = f32x4.sub(bi, di), vi = f32x4.sub(dr, br);
        v128.store(o, f32x4.add(sr, tr));
        v128.store(o, f32x4.add(si, ti), 16);
        turn(o + s, f32x4.add(ur, vr), f32x4.add(ui, vi), c1, d1);
        turn(o + (s << 1), f32x4.sub(sr, tr), f32x4.sub(si, ti), c2, d2);
        turn(o + s + (s << 1), f32x4.sub(ur, vr), f32x4.sub(ui, vi), c3, d3);
      }
      o += s + (s << 1);
    }
    const z = x; x = y; y = z;
    n = m;
    s <<= 2;
  }
  if (n === 2) {
    for (let a = x, o = y, end = x + s; a < end; a += 32, o += 32) {
      const ar = v128.load(a), ai = v128.load(a, 16), br = v128.load(a + s), bi = v128.load(a + s, 16);
      v128.store(o, f32x4.add(ar, br));
      v128.store(o, f32x4.add(ai, bi), 16);
      v128.store(o + s, f32x4.sub(ar, br));
      v128.store(o + s, f32x4.sub(ai, bi), 16);
    }
    return y;
  }
  return x;
}

/** Stores `(r + i·im) · (c + i·d)`. */
function turn(at: usize, r: v128, i: v128, c: v128, d: v128): void {
  v128.store(at, f32x4.sub(f32x4.mul(r, c), f32x4.mul(i, d)));
  v128.store(at, f32x4.add(f32x4.mul(r, d), f32x4.mul(i, c)), 16);
}

/**
 * The half spectrum of the real signals whose even and odd samples were transformed as real and imaginary parts.
 * @param z - `[half]` complex. @param turns - `exp(−2πi·k / (2·half))`, `[half + 1]` complex float32.
 * @param out - `[half + 1][4]` float32: powers, or real parts.
 */
export function halfSpectrum(z: usize, half: i32, turns: usize, powers: bool, out: usize): void {
  let up = z, down = z + (<usize>half << 5);
  const h = f32x4.splat(0.5);
  for (let k = 0; k <= half; k++) {
    const at = k === half ? z : up, from = k === 0 ? z : down;
    const ar = v128.load(at), ai = v128.load(at, 16), br = v128.load(from), bi = v128.load(from, 16);
    const er = f32x4.mul(f32x4.add(ar, br), h), or = f32x4.mul(f32x4.add(ai, bi), h), oi = f32x4.mul(f32x4.sub(br, ar), h);
    const c = v128.load32_splat(turns), d = v128.load32_splat(turns, 4);
    const re = f32x4.add(er, f32x4.sub(f32x4.mul(or, c), f32x4.mul(oi, d)));
    if (powers) {
      const ei = f32x4.mul(f32x4.sub(ai, bi), h), im = f32x4.add(ei, f32x4.add(f32x4.mul(or, d), f32x4.mul(oi, c)));
      v128.store(out, f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
    } else {
      v128.store(out, re);
    }
    up += 32; down -= 32; turns += 8; out += 16;
  }
}
