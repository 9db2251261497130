// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/encode/quantize-wasm.ts.

/**
 * Rounds float32 samples to 16-bit integers, half up after scaling by 2^15; clamps; NaN becomes 0. Reads and writes whole groups of eight.
 * @param counts - Two int32: samples beyond the range and NaNs, among the first `count`, which are added.
 */
export function quantize16(samples: usize, count: i32, out: usize, counts: usize): void {
  const scale = f32x4.splat(32768), half = f32x4.splat(0.5), one = f32x4.splat(1), most = f32x4.splat(32767), least = f32x4.splat(-32768);
  let beyond = i32x4.splat(0), strange = beyond;
  for (let left = count; left > 0; left -= 8, samples += 32, out += 16) {
    let x = v128.load(samples), y = v128.load(samples, 16);
    if (left < 8) { x = v128.and(x, firstLanes(left)); y = v128.and(y, firstLanes(left - 4)); }
    const v = f32x4.mul(x, scale), w = f32x4.mul(y, scale), vf = f32x4.floor(v), wf = f32x4.floor(w);
    // v − floor(v) is exact where it could be near a half; v + 0.5 is not.
    const a = f32x4.add(vf, v128.and(one, f32x4.ge(f32x4.sub(v, vf), half))), b = f32x4.add(wf, v128.and(one, f32x4.ge(f32x4.sub(w, wf), half)));
    beyond = i32x4.sub(beyond, i32x4.add(v128.or(f32x4.gt(a, most), f32x4.lt(a, least)), v128.or(f32x4.gt(b, most), f32x4.lt(b, least))) );
    strange = i32x4.sub(strange, i32x4.add(f32x4.ne(v, v), f32x4.ne(w, w)));
    v128.store(out, i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(a), i32x4.trunc_sat_f32x4_s(b)));
  }
  i32.store(counts, i32.load(counts) + total(beyond));
  i32.store(counts, i32.load(counts, 4) + total(strange), 4);
}

/** Ones in the first lanes. */
function firstLanes(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

function total(x: v128): i32 {
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}
