'use strict';
// TensorBoard event files: TFRecords of Event messages with simple values.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1; // CRC-32C (Castagnoli)
  return c >>> 0;
});

/** CRC-32C as TFRecord masks it. */
function maskedCrc(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 255] ^ (crc >>> 8)) >>> 0;
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const varint = (value) => {
  const out = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...out, rest]);
    out.push((rest % 128) | 128);
  }
};
const bytesField = (number, bytes) => Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
const doubleField = (number, value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint((number << 3) | 1), bytes]);
};
const floatField = (number, value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((number << 3) | 5), bytes]);
};

function record(message) {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(message.length));
  const crc = (bytes) => {
    const out = Buffer.alloc(4);
    out.writeUInt32LE(maskedCrc(bytes));
    return out;
  };
  return Buffer.concat([length, crc(length), message, crc(message)]);
}

const now = () => Date.now() / 1000;

/** The record that every event file begins with. */
const header = () =>
  record(Buffer.concat([doubleField(1, now()), bytesField(3, Buffer.from('brain.Event:2')), bytesField(10, bytesField(1, Buffer.from('tensorboard.summary.writer.event_file_writer')))]));

/** One number: its tag, its step. */
const scalar = (tag, value, step) =>
  record(
    Buffer.concat([
      doubleField(1, now()),
      ...(step > 0 ? [Buffer.concat([varint(2 << 3), varint(step)])] : []),
      bytesField(5, bytesField(1, Buffer.concat([bytesField(1, Buffer.from(tag)), floatField(2, value)]))),
    ]),
  );

/** A name as the writers choose it. */
const fileName = (index = 0) => `events.out.tfevents.${Math.floor(now())}.stand-in.${process.pid}.${index}`;

module.exports = { fileName, header, scalar };
