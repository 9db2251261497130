// AssemblyScript. Side information (ISO/IEC 11172-3 §2.4.1.7, 13818-3 §2.4.1.7) and scale factors (§2.4.1.8 of both).
import { GRANULES, GRANULE_BYTES, SIDE_INFO, MAIN_DATA, GAINS, WIDTHS, PAIR_SCALES } from './memory';

/** The next 57 bits at `p` of what lies downwards from `top`, left-aligned. */
@inline export function peek(top: usize, p: i32): u64 { return load<u64>(top - <usize>(p >>> 3) - 7) << <u64>(p & 7); }

let at = 0, base: usize = 0;
/** Goes to bit `p` of what lies downwards from `top`. */
export function seek(top: usize, p: i32): void { base = top; at = p; }
export function position(): i32 { return at; }
/** The next `n` bits, 0 to 16. */
export function bits(n: i32): i32 {
  if (n === 0) return 0;
  const value = <i32>(peek(base, at) >> <u64>(64 - n));
  at += n;
  return value;
}

/** One channel of a granule. */
@unmanaged export class Granule {
  /** 0 when what its fields say is impossible. */
  valid: i32;
  part23: i32;
  bigValues: i32;
  gain: i32;
  compress: i32;
  /** 0 long, 1 start, 2 short, 3 stop. */
  block: i32;
  mixed: i32;
  table0: i32; table1: i32; table2: i32;
  /** First lines of the second and third region. */
  region1: i32; region2: i32;
  subblock0: i32; subblock1: i32; subblock2: i32;
  preflag: i32;
  scaleShift: i32;
  quadTable: i32;
  scfsi: i32;
  /** Lines that may be other than zero, from the start. */
  lines: i32;
  /** Intensity tables for MPEG-2. */
  coarse: i32;
  /** 40 scale factors as bytes; those of intensity positions that mean nothing are 255. */
  factors0: u64; factors1: u64; factors2: u64; factors3: u64; factors4: u64;
}

@inline export function granule(g: i32, c: i32): Granule { return changetype<Granule>(GRANULES + <usize>(2 * g + c) * GRANULE_BYTES); }
@inline export function factorsOf(gr: Granule): usize { return changetype<usize>(gr) + offsetof<Granule>('factors0'); }
/** 0 long, 1 short, 2 mixed. */
@inline export function layoutOf(gr: Granule): i32 { return gr.block !== 2 ? 0 : gr.mixed !== 0 ? 2 : 1; }
@inline export function widthsOf(rate: i32, layout: i32): usize { return WIDTHS + <usize>(rate * 3 + layout) * 40; }

/** @returns main_data_begin, bytes. */
export function readSideInfo(lsf: bool, channels: i32, rate: i32): i32 {
  seek(SIDE_INFO, 0);
  const begin = bits(lsf ? 8 : 9);
  bits(lsf ? channels : channels === 1 ? 5 : 3);
  for (let c = 0; c < channels; c++) {
    granule(0, c).scfsi = 0;
    granule(1, c).scfsi = lsf ? 0 : bits(4);
  }
  const granules = lsf ? 1 : 2;
  for (let g = 0; g < granules; g++) for (let c = 0; c < channels; c++) readGranule(granule(g, c), lsf, rate);
  return begin;
}

function readGranule(gr: Granule, lsf: bool, rate: i32): void {
  gr.part23 = bits(12);
  gr.bigValues = bits(9);
  gr.gain = bits(8);
  gr.compress = bits(lsf ? 9 : 4);
  gr.valid = i32(gr.bigValues <= 288);
  gr.block = 0;
  gr.mixed = 0;
  if (bits(1) !== 0) {
    gr.block = bits(2);
    if (gr.block === 0) gr.valid = 0;
    gr.mixed = bits(1);
    gr.table0 = bits(5);
    gr.table1 = bits(5);
    gr.table2 = 0;
    gr.subblock0 = bits(3);
    gr.subblock1 = bits(3);
    gr.subblock2 = bits(3);
    gr.region1 = gr.block === 2 ? (rate === 8 ? 72 : 36) : rate < 3 ? 36 : rate === 8 ? 108 : 54;
    gr.region2 = 576;
  } else {
    gr.table0 = bits(5);
    gr.table1 = bits(5);
    gr.table2 = bits(5);
    const first = bits(4) + 1, second = first + bits(3) + 1, widths = widthsOf(rate, 0);
    let line = 0;
    for (let b = 0; b < second && b < 22; b++) {
      if (b === first) gr.region1 = line;
      line += load<u8>(widths + <usize>b);
    }
    if (first >= 22) gr.region1 = 576;
    gr.region2 = line;
  }
  gr.preflag = lsf ? 0 : bits(1);
  gr.scaleShift = 1 + bits(1);
  gr.quadTable = bits(1);
}

/** Bits of scale factors in MPEG-1: slen1 and slen2 (11172-3 §2.4.2.7), one hexadecimal digit each, from scalefac_compress 0. */
@inline function slen1(compress: i32): i32 { return <i32>((0x4433322211130000 >> <u64>(compress << 2)) & 15); }
@inline function slen2(compress: i32): i32 { return <i32>((0x3232132132103210 >> <u64>(compress << 2)) & 15); }

/** Reads the scale factors that start at bit `p` of the main data. @returns Where they end. */
export function readScaleFactors(g: i32, c: i32, lsf: bool, intensity: bool, p: i32): i32 {
  seek(MAIN_DATA, p);
  const gr = granule(g, c), factors = factorsOf(gr);
  if (lsf) { readFactorsLsf(gr, factors, intensity); return at; }
  const first = slen1(gr.compress), second = slen2(gr.compress);
  if (gr.block === 2) {
    const n = gr.mixed !== 0 ? 17 : 18;
    memory.fill(factors, 0, 40);
    readFactors(factors, n, first);
    readFactors(factors + <usize>n, 18, second);
    return at;
  }
  const earlier = factorsOf(granule(0, c));
  for (let k = 0, b = 0; k < 4; k++) {
    const n = k === 0 ? 6 : 5;
    if ((gr.scfsi & (8 >> k)) === 0) readFactors(factors + <usize>b, n, k < 2 ? first : second);
    else memory.copy(factors + <usize>b, earlier + <usize>b, <usize>n);
    b += n;
  }
  store<u8>(factors + 21, 0);
  return at;
}

@inline function readFactors(to: usize, n: i32, length: i32): void {
  for (let i = 0; i < n; i++) store<u8>(to + <usize>i, bits(length));
}

/** Numbers of scale factors of one length (13818-3 §2.4.3.2): for long, short and mixed blocks, four hexadecimal pairs each, from the first. */
function countsLsf(table: i32, layout: i32): u32 {
  if (layout === 0) return table === 0 ? 0x05050506 : table === 1 ? 0x03070506 : table === 2 ? 0x00000a0b : table === 3 ? 0x00070707 : table === 4 ? 0x03060606 : 0x00050808;
  if (layout === 1) return table === 0 ? 0x09090909 : table === 1 ? 0x060c0909 : table === 2 ? 0x00001212 : table === 3 ? 0x000c0c0c : table === 4 ? 0x0609090c : 0x00090c0f;
  return table === 0 ? 0x09090906 : table === 1 ? 0x060c0906 : table === 2 ? 0x0000120f : table === 3 ? 0x000c0f06 : table === 4 ? 0x06090c06 : 0x00091206;
}

function readFactorsLsf(gr: Granule, factors: usize, intensity: bool): void {
  let code = gr.compress, table: i32, a: i32, b: i32, c: i32, d: i32;
  gr.coarse = code & 1;
  if (intensity) {
    code >>= 1;
    if (code < 180) { a = code / 36; b = code % 36 / 6; c = code % 6; d = 0; table = 3; }
    else if (code < 244) { code -= 180; a = code >> 4; b = (code >> 2) & 3; c = code & 3; d = 0; table = 4; }
    else { code -= 244; a = code / 3; b = code % 3; c = 0; d = 0; table = 5; }
  } else if (code < 400) { a = code / 80; b = (code >> 4) % 5; c = (code >> 2) & 3; d = code & 3; table = 0; }
  else if (code < 500) { code -= 400; a = code / 20; b = (code >> 2) % 5; c = code & 3; d = 0; table = 1; }
  else { code -= 500; a = code / 3; b = code % 3; c = 0; d = 0; table = 2; gr.preflag = 1; }
  memory.fill(factors, 0, 40);
  let counts = countsLsf(table, layoutOf(gr)), to = factors;
  for (let k = 0; k < 4; k++) {
    const n = counts & 255, length = k === 0 ? a : k === 1 ? b : k === 2 ? c : d;
    readFactors(to, n, length);
    if (intensity && length > 0) for (let i: u32 = 0; i < n; i++) if (<i32>load<u8>(to + i) === (1 << length) - 1) store<u8>(to + i, 255);
    to += n;
    counts >>= 8;
  }
}

/** The table of preflag (11172-3 table B.6), bands 11 to 20. */
@inline function pretab(b: i32): i32 { return b < 11 || b > 20 ? 0 : <i32>((0x2333221111 >> <u64>((b - 11) << 2)) & 15); }

/** Fills {@link PAIR_SCALES} for a granule. `less`: quarters of a power of two to take off all. */
export function expandScales(gr: Granule, rate: i32, lsf: bool, less: i32): void {
  const layout = layoutOf(gr), widths = widthsOf(rate, layout), factors = factorsOf(gr), gain = gr.gain - 210 - less + 400;
  const longBands = layout === 0 ? 22 : layout === 1 ? 0 : lsf ? 6 : 8;
  let to = PAIR_SCALES;
  for (let b = 0; b < 40; b++) {
    const pairs = load<u8>(widths + <usize>b) >> 1;
    if (pairs === 0) break;
    let factor: i32 = load<u8>(factors + <usize>b), level = gain;
    if (b < longBands) { if (gr.preflag !== 0) factor += pretab(b); }
    else {
      const window = (b - longBands) % 3;
      level -= (window === 0 ? gr.subblock0 : window === 1 ? gr.subblock1 : gr.subblock2) << 3;
    }
    const scale = v128.load32_splat(GAINS + (<usize>max(0, level - (factor << gr.scaleShift)) << 2));
    const end = to + (<usize>pairs << 2);
    for (let o = to; o < end; o += 16) v128.store(o, scale);
    to = end;
  }
}
