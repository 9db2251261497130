// Ways to damage a small audio file, for the tests here and for tools/fuzz.

const EXTREMES = [[0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 128], [0, 40, 107, 238], [1, 0, 0, 0]];
/** Byte offsets where headers of a kind keep sizes, rates, channels and counts. */
const FIELDS = { wav: [4, 16, 20, 22, 24, 28, 32, 34, 40], flac: [4, 5, 8, 10, 18, 20, 22, 26], mp3: [0, 2, 36, 40, 44, 21, 25, 29, 160, 177], ogg: [5, 6, 14, 18, 26, 27, 36, 37, 38, 44, 46, 47], m4a: [0, 4, 8] };

/** @param {string} kind @param {Uint8Array} good @param {() => number} random - 0 to 1. @returns {Uint8Array} */
export function damage(kind, good, random) {
  const below = (n) => Math.floor(random() * n);
  let bytes = Uint8Array.from(good);
  const put = (values, at) => bytes.set(values.slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
  const insert = (part, at) => { bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]); };
  const boxes = kind === 'm4a' ? boxFields(bytes) : [];
  for (let times = 1 + below(4); times > 0 && bytes.length > 0; times--) {
    const at = below(random() < 0.5 ? Math.min(64, bytes.length) : bytes.length), fields = boxes.length > 0 ? boxes : FIELDS[kind] ?? [0];
    switch (below(9)) {
      case 0: bytes = bytes.slice(0, at); break;
      case 1: bytes[at] ^= 1 << below(8); break;
      case 2: bytes[at] = below(256); break;
      case 3: put(EXTREMES[below(EXTREMES.length)], at); break;
      case 4: { const n = below(64); bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(Math.min(bytes.length, at + n))]); break; }
      case 5: insert(bytes.slice(at, at + below(64)), at); break;
      case 6: put(EXTREMES[below(EXTREMES.length)].slice(0, 1 + below(4)), fields[below(fields.length)]); break;
      case 7: put(Array.from({ length: 1 + below(4) }, () => below(256)), fields[below(fields.length)]); break;
      default: insert(chunk(kind, below), kind === 'wav' ? 12 : kind === 'flac' ? 4 : 0); // a chunk, block or tag that lies about its size
    }
  }
  if (kind === 'ogg' && random() < 0.8) repairOgg(bytes);
  if (kind === 'flac' && random() < 0.8) repairFlac(bytes);
  return bytes;
}

function chunk(kind, below) {
  const size = [0, 3, 200, 0xffffff, 0x7fffffff, 0xffffffff][below(6)], four = [size & 255, (size >> 8) & 255, (size >> 16) & 255, size >>> 24];
  if (kind === 'wav') return [...Buffer.from('LIST'), ...four, ...Array(below(300)).fill(32)];
  if (kind === 'flac') return [[1, 4, 6, 0x81][below(4)], four[2], four[1], four[0], ...Array(below(200)).fill(0)];
  return [...Buffer.from('ID3'), 4, 0, below(256), four[3] & 127, four[2] & 127, four[1] & 127, four[0] & 127];
}

/** Where the boxes of an MP4 file keep their sizes, and the first fields of what is in them. */
function boxFields(bytes, from = 0, to = bytes.length, depth = 0) {
  const fields = [], view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at), end = Math.min(to, at + Math.max(8, size)), name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    fields.push(at, at + 8, at + 12, at + 16, at + 20, at + 24);
    if (['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'udta'].includes(name) && depth < 8) fields.push(...boxFields(bytes, at + 8, end, depth + 1));
    at = end;
  }
  return fields.filter((at) => at < bytes.length);
}

/** Gives each frame the checksums of what is in it now: of its header (CRC-8) and of all of it (CRC-16; RFC 9639, §9.1.8 and §9.3). */
function repairFlac(bytes) {
  const starts = [];
  for (let at = 42; at + 6 < bytes.length; at++) if (bytes[at] === 0xff && (bytes[at + 1] & 0xfc) === 0xf8 && bytes[at + 2] >> 4 !== 0) starts.push(at);
  starts.forEach((at, i) => {
    const end = starts[i + 1] ?? bytes.length, first = bytes[at + 4], more = first < 0x80 ? 0 : Math.max(0, Math.clz32(~(first << 24)) - 1);
    const sizeCode = bytes[at + 2] >> 4, rateCode = bytes[at + 2] & 15;
    const head = at + 5 + more + (sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0) + (rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0);
    if (head + 3 > end) return;
    bytes[head] = crc(bytes, at, head, 8, 0x07);
    const sum = crc(bytes, at, end - 2, 16, 0x8005);
    bytes[end - 2] = sum >> 8;
    bytes[end - 1] = sum & 255;
  });
}

function crc(bytes, from, to, width, polynomial) {
  const top = 1 << (width - 1), mask = 2 * top - 1;
  let sum = 0;
  for (let i = from; i < to; i++) { sum ^= bytes[i] << (width - 8); for (let bit = 0; bit < 8; bit++) sum = (sum & top ? (sum << 1) ^ polynomial : sum << 1) & mask; }
  return sum;
}

/** Gives each page the checksum of what is in it now, so that lies get past it. */
function repairOgg(bytes) {
  for (let at = 0; at + 27 <= bytes.length;) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== 'OggS') { at += 1; continue; }
    const end = bytes.subarray(at + 27, at + 27 + bytes[at + 26]).reduce((sum, n) => sum + n, at + 27 + bytes[at + 26]);
    if (end > bytes.length) return;
    bytes.fill(0, at + 22, at + 26);
    let crc = 0;
    for (let i = at; i < end; i++) { crc ^= bytes[i] << 24; for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1; }
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 22, crc >>> 0, true);
    at = end;
  }
}
