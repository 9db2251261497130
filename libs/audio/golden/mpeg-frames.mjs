// Writes MPEG audio frames of random content: every table, block type, kind of stereo and layer, which no encoder at hand makes all of. Sound is not the point.

/** Bits, first to last. */
class Bits {
  list = [];
  put(value, n) { for (let i = n - 1; i >= 0; i--) this.list.push(Math.floor(value / 2 ** i) % 2); }
  bytes() { return Uint8Array.from({ length: Math.ceil(this.list.length / 8) }, (_, i) => parseInt(this.list.slice(8 * i, 8 * i + 8).join('').padEnd(8, '0'), 2)); }
}

/** Words of a Huffman code by what they stand for. */
function words({ lengths, values }, digits) {
  const map = new Map();
  let next = 0;
  [...lengths].forEach((digit, i) => { const n = parseInt(digit, 36); map.set(values.slice(i * digits, (i + 1) * digits), [next / 2 ** (20 - n), n]); next += 2 ** (20 - n); });
  return map;
}

const LINES = 576;
/** slen1 and slen2 by scalefac_compress (ISO/IEC 11172-3 §2.4.2.7). */
const SLEN = [[0, 0], [0, 1], [0, 2], [0, 3], [3, 0], [1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3], [3, 1], [3, 2], [3, 3], [4, 2], [4, 3]];

/**
 * Frames of layer III.
 * @param codes - What src/mp3/huffman-codes.ts exports. @param longWidths - Of the rate's bands.
 * @param options - `version` 1, 2 or 2.5; `rate` 0 to 2 and `bitrate` 1 to 14 as in the header; `channels`; `joint`: mode extension, or undefined; `blocks`: block types to choose from; `mixed`: chance of a mixed block; `crc`.
 */
export function layer3Frames(codes, longWidths, { version, rate, bitrate, channels, joint, blocks, mixed = 0, crc = false, frames, frameBytes }, random) {
  const below = (n) => Math.floor(random() * n), pick = (list) => list[below(list.length)], lsf = version !== 1, intensity = ((joint ?? 0) & 1) !== 0;
  const sideBytes = lsf ? (channels === 1 ? 9 : 17) : channels === 1 ? 17 : 32, area = frameBytes - 4 - (crc ? 2 : 0) - sideBytes, mostBack = lsf ? 255 : 511;
  const main = new Uint8Array(frames * area), sides = [];
  let cursor = 0;
  for (let f = 0; f < frames; f++) {
    const start = Math.max(cursor, f * area - mostBack);
    for (let share = 1; ; share *= 0.8) {
      const granules = lsf ? 1 : 2, data = new Bits(), fields = [], kinds = [];
      for (let g = 0; g < granules; g++) {
        const block = pick(blocks), isMixed = block !== 0 && random() < mixed; // one for both channels, as joint stereo has it
        for (let c = 0; c < channels; c++) {
          const kind = { block, mixed: isMixed, scfsi: g === 1 && block !== 2 && kinds[0].block !== 2 ? below(16) : 0 };
          kinds.push(kind);
          fields.push(writeGranule(data, kind, c === 1 && intensity, share));
        }
      }
      const bytes = data.bytes();
      if (start + bytes.length > (f + 1) * area) continue;
      main.set(bytes, start);
      cursor = start + bytes.length;
      const side = new Bits();
      side.put(f * area - start, lsf ? 8 : 9);
      side.put(0, lsf ? channels : channels === 1 ? 5 : 3);
      if (!lsf) for (let c = 0; c < channels; c++) side.put(kinds[channels + c].scfsi, 4);
      for (const list of fields) for (const [value, n] of list) side.put(value, n);
      sides.push(side.bytes());
      break;
    }
  }
  const head = header({ version, layer: 3, rate, bitrate, channels, joint, crc });
  return Buffer.concat(sides.flatMap((side, f) => [head, ...(crc ? [Buffer.from([0, 0])] : []), side, main.subarray(f * area, (f + 1) * area)]));

  /** Writes scale factors and lines. @returns The fields of the side information. */
  function writeGranule(data, { block, mixed: isMixed, scfsi }, positions, share) {
    const begin = data.list.length, compress = writeFactors(data, block, isMixed, scfsi, positions);
    const bigValues = below(Math.round((positions ? 60 : 250) * share) + 1), bounds = block === 0 ? [1 + below(15), 1 + below(8)] : null;
    const width = (bands) => longWidths.slice(0, bands).reduce((sum, w) => sum + w, 0);
    const firstEnd = bounds === null ? (block === 2 ? (longWidths[0] === 12 ? 72 : 36) : width(8)) : width(bounds[0]), secondEnd = bounds === null ? LINES : width(Math.min(22, bounds[0] + bounds[1]));
    const tables = Array.from({ length: bounds === null ? 2 : 3 }, () => pick([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 20, 23, 24, 25, 27, 31]));
    for (let i = 0; i < 2 * bigValues; i += 2) writePair(data, tables[i < firstEnd ? 0 : i < secondEnd ? 1 : 2]);
    const quadTable = below(2), quads = positions ? 0 : below(Math.floor((LINES - 2 * bigValues) / 4 * share) + 1), quadWords = words(codes.QUAD_CODES[quadTable], 1);
    for (let q = 0; q < quads; q++) {
      const value = below(16);
      data.put(...quadWords.get(value.toString(16)));
      for (let bit = 8; bit > 0; bit >>= 1) if (value & bit) data.put(below(2), 1);
    }
    const window = block === 0 ? [[0, 1], ...tables.map((t) => [t, 5]), [bounds[0] - 1, 4], [bounds[1] - 1, 3]]
      : [[1, 1], [block, 2], [isMixed ? 1 : 0, 1], ...tables.map((t) => [t, 5]), ...Array.from({ length: 3 }, () => [below(3), 3])];
    return [[data.list.length - begin, 12], [bigValues, 9], [165 + below(12), 8], [compress, lsf ? 9 : 4], ...window, ...(lsf ? [] : [[below(2), 1]]), [below(2), 1], [quadTable, 1]];
  }

  function writePair(data, table) {
    if (table === 0) return;
    const code = codes.PAIR_CODES[table < 16 ? table : table < 24 ? 16 : 24], size = Math.round(Math.sqrt(code.lengths.length)), linbits = table < 16 ? 0 : codes.LINBITS[table - 16];
    const pair = [0, 1].map(() => (random() < 0.8 ? below(Math.min(size, 4)) : below(size)));
    data.put(...words(code, 2).get(pair.map((v) => v.toString(16)).join('')));
    for (const value of pair) {
      if (value === 15 && linbits > 0) data.put(random() < 0.98 ? below(Math.min(2 ** linbits, 16)) : below(2 ** linbits), linbits);
      if (value > 0) data.put(below(2), 1);
    }
  }

  function writeFactors(data, block, isMixed, scfsi, positions) {
    if (!lsf) {
      const compress = positions ? pick([3, 4, 7, 13]) : below(16), [first, second] = SLEN[compress];
      if (block === 2) {
        for (let i = 0; i < (isMixed ? 17 : 18); i++) data.put(below(2 ** first), first);
        for (let i = 0; i < 18; i++) data.put(below(2 ** second), second);
      } else {
        [6, 5, 5, 5].forEach((n, k) => { if (!(scfsi & (8 >> k))) for (let i = 0; i < n; i++) data.put(below(2 ** (k < 2 ? first : second)), k < 2 ? first : second); });
      }
      return compress;
    }
    // numbers and lengths of 13818-3 §2.4.3.2, from scalefac_compress
    const layout = block !== 2 ? 0 : isMixed ? 2 : 1;
    const compress = positions ? below(360) : below(512);
    const code = positions ? compress >> 1 : compress;
    const [lengths, counts] = positions
      ? [[Math.floor(code / 36), Math.floor((code % 36) / 6), code % 6, 0], [[7, 7, 7, 0], [12, 12, 12, 0], [6, 15, 12, 0]]]
      : code < 400 ? [[Math.floor(code / 80), (code >> 4) % 5, (code >> 2) & 3, code & 3], [[6, 5, 5, 5], [9, 9, 9, 9], [6, 9, 9, 9]]]
        : code < 500 ? [[Math.floor((code - 400) / 20), ((code - 400) >> 2) % 5, (code - 400) & 3, 0], [[6, 5, 7, 3], [9, 9, 12, 6], [6, 9, 12, 6]]]
          : [[Math.floor((code - 500) / 3), (code - 500) % 3, 0, 0], [[11, 10, 0, 0], [18, 18, 0, 0], [15, 18, 0, 0]]];
    // positions from 7 are left out: decoders differ on which of them mean nothing
    counts[layout].forEach((n, k) => { for (let i = 0; i < n; i++) data.put(below(positions && lengths[k] > 0 ? Math.min(7, 2 ** lengths[k] - 1) : 2 ** lengths[k]), lengths[k]); });
    return compress;
  }
}

/** Frames of layer I: any allocation, any scale factor from 0.06 down. */
export function layer1Frames({ version = 1, rate, bitrate, channels, joint, frames, frameBytes }, random) {
  const below = (n) => Math.floor(random() * n), bound = joint === undefined ? 32 : 4 * joint + 4, head = header({ version, layer: 1, rate, bitrate, channels, joint, crc: false });
  const list = [];
  while (list.length < 2 * frames) {
    const bits = new Bits(), allocations = [];
    for (let s = 0; s < 32; s++) for (let c = 0; c < channels; c++) {
      if (c === 1 && s >= bound) { allocations.push(allocations.at(-1)); continue; }
      allocations.push(random() < 0.5 ? 0 : below(random() < 0.1 ? 15 : 6));
      bits.put(allocations.at(-1), 4);
    }
    for (const n of allocations) if (n > 0) bits.put(12 + below(40), 6);
    for (let t = 0; t < 12; t++) allocations.forEach((n, i) => { if (n > 0 && !(channels === 2 && i % 2 === 1 && i >> 1 >= bound)) bits.put(below(2 ** (n + 1) - 1), n + 1); });
    const bytes = bits.bytes(), body = new Uint8Array(frameBytes - 4);
    if (bytes.length > body.length) continue;
    body.set(bytes);
    list.push(head, body);
  }
  return Buffer.concat(list);
}

function header({ version, layer, rate, bitrate, channels, joint, crc }) {
  const mode = channels === 1 ? 3 : joint === undefined ? 0 : 1;
  return Buffer.from([0xff, 0xe0 | ([2.5, 0, 2, 1].indexOf(version) << 3) | ((4 - layer) << 1) | (crc ? 0 : 1), (bitrate << 4) | (rate << 2), (mode << 6) | ((joint ?? 0) << 4)]);
}
