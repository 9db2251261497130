// AssemblyScript. Joint stereo (ISO/IEC 11172-3 §2.4.3.4.9, 13818-3 §2.4.3.2): two spectra of one granule to left and right.
import { INTENSITY, MAPS, SPECTRA, SPECTRUM_BYTES } from './memory';
import { factorsOf, Granule, layoutOf, widthsOf } from './side-info';

const LEFT = SPECTRA, RIGHT = SPECTRA + SPECTRUM_BYTES;

/** Middle and side to left and right, both already divided by √2. `groups`: of four subbands that may be other than zero. */
export function middleSide(groups: i32): void {
  for (let row: usize = 0; row < 18 * 128; row += 128) for (let o = row, end = row + (<usize>groups << 4); o < end; o += 16) {
    const m = v128.load(LEFT + o), s = v128.load(RIGHT + o);
    v128.store(LEFT + o, f32x4.add(m, s));
    v128.store(RIGHT + o, f32x4.sub(m, s));
  }
}

/** The mean of both spectra, in the first. */
export function meanSpectrum(groups: i32): void {
  const half = f32x4.splat(0.5);
  for (let row: usize = 0; row < 18 * 128; row += 128) for (let o = row, end = row + (<usize>groups << 4); o < end; o += 16) {
    v128.store(LEFT + o, f32x4.mul(f32x4.add(v128.load(LEFT + o), v128.load(RIGHT + o)), half));
  }
}

/** Halves a spectrum. */
export function halve(spectrum: usize): void {
  for (let o = spectrum, end = spectrum + 18 * 128; o < end; o += 16) v128.store(o, f32x4.mul(v128.load(o), f32x4.splat(0.5)));
}

/** Bands above the last of the right channel with anything in it (of each window, where blocks are short) have one spectrum and two directions; below them is middle and side, or nothing to do. */
export function intensity(right: Granule, rate: i32, lsf: bool, withMiddleSide: bool): void {
  const layout = layoutOf(right), map = MAPS + <usize>(rate * 3 + layout) * 1152, widths = widthsOf(rate, layout), factors = factorsOf(right);
  const table = INTENSITY + (lsf ? (right.coarse !== 0 ? 512 : 256) : 0), positions = lsf ? 32 : 7;
  const longBands = layout === 0 ? 22 : layout === 1 ? 0 : lsf ? 6 : 8;
  let bands = 0, line = 576, found = 0; // a bit a window
  while (bands < 40 && load<u8>(widths + <usize>bands) !== 0) bands += 1;
  for (let b = bands - 1; b >= 0; b--) {
    const width = <i32>load<u8>(widths + <usize>b), long = b < longBands;
    line -= width;
    const window = long ? 7 : 1 << ((b - longBands) % 3);
    if ((found & window) === 0 && !isZero(map, line, width)) found |= window;
    // the last band has no position of its own
    const position = <i32>load<u8>(factors + <usize>(b < bands - (layout === 0 ? 1 : 3) ? b : layout === 0 ? b - 1 : b - 3));
    if ((found & window) !== 0 || position >= positions) {
      if (withMiddleSide) turn(map, line, width, Mathf.SQRT1_2, Mathf.SQRT1_2, true);
    } else {
      turn(map, line, width, load<f32>(table + (<usize>position << 3)), load<f32>(table + (<usize>position << 3), 4), false);
    }
  }
}

function isZero(map: usize, line: i32, width: i32): bool {
  for (let i = line; i < line + width; i++) if (load<f32>(RIGHT + load<u16>(map + (<usize>i << 1))) !== 0) return false;
  return true;
}

function turn(map: usize, line: i32, width: i32, l: f32, r: f32, both: bool): void {
  for (let i = line; i < line + width; i++) {
    const at = <usize>load<u16>(map + (<usize>i << 1)), x = load<f32>(LEFT + at), y = load<f32>(RIGHT + at);
    store<f32>(LEFT + at, both ? (x + y) * l : x * l);
    store<f32>(RIGHT + at, both ? (x - y) * r : x * r);
  }
}
