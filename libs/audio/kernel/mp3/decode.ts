// AssemblyScript, not TypeScript: compiled by kernel/build.mjs into src/mp3/mpeg-wasm.ts. MPEG-1, 2 and 2.5, layers I to III, whole frames; one instance decodes one stream.
import { readLines } from './huffman';
import { hybrid } from './hybrid';
import { readLayer1, readLayer2 } from './layer2';
import { GRANULES, INPUT, LENGTHS, MAIN_DATA, OUTPUT, OUTPUT_BYTES, OVERLAPS, OVERLAP_BYTES, SIDE_INFO, SPECTRA, SPECTRUM_BYTES, SUBBANDS, SUBBAND_BYTES } from './memory';
import { expandScales, factorsOf, granule, readScaleFactors, readSideInfo } from './side-info';
import { halve, intensity, meanSpectrum, middleSide } from './stereo';
import { synthesise } from './synthesis';
export { ALIAS, CODES, GAINS, HEADS, INPUT, INPUT_BYTES, INTENSITY, LAYER2_CLASSES, LAYER2_FACTORS, LAYER2_KINDS, LENGTHS, MAPS, MEMORY_BYTES, OUTPUT, OUTPUT_BYTES, POWERS, QUADS, SECANTS, SIGNED_POWERS, SYNTHESIS, TABLES_END, WIDTHS, WINDOW_12, WINDOWS_36 } from './memory';

/** What becomes of two channels where one is wanted. */
const LEFT = 1, RIGHT = 2;
/** Bytes of main data that a frame may take from those before it: 9 bits. */
const MOST_BACK = 511;

let outputs = 2, choice = 0, kept = 0, lost = 0;

/** Begins a stream. @param channels - 1 or 2, whatever the frames have. @param pick - Of two channels to one: 0 the mean, 1 left, 2 right. */
export function start(channels: i32, pick: i32): void {
  outputs = channels;
  choice = pick;
  kept = 0;
  memory.fill(GRANULES, 0, OUTPUT - GRANULES); // what the last stream left
}

/** Samples of a channel that could not be decoded in the last call; they are silent. */
export function lostSamples(): i32 { return lost; }

/** Decodes `frames` frames in {@link INPUT}, 16 at most, whose bytes {@link LENGTHS} names. @returns Samples of each channel in {@link OUTPUT}. */
export function decode(frames: i32): i32 {
  let at = INPUT, columns = 0;
  lost = 0;
  for (let f = 0; f < frames; f++) {
    const length = load<i32>(LENGTHS + (<usize>f << 2));
    columns += (load<u8>(at, 1) & 6) === 2 ? decodeFrame(at, length, <usize>columns << 7) : decodeLower(at, length, <usize>columns << 7);
    at += length;
  }
  return columns << 5;
}

/** Decodes a frame of layer III and writes its sound. @returns Columns of subband samples, 32 samples each. */
function decodeFrame(at: usize, length: i32, written: usize): i32 {
  const second: u32 = load<u8>(at, 1), third: u32 = load<u8>(at, 2), fourth: u32 = load<u8>(at, 3);
  const version = (second >> 3) & 3, lsf = version !== 3, rate = <i32>((third >> 2) & 3) + (version === 3 ? 0 : version === 2 ? 3 : 6);
  const mode = fourth >> 6, joint = mode === 1, channels = mode === 3 ? 1 : 2, isMiddleSide = joint && (fourth & 32) !== 0, isIntensity = joint && (fourth & 16) !== 0;
  const side = 4 + (second & 1 ? 0 : 2), sideBytes = lsf ? (channels === 1 ? 9 : 17) : (channels === 1 ? 17 : 32), granules = lsf ? 1 : 2;
  const mainBytes = max(0, length - side - sideBytes);
  for (let i: usize = 0; i < <usize>sideBytes; i++) store<u8>(SIDE_INFO - i, <i32>i + side < length ? load<u8>(at + side + i) : 0);
  const begin = readSideInfo(lsf, channels, rate);
  appendMainData(at + side + sideBytes, mainBytes);
  const total = (kept + mainBytes) << 3;
  let p = (kept - begin) << 3;
  // the mean of middle and side is middle: where both have the same blocks, the side need not be looked at
  const middleIsMean = outputs === 1 && choice === 0 && isMiddleSide && !isIntensity && sameBlocks(0) && (lsf || sameBlocks(1));
  for (let g = 0; g < granules; g++) {
    let whole = true;
    for (let c = 0; c < channels; c++) {
      const gr = granule(g, c), spectrum = SPECTRA + <usize>c * SPECTRUM_BYTES, end = p + gr.part23;
      gr.lines = 0;
      if (c === 0 || !middleIsMean) {
        memory.fill(spectrum, 0, SPECTRUM_BYTES);
        if (gr.valid === 0 || p < 0 || end > total || !readChannel(g, c, lsf, rate, isIntensity && c === 1, isMiddleSide && !isIntensity ? 2 : 0, spectrum, p, end)) {
          memory.fill(spectrum, 0, SPECTRUM_BYTES);
          memory.fill(factorsOf(gr), 0, 40); // the next granule may repeat them
          gr.lines = 0;
          if (gr.valid === 0) { gr.block = 0; gr.mixed = 0; }
          whole = false;
        }
      }
      p = end;
    }
    if (!whole) lost += 576;
    toSubbands(g, channels, rate, lsf, isMiddleSide, isIntensity, middleIsMean);
  }
  keepMainData(mainBytes);
  for (let c = 0; c < outputs; c++) synthesise(c, granules * 18, OUTPUT + <usize>c * OUTPUT_BYTES + written);
  return granules * 18;
}

/** A frame of layer I or II, likewise. */
function decodeLower(at: usize, length: i32, written: usize): i32 {
  const second: u32 = load<u8>(at, 1), third: u32 = load<u8>(at, 2), fourth: u32 = load<u8>(at, 3);
  const lsf = (second & 8) === 0, first = (second & 6) === 6, channels = fourth >> 6 === 3 ? 1 : 2, columns = first ? 12 : 36;
  const header = 4 + (second & 1 ? 0 : 2), bound = fourth >> 6 === 1 ? (<i32>((fourth >> 4) & 3) + 1) << 2 : 32, total = (length - header) << 3;
  kept = 0;
  appendMainData(at + header, max(0, length - header));
  if (!(first ? readLayer1(channels, bound, total) : readLayer2(lsf, <i32>((third >> 2) & 3), channels, <i32>(third >> 4), bound, total))) {
    memory.fill(SUBBANDS, 0, 2 * SUBBAND_BYTES);
    lost += columns << 5;
  }
  if (outputs === 2 && channels === 1) memory.copy(SUBBANDS + SUBBAND_BYTES, SUBBANDS, SUBBAND_BYTES);
  if (outputs === 1 && channels === 2) {
    if (choice === RIGHT) memory.copy(SUBBANDS, SUBBANDS + SUBBAND_BYTES, SUBBAND_BYTES);
    if (choice === 0) {
      addTo(SUBBANDS, SUBBANDS + SUBBAND_BYTES, SUBBAND_BYTES);
      for (let o = SUBBANDS; o < SUBBANDS + SUBBAND_BYTES; o += 16) v128.store(o, f32x4.mul(v128.load(o), f32x4.splat(0.5)));
    }
  }
  for (let c = 0; c < outputs; c++) synthesise(c, columns, OUTPUT + <usize>c * OUTPUT_BYTES + written);
  return columns;
}

function sameBlocks(g: i32): bool {
  const a = granule(g, 0), b = granule(g, 1);
  return a.valid !== 0 && b.valid !== 0 && a.block === b.block && a.mixed === b.mixed;
}

function readChannel(g: i32, c: i32, lsf: bool, rate: i32, positions: bool, less: i32, spectrum: usize, p: i32, end: i32): bool {
  const gr = granule(g, c), from = readScaleFactors(g, c, lsf, positions, p);
  if (from > end) return gr.bigValues === 0; // an empty part may leave its scale factors out
  expandScales(gr, rate, lsf, less);
  return readLines(gr, rate, spectrum, from, end);
}

/** The spectra of a granule through stereo and transforms into its 18 columns. */
function toSubbands(g: i32, channels: i32, rate: i32, lsf: bool, isMiddleSide: bool, isIntensity: bool, middleIsMean: bool): void {
  const left = granule(g, 0), right = granule(g, channels - 1), first = SUBBANDS + <usize>g * 18 * 128, second = first + SUBBAND_BYTES;
  if (channels === 2 && !middleIsMean && (isMiddleSide || isIntensity)) {
    const lines = isIntensity || left.block === 2 || right.block === 2 ? 576 : max(left.lines, right.lines);
    left.lines = lines;
    right.lines = lines;
    if (isIntensity) intensity(right, rate, lsf, isMiddleSide);
    else middleSide((lines + 71) / 72);
  }
  if (outputs === 2) {
    if (channels === 1) memory.copy(SPECTRA + SPECTRUM_BYTES, SPECTRA, SPECTRUM_BYTES);
    hybrid(left, SPECTRA, OVERLAPS, first);
    hybrid(right, SPECTRA + SPECTRUM_BYTES, OVERLAPS + OVERLAP_BYTES, second);
  } else if (channels === 1 || middleIsMean || choice === LEFT) {
    hybrid(left, SPECTRA, OVERLAPS, first);
  } else if (choice === RIGHT) {
    hybrid(right, SPECTRA + SPECTRUM_BYTES, OVERLAPS, first);
  } else if (left.block === right.block && left.mixed === right.mixed) {
    left.lines = max(left.lines, right.lines);
    meanSpectrum(left.block === 2 ? 8 : (left.lines + 71) / 72);
    hybrid(left, SPECTRA, OVERLAPS, first);
  } else { // everything from here on is linear: the mean of both
    halve(SPECTRA);
    halve(SPECTRA + SPECTRUM_BYTES);
    hybrid(left, SPECTRA, OVERLAPS, first);
    hybrid(right, SPECTRA + SPECTRUM_BYTES, OVERLAPS + OVERLAP_BYTES, second);
    addTo(first, second, 18 * 128);
    addTo(OVERLAPS, OVERLAPS + OVERLAP_BYTES, OVERLAP_BYTES);
    memory.fill(OVERLAPS + OVERLAP_BYTES, 0, OVERLAP_BYTES);
  }
}

function addTo(a: usize, b: usize, bytes: usize): void {
  for (const end = a + bytes; a < end; a += 16, b += 16) v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
}

/** Puts bytes after those that were kept, downwards. */
function appendMainData(from: usize, bytes: i32): void {
  let to = MAIN_DATA - <usize>kept;
  for (let i = 0; i < bytes; i += 16, from += 16, to -= 16) v128.store(to - 15, v128.shuffle<u8>(v128.load(from), v128.load(from), 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

function keepMainData(bytes: i32): void {
  const all = kept + bytes, keep = min(all, MOST_BACK);
  memory.copy(MAIN_DATA + 1 - <usize>keep, MAIN_DATA + 1 - <usize>all, <usize>keep);
  kept = keep;
}
