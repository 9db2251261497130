'use strict';
// The zip that torch.save writes: stored entries, data at multiples of 64 bytes, no clock in it.
const fs = require('node:fs');
const zlib = require('node:zlib');
const { dumps } = require('./pickle.cjs');

const ALIGNMENT = 64;

function zipStored(entries) {
  const parts = [];
  const directory = [];
  let at = 0;
  const push = (bytes) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const { name, data } of entries) {
    const label = Buffer.from(name);
    const offset = at;
    const used = at + 30 + label.length + 4;
    const padding = (ALIGNMENT - (used % ALIGNMENT)) % ALIGNMENT;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(0x0808, 6); // sizes follow the data; names are UTF-8
    local.writeUInt16LE(label.length, 26);
    local.writeUInt16LE(4 + padding, 28);
    const extra = Buffer.alloc(4 + padding, 'Z');
    extra.write('FB', 0, 'latin1');
    extra.writeUInt16LE(padding, 2);
    push(local);
    push(label);
    push(extra);
    push(data);
    const crc = zlib.crc32(data);
    const after = Buffer.alloc(16);
    after.writeUInt32LE(0x08074b50, 0);
    after.writeUInt32LE(crc, 4);
    after.writeUInt32LE(data.length, 8);
    after.writeUInt32LE(data.length, 12);
    push(after);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0808, 8);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(data.length, 24);
    central.writeUInt16LE(label.length, 28);
    central.writeUInt32LE(offset, 42);
    directory.push(central, label);
  }
  const start = at;
  for (const bytes of directory) push(bytes);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(at - start, 12);
  end.writeUInt32LE(start, 16);
  push(end);
  return Buffer.concat(parts);
}

const bytesOf = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/**
 * The bytes of a file as torch.save writes it.
 * @param value What the pickle holds; its tensors name storages by index.
 * @param storages Typed arrays (Uint16Array holds halves), in order.
 * @param extra Further entries, name → bytes, under the archive's folder.
 */
function torchFile(value, storages, extra = {}) {
  const entry = (name, data) => ({ name: `archive/${name}`, data: Buffer.isBuffer(data) ? data : Buffer.from(data) });
  return zipStored([
    entry('data.pkl', dumps(value)),
    entry('.format_version', '1'),
    entry('.storage_alignment', String(ALIGNMENT)),
    entry('byteorder', 'little'),
    ...storages.map((storage, i) => entry(`data/${i}`, bytesOf(storage))),
    ...Object.entries(extra).map(([name, data]) => entry(name, data)),
    entry('version', '3\n'),
    entry('.data/serialization_id', '0'.repeat(40)),
  ]);
}

/**
 * Reads one entry of such a file by its directory; the first two bytes may be the Pro versions' mark instead of `PK`.
 * @returns null when the file is no such zip, or has no such entry.
 */
function readEntry(file, name) {
  const bytes = fs.readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > bytes.length) return null;
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    const labelLength = bytes.readUInt16LE(at + 28);
    const label = bytes.toString('utf8', at + 46, at + 46 + labelLength);
    if (label === `archive/${name}`) {
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      return bytes.subarray(start, start + bytes.readUInt32LE(at + 24));
    }
    at += 46 + labelLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return null;
}

/** Whether a file ends as a zip does; a truncated checkpoint does not. */
function isWhole(file) {
  const bytes = fs.readFileSync(file);
  return bytes.length > 22 && bytes.readUInt32LE(bytes.length - 22) === 0x06054b50;
}

/** A number as a 16-bit float; only 0, ±2^-14…±65504 and NaN are needed. */
function half(value) {
  if (Number.isNaN(value)) return 0x7e00;
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  if (exponent < -14) return 0;
  const mantissa = Math.min(1023, Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024));
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | mantissa;
}

module.exports = { half, isWhole, readEntry, torchFile };
