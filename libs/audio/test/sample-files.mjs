// Small files of every kind that the library reads, for the tests here and for tools/fuzz. A new decoder is covered by a file in files.golden.json, or by a line here.
import { readFileSync } from 'node:fs';

/** @typedef {{name: string, kind: string, bytes: Uint8Array, lengthless?: boolean}} SampleFile - `kind`: what `damage` knows of its structure; `lengthless`: its headers do not tell how long it is, so that an end cut off between two frames cannot be seen. */

/** MP3 frames without a tag. */
const LENGTHLESS = ['tone-plain.mp3'];
/** Frames of what encoders rarely make, from mpeg.golden.json. */
const MPEG = ['mono, mixed blocks', 'intensity, middle and side', 'MPEG-2, intensity', 'MPEG-2.5, 8 kHz', 'layer I, intensity', 'layer II, 96 kbit/s, intensity', 'LAME, 44.1 kHz, joint stereo'];

/**
 * @param {{cases: readonly {name: string, container: string, base64: string}[]}} golden - files.golden.json.
 * @param {(audio: {sampleRateHz: number, channels: readonly Float32Array[]}, options: {format: any}) => Uint8Array} encodeWav
 * @returns {SampleFile[]}
 */
export function sampleFiles({ cases }, encodeWav) {
  const channels = [0, 1].map((c) => Float32Array.from({ length: 300 }, (_, i) => 0.5 * Math.sin(0.1 * (i + 7 * c)) + 0.01 * ((i * 7919) % 13)));
  const mpeg = JSON.parse(readFileSync(new URL('../src/mp3/mpeg.golden.json', import.meta.url), 'utf8')).cases;
  return [
    ...mpeg.filter(({ name }) => MPEG.includes(name)).map(({ name, base64 }) => ({ name: `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}.mp3`, kind: 'mp3', bytes: Uint8Array.from(Buffer.from(base64, 'base64')), lengthless: true })),
    ...cases.map(({ name, container, base64 }) => ({ name, kind: container, bytes: Uint8Array.from(Buffer.from(base64, 'base64')), lengthless: LENGTHLESS.includes(name) })),
    ...['pcm8', 'pcm16', 'pcm24', 'float32', 'mulaw', 'alaw'].map((format) => ({ name: `${format}.wav`, kind: 'wav', bytes: encodeWav({ sampleRateHz: 8000, channels }, { format }) })),
    { name: 'pcm32-extensible.wav', kind: 'wav', bytes: wav({ tag: 1, bits: 32, extensible: true }) },
    { name: 'float64.wav', kind: 'wav', bytes: wav({ tag: 3, bits: 64 }) },
    { name: 'rf64.wav', kind: 'wav', bytes: wav({ tag: 1, bits: 16, rf64: true }) },
    { name: 'list-after.wav', kind: 'wav', bytes: wav({ tag: 1, bits: 16, after: Buffer.from('LIST\x0c\0\0\0INFOICMT\0\0\0\0', 'latin1') }) },
  ];
}

/** A WAV file of the kinds that encodeWav does not write; 200 samples of two channels. */
function wav({ tag, bits, extensible = false, rf64 = false, after = Buffer.alloc(0) }) {
  const channels = 2, samples = 200, align = (channels * bits) / 8, data = Buffer.alloc(samples * align);
  for (let i = 0; i < samples * channels; i++) {
    const x = 0.4 * Math.sin(i / 9), at = (i * bits) / 8;
    if (tag === 3) data.writeDoubleLE(x, at);
    else data.writeIntLE(Math.round(x * 2 ** (bits - 1)), at, bits / 8);
  }
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(8000, 4);
  fmt.writeUInt32LE(8000 * align, 8);
  fmt.writeUInt16LE(align, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) Buffer.from([22, 0, bits, 0, 3, 0, 0, 0, tag, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]).copy(fmt, 16);
  const chunk = (id, body, size = body.length) => { const head = Buffer.alloc(8); head.write(id, 'latin1'); head.writeUInt32LE(size, 4); return [head, body]; };
  const ds64 = Buffer.alloc(28), most = 0xffffffff;
  ds64.writeUInt32LE(data.length, 8);
  ds64.writeUInt32LE(samples, 16);
  const rest = Buffer.concat([Buffer.from('WAVE'), ...(rf64 ? chunk('ds64', ds64) : []), ...chunk('fmt ', fmt), ...chunk('data', data, rf64 ? most : data.length), after]);
  ds64.writeUInt32LE(rest.length, 0);
  if (rf64) ds64.copy(rest, 12);
  return Uint8Array.from(Buffer.concat(chunk(rf64 ? 'RF64' : 'RIFF', rest, rf64 ? most : rest.length)));
}
