// AssemblyScript. Layers I and II (ISO/IEC 11172-3 §2.4.1.5, §2.4.1.6, §2.4.3.2, §2.4.3.3; 13818-3 §2.4): quantised subband samples straight to columns.
import { LAYER2_CLASSES, LAYER2_FACTORS, LAYER2_KINDS, MAIN_DATA, PAIR_SCALES, SUBBANDS, SUBBAND_BYTES } from './memory';
import { bits, position, seek } from './side-info';

/** Working memory: classes of quantisation `[subband 32][channel 2]` uint8, selection of scale factors likewise, scale factors `[subband][channel][part 4]` float32. */
const CLASSES = PAIR_SCALES, SELECTIONS = PAIR_SCALES + 64, FACTORS = PAIR_SCALES + 128;

/** Bits of an allocation by its kind of row: 4 4 3 2 4 3 4 2. */
@inline function allocationBits(kind: i32): i32 { return <i32>((0x24342344 >> (kind << 2)) & 15); }

/** Which table of allocations (11172-3 tables B.2a to d, 13818-3 table B.1) a frame of layer II has. */
function tableOf(lsf: bool, rate: i32, channels: i32, bitrate: i32): i32 {
  if (lsf) return 4;
  if (bitrate <= (channels === 1 ? 2 : 6)) return rate === 2 ? 3 : 2; // to 48 kbit/s a channel
  return rate !== 1 && bitrate >= (channels === 1 ? 6 : 10) ? 1 : 0; // from 96 kbit/s
}

/** @param bound - First subband of intensity stereo, 32 without. @param total - Bits of the frame after its header, which lie in {@link MAIN_DATA}. @returns Whether the frame was whole; its columns are in {@link SUBBANDS}. */
export function readLayer2(lsf: bool, rate: i32, channels: i32, bitrate: i32, bound: i32, total: i32): bool {
  const kinds = LAYER2_KINDS + (<usize>tableOf(lsf, rate, channels, bitrate) << 5);
  let limit = 0;
  while (limit < 32 && load<u8>(kinds + <usize>limit) !== 255) limit += 1;
  seek(MAIN_DATA, 0);
  for (let s = 0; s < limit; s++) {
    const kind = <i32>load<u8>(kinds + <usize>s), classes = LAYER2_CLASSES + (<usize>kind << 4), n = allocationBits(kind);
    for (let c = 0; c < channels; c++) {
      const at = CLASSES + <usize>(2 * s + c);
      store<u8>(at, c === 1 && s >= bound ? load<u8>(at - 1) : load<u8>(classes + <usize>bits(n)));
    }
  }
  for (let s = 0; s < limit; s++) for (let c = 0; c < channels; c++) if (load<u8>(CLASSES + <usize>(2 * s + c)) !== 0) store<u8>(SELECTIONS + <usize>(2 * s + c), bits(2));
  for (let s = 0; s < limit; s++) for (let c = 0; c < channels; c++) {
    if (load<u8>(CLASSES + <usize>(2 * s + c)) === 0) continue;
    const selection = load<u8>(SELECTIONS + <usize>(2 * s + c)), at = FACTORS + (<usize>(2 * s + c) << 4), a = readFactor();
    const b = selection === 0 || selection === 3 ? readFactor() : a, last = selection === 0 || selection === 1 ? readFactor() : b;
    store<f32>(at, a);
    store<f32>(at, b, 4);
    store<f32>(at, last, 8);
  }
  clear();
  for (let t = 0; t < 36; t += 3) for (let s = 0; s < limit; s++) for (let c = 0; c < channels; c++) {
    const code = <i32>load<u8>(CLASSES + <usize>(2 * s + c)), at = SUBBANDS + <usize>c * SUBBAND_BYTES + <usize>(t * 128 + s * 4), factors = FACTORS + (<usize>(2 * s + c) << 4) + (<usize>(t / 12) << 2);
    if (code === 0) continue;
    readTriple(code - 1, at, s < bound ? load<f32>(factors) : 1);
    if (s < bound) continue;
    for (let k: usize = 0; k < 384; k += 128) {
      const x = load<f32>(at + k);
      store<f32>(at + k, x * load<f32>(factors));
      if (channels === 2) store<f32>(at + k + SUBBAND_BYTES, x * load<f32>(factors + 16));
    }
    break; // one code for both
  }
  return position() <= total;
}

/** As {@link readLayer2}, for the 12 columns of layer I. */
export function readLayer1(channels: i32, bound: i32, total: i32): bool {
  seek(MAIN_DATA, 0);
  for (let s = 0; s < 32; s++) for (let c = 0; c < channels; c++) {
    const at = CLASSES + <usize>(2 * s + c);
    store<u8>(at, c === 1 && s >= bound ? load<u8>(at - 1) : bits(4));
    if (load<u8>(at) === 15) return false;
  }
  for (let s = 0; s < 32; s++) for (let c = 0; c < channels; c++) if (load<u8>(CLASSES + <usize>(2 * s + c)) !== 0) store<f32>(FACTORS + (<usize>(2 * s + c) << 4), readFactor());
  clear();
  for (let t: usize = 0; t < 12; t++) for (let s = 0; s < 32; s++) for (let c = 0; c < channels; c++) {
    const n = <i32>load<u8>(CLASSES + <usize>(2 * s + c)) + 1, at = SUBBANDS + <usize>c * SUBBAND_BYTES + (t << 7) + <usize>(s << 2), factor = FACTORS + (<usize>(2 * s + c) << 4);
    if (n === 1) continue;
    const x = dequantised(bits(n), (1 << n) - 1);
    store<f32>(at, x * load<f32>(factor));
    if (s < bound) continue;
    if (channels === 2) store<f32>(at + SUBBAND_BYTES, x * load<f32>(factor + 16));
    break; // one code for both
  }
  return position() <= total;
}

function clear(): void {
  memory.fill(SUBBANDS, 0, 2 * SUBBAND_BYTES);
}

@inline function readFactor(): f32 { return load<f32>(LAYER2_FACTORS + (<usize>bits(6) << 2)); }

/** Three samples of a class: 0, 1 and 3 are of 3, 5 and 9 levels in one number. */
function readTriple(code: i32, at: usize, factor: f32): void {
  if (code < 2 || code === 3) {
    const levels = code === 0 ? 3 : code === 1 ? 5 : 9, value = bits(code === 0 ? 5 : code === 1 ? 7 : 10);
    store<f32>(at, dequantised(value % levels, levels) * factor);
    store<f32>(at, dequantised(value / levels % levels, levels) * factor, 128);
    store<f32>(at, dequantised(value / levels / levels, levels) * factor, 256);
    return;
  }
  const n = code === 2 ? 3 : code, levels = (1 << n) - 1;
  store<f32>(at, dequantised(bits(n), levels) * factor);
  store<f32>(at, dequantised(bits(n), levels) * factor, 128);
  store<f32>(at, dequantised(bits(n), levels) * factor, 256);
}

@inline function dequantised(value: i32, levels: i32): f32 {
  const doubled = 2 * value + 1 - levels;
  return f32(doubled) / f32(levels);
}
