/** Prime factors up to this one are done by direct sums. */
export const LARGEST_RADIX = 13;

/** Transforms `re` and `im` in place. */
export type Transform = (re: Float64Array, im: Float64Array) => void;

/**
 * Stockham's self-sorting FFT for lengths of small factors, radix 4 first (C. Van Loan, Computational Frameworks for the FFT, 1992, §1.7).
 * Each pass reads `[radix][m][s]` and writes `[m][radix][s]`.
 */
export function createMixedRadix(size: number): Transform {
  const passes: Pass[] = [];
  let n = size, stride = 1;
  for (const radix of factors(size)) {
    passes.push(makePass(radix, n, stride));
    n /= radix;
    stride *= radix;
  }
  const re2: Float64Array = new Float64Array(size), im2: Float64Array = new Float64Array(size);
  return (re, im) => {
    let xr: Float64Array = re, xi: Float64Array = im, yr: Float64Array = re2, yi: Float64Array = im2;
    for (const pass of passes) {
      pass(xr, xi, yr, yi);
      const r = xr, i = xi;
      xr = yr; xi = yi; yr = r; yi = i;
    }
    if (xr !== re) { re.set(xr); im.set(xi); }
  };
}

type Pass = (xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array) => void;

function factors(size: number): number[] {
  const found: number[] = [];
  let rest = size;
  while (rest % 4 === 0) { found.push(4); rest /= 4; }
  for (let p = 2; rest > 1; p++) while (rest % p === 0) { found.push(p); rest /= p; }
  return found;
}

function makePass(radix: number, n: number, s: number): Pass {
  const m = n / radix;
  // exp(−2πi·p·j / n) for the outputs j = 1 … radix − 1 of group p
  const wr = new Float64Array(m * (radix - 1)), wi = new Float64Array(m * (radix - 1));
  for (let p = 0; p < m; p++) {
    for (let j = 1; j < radix; j++) {
      const angle = (-2 * Math.PI * ((p * j) % n)) / n;
      wr[p * (radix - 1) + j - 1] = Math.cos(angle);
      wi[p * (radix - 1) + j - 1] = Math.sin(angle);
    }
  }
  const make = QUICK[radix];
  return make === undefined ? passAny(radix, m, s, wr, wi) : make(m, s, wr, wi);
}

const pass2 = (m: number, s: number, wr: Float64Array, wi: Float64Array): Pass => (xr, xi, yr, yi) => {
  for (let p = 0; p < m; p++) {
    const c = wr[p]!, d = wi[p]!;
    for (let q = 0; q < s; q++) {
      const a = q + s * p, b = a + s * m, o = q + s * 2 * p;
      const ar = xr[a]!, ai = xi[a]!, br = xr[b]!, bi = xi[b]!;
      const r = ar - br, i = ai - bi;
      yr[o] = ar + br; yi[o] = ai + bi;
      yr[o + s] = r * c - i * d; yi[o + s] = r * d + i * c;
    }
  }
};

const pass4 = (m: number, s: number, wr: Float64Array, wi: Float64Array): Pass => (xr, xi, yr, yi) => {
  const sm = s * m;
  for (let p = 0; p < m; p++) {
    const c1 = wr[3 * p]!, d1 = wi[3 * p]!, c2 = wr[3 * p + 1]!, d2 = wi[3 * p + 1]!, c3 = wr[3 * p + 2]!, d3 = wi[3 * p + 2]!;
    for (let a = s * p, end = a + s, o = 4 * s * p; a < end; a++, o++) {
      const b = a + sm, c = b + sm, d = c + sm;
      const ar = xr[a]!, ai = xi[a]!, br = xr[b]!, bi = xi[b]!, cr = xr[c]!, ci = xi[c]!, dr = xr[d]!, di = xi[d]!;
      const sr = ar + cr, si = ai + ci, tr = br + dr, ti = bi + di;
      const ur = ar - cr, ui = ai - ci, vr = bi - di, vi = dr - br; // v = −i·(b − d)
      yr[o] = sr + tr; yi[o] = si + ti;
      const er = ur + vr, ei = ui + vi, fr = sr - tr, fi = si - ti, gr = ur - vr, gi = ui - vi;
      yr[o + s] = er * c1 - ei * d1; yi[o + s] = er * d1 + ei * c1;
      yr[o + 2 * s] = fr * c2 - fi * d2; yi[o + 2 * s] = fr * d2 + fi * c2;
      yr[o + 3 * s] = gr * c3 - gi * d3; yi[o + 3 * s] = gr * d3 + gi * c3;
    }
  }
};

const pass3 = (m: number, s: number, wr: Float64Array, wi: Float64Array): Pass => (xr, xi, yr, yi) => {
  const sm = s * m, h = Math.sqrt(0.75);
  for (let p = 0; p < m; p++) {
    const c1 = wr[2 * p]!, d1 = wi[2 * p]!, c2 = wr[2 * p + 1]!, d2 = wi[2 * p + 1]!;
    for (let a = s * p, end = a + s, o = 3 * s * p; a < end; a++, o++) {
      const b = a + sm, c = b + sm;
      const tr = xr[b]! + xr[c]!, ti = xi[b]! + xi[c]!, vr = h * (xi[b]! - xi[c]!), vi = h * (xr[c]! - xr[b]!);
      const ur = xr[a]! - 0.5 * tr, ui = xi[a]! - 0.5 * ti;
      yr[o] = xr[a]! + tr; yi[o] = xi[a]! + ti;
      const er = ur + vr, ei = ui + vi, fr = ur - vr, fi = ui - vi;
      yr[o + s] = er * c1 - ei * d1; yi[o + s] = er * d1 + ei * c1;
      yr[o + 2 * s] = fr * c2 - fi * d2; yi[o + 2 * s] = fr * d2 + fi * c2;
    }
  }
};

const pass5 = (m: number, s: number, wr: Float64Array, wi: Float64Array): Pass => (xr, xi, yr, yi) => {
  const sm = s * m, p1 = Math.cos(0.4 * Math.PI), p2 = Math.cos(0.8 * Math.PI), q1 = Math.sin(0.4 * Math.PI), q2 = Math.sin(0.8 * Math.PI);
  for (let p = 0; p < m; p++) {
    const w = 4 * p, c1 = wr[w]!, d1 = wi[w]!, c2 = wr[w + 1]!, d2 = wi[w + 1]!, c3 = wr[w + 2]!, d3 = wi[w + 2]!, c4 = wr[w + 3]!, d4 = wi[w + 3]!;
    for (let a = s * p, end = a + s, o = 5 * s * p; a < end; a++, o++) {
      const b = a + sm, c = b + sm, d = c + sm, e = d + sm, ar = xr[a]!, ai = xi[a]!;
      const tr = xr[b]! + xr[e]!, ti = xi[b]! + xi[e]!, ur = xr[c]! + xr[d]!, ui = xi[c]! + xi[d]!;
      const vr = xr[b]! - xr[e]!, vi = xi[b]! - xi[e]!, zr = xr[c]! - xr[d]!, zi = xi[c]! - xi[d]!;
      const fr = ar + p1 * tr + p2 * ur, fi = ai + p1 * ti + p2 * ui, gr = ar + p2 * tr + p1 * ur, gi = ai + p2 * ti + p1 * ui;
      const kr = q1 * vr + q2 * zr, ki = q1 * vi + q2 * zi, lr = q2 * vr - q1 * zr, li = q2 * vi - q1 * zi;
      yr[o] = ar + tr + ur; yi[o] = ai + ti + ui;
      const r1 = fr + ki, i1 = fi - kr, r2 = gr + li, i2 = gi - lr, r3 = gr - li, i3 = gi + lr, r4 = fr - ki, i4 = fi + kr;
      yr[o + s] = r1 * c1 - i1 * d1; yi[o + s] = r1 * d1 + i1 * c1;
      yr[o + 2 * s] = r2 * c2 - i2 * d2; yi[o + 2 * s] = r2 * d2 + i2 * c2;
      yr[o + 3 * s] = r3 * c3 - i3 * d3; yi[o + 3 * s] = r3 * d3 + i3 * c3;
      yr[o + 4 * s] = r4 * c4 - i4 * d4; yi[o + 4 * s] = r4 * d4 + i4 * c4;
    }
  }
};

/** Passes with their sums written out; other radices sum in a loop. */
const QUICK: { readonly [radix: number]: typeof pass2 } = { 2: pass2, 3: pass3, 4: pass4, 5: pass5 };

function passAny(radix: number, m: number, s: number, wr: Float64Array, wi: Float64Array): Pass {
  const cos = Float64Array.from({ length: radix }, (_, k) => Math.cos((2 * Math.PI * k) / radix));
  const sin = Float64Array.from({ length: radix }, (_, k) => -Math.sin((2 * Math.PI * k) / radix));
  return (xr, xi, yr, yi) => {
    for (let p = 0; p < m; p++) {
      for (let q = 0; q < s; q++) {
        for (let j = 0; j < radix; j++) {
          let r = 0, i = 0;
          for (let k = 0, w = 0, a = q + s * p; k < radix; k++, w = (w + j) % radix, a += s * m) {
            r += xr[a]! * cos[w]! - xi[a]! * sin[w]!;
            i += xr[a]! * sin[w]! + xi[a]! * cos[w]!;
          }
          const c = j === 0 ? 1 : wr[p * (radix - 1) + j - 1]!, d = j === 0 ? 0 : wi[p * (radix - 1) + j - 1]!, o = q + s * (radix * p + j);
          yr[o] = r * c - i * d;
          yi[o] = r * d + i * c;
        }
      }
    }
  };
}
