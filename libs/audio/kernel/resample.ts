// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/resample/kernel-wasm.ts.
// A direct polyphase FIR. Eight outputs at a time (two neighbouring phases of four periods) share their loads: six loads of a vector feed eight products.
// The order of additions for an output does not depend on where it lies in a block, so blocks never show.

/**
 * One block, float32 sums. All addresses are bytes in linear memory.
 * @param rows - Pairs of phases, `[up / 2][taps / 4][2][4]` float32.
 * @param input - `[4 * groups * down + taps]` float32; output 0 weighs the first `taps` of them.
 * @param output - `[4 * groups * up]` float32.
 * @param taps - A multiple of 4. @param up - Outputs in a period, even. @param down - Inputs in a period. @param groups - Groups of four periods.
 */
export function filter32(rows: usize, input: usize, output: usize, taps: i32, up: i32, down: i32, groups: i32): void {
  const period = <usize>down << 2;
  const outPeriod = <usize>up << 2;
  for (let phase = 0; phase < up; phase += 2) {
    const at = input + ((<usize>(phase * down / up)) << 2);
    const end = rows + (<usize>taps << 3);
    for (let group = 0; group < groups; group++) {
      let p = at + <usize>group * (period << 2);
      let q = p + (period << 1);
      let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
      for (let row = rows; row < end; row += 32) {
        const w0 = v128.load(row), w1 = v128.load(row, 16);
        const a = v128.load(p), b = v128.load(p + period), c = v128.load(q), d = v128.load(q + period);
        a0 = f32x4.add(a0, f32x4.mul(w0, a));
        a1 = f32x4.add(a1, f32x4.mul(w1, a));
        b0 = f32x4.add(b0, f32x4.mul(w0, b));
        b1 = f32x4.add(b1, f32x4.mul(w1, b));
        c0 = f32x4.add(c0, f32x4.mul(w0, c));
        c1 = f32x4.add(c1, f32x4.mul(w1, c));
        d0 = f32x4.add(d0, f32x4.mul(w0, d));
        d1 = f32x4.add(d1, f32x4.mul(w1, d));
        p += 16;
        q += 16;
      }
      const out = output + (<usize>phase << 2) + <usize>group * (outPeriod << 2);
      v128.store64_lane(out, sums32(a0, a1), 0);
      v128.store64_lane(out + outPeriod, sums32(b0, b1), 0);
      v128.store64_lane(out + (outPeriod << 1), sums32(c0, c1), 0);
      v128.store64_lane(out + (outPeriod << 1) + outPeriod, sums32(d0, d1), 0);
    }
    rows = end;
  }
}

/** Lane 0: the sum of x's lanes; lane 1: of y's. */
function sums32(x: v128, y: v128): v128 {
  const pairs = f32x4.add(v128.shuffle<f32>(x, y, 0, 1, 4, 5), v128.shuffle<f32>(x, y, 2, 3, 6, 7)); // x0+x2, x1+x3, y0+y2, y1+y3
  return f32x4.add(v128.shuffle<f32>(pairs, pairs, 0, 2, 0, 2), v128.shuffle<f32>(pairs, pairs, 1, 3, 1, 3));
}

/** The same with float64 rows `[up / 2][taps / 2][2][2]`, input, sums and output. `taps` is a multiple of 2. */
export function filter64(rows: usize, input: usize, output: usize, taps: i32, up: i32, down: i32, groups: i32): void {
  const period = <usize>down << 3;
  const outPeriod = <usize>up << 3;
  for (let phase = 0; phase < up; phase += 2) {
    const at = input + ((<usize>(phase * down / up)) << 3);
    const end = rows + (<usize>taps << 4);
    for (let group = 0; group < groups; group++) {
      let p = at + <usize>group * (period << 2);
      let q = p + (period << 1);
      let a0 = f64x2.splat(0), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
      for (let row = rows; row < end; row += 32) {
        const w0 = v128.load(row), w1 = v128.load(row, 16);
        const a = v128.load(p), b = v128.load(p + period), c = v128.load(q), d = v128.load(q + period);
        a0 = f64x2.add(a0, f64x2.mul(w0, a));
        a1 = f64x2.add(a1, f64x2.mul(w1, a));
        b0 = f64x2.add(b0, f64x2.mul(w0, b));
        b1 = f64x2.add(b1, f64x2.mul(w1, b));
        c0 = f64x2.add(c0, f64x2.mul(w0, c));
        c1 = f64x2.add(c1, f64x2.mul(w1, c));
        d0 = f64x2.add(d0, f64x2.mul(w0, d));
        d1 = f64x2.add(d1, f64x2.mul(w1, d));
        p += 16;
        q += 16;
      }
      const out = output + (<usize>phase << 3) + <usize>group * (outPeriod << 2);
      v128.store(out, sums64(a0, a1));
      v128.store(out + outPeriod, sums64(b0, b1));
      v128.store(out + (outPeriod << 1), sums64(c0, c1));
      v128.store(out + (outPeriod << 1) + outPeriod, sums64(d0, d1));
    }
    rows = end;
  }
}

/** Lane 0: the sum of x's lanes; lane 1: of y's. */
function sums64(x: v128, y: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(x, y, 0, 2), v128.shuffle<f64>(x, y, 1, 3));
}
