'use strict';
// Audio in and out: WAV by hand, everything else through ffmpeg, as the real engine reads all of it.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { PyError } = require('./python.cjs');

/** Reads a PCM or float WAV; null when these bytes are not one. Truncated data is read as far as it goes. */
function parseWav(bytes) {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return null;
  let form = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ' && at + 24 <= bytes.length) {
      const tag = bytes.readUInt16LE(at + 8);
      form = { tag: tag === 0xfffe && size >= 26 ? bytes.readUInt16LE(at + 32) : tag, channels: bytes.readUInt16LE(at + 10), rate: bytes.readUInt32LE(at + 12), bits: bytes.readUInt16LE(at + 22) };
    } else if (id === 'data' && form !== null) {
      return decode(bytes.subarray(at + 8, Math.min(bytes.length, at + 8 + size)), form);
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

function decode(data, { tag, channels, rate, bits }) {
  const width = bits / 8;
  const count = Math.floor(data.length / width / channels);
  const read = {
    '1/8': (at) => (data[at] - 128) / 128,
    '1/16': (at) => data.readInt16LE(at) / 32768,
    '1/24': (at) => data.readIntLE(at, 3) / 8388608,
    '1/32': (at) => data.readInt32LE(at) / 2147483648,
    '3/32': (at) => data.readFloatLE(at),
  }[`${tag}/${bits}`];
  if (read === undefined || channels < 1 || rate < 1) return null;
  const samples = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += read((i * channels + c) * width);
    samples[i] = sum / channels;
  }
  return { rate, samples };
}

/** Changes the rate by a windowed sinc, 32 zero crossings wide. */
function resample(samples, from, to) {
  if (from === to) return samples;
  const out = new Float32Array(Math.ceil((samples.length * to) / from));
  const cutoff = Math.min(1, to / from);
  const half = Math.ceil(16 / cutoff);
  for (let i = 0; i < out.length; i++) {
    const centre = (i * from) / to;
    const first = Math.max(0, Math.ceil(centre - half));
    const last = Math.min(samples.length - 1, Math.floor(centre + half));
    let sum = 0;
    for (let j = first; j <= last; j++) {
      const x = (centre - j) * cutoff;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += samples[j] * cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * (centre - j)) / half));
    }
    out[i] = sum;
  }
  return out;
}

/** What ffmpeg makes of a file, mono; null when it cannot. */
function viaFfmpeg(file, rate) {
  const args = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-i', file, '-f', 'f32le', '-ac', '1', '-ar', String(rate), '-'];
  const { status, stdout, stderr, error } = spawnSync('ffmpeg', args, { maxBuffer: 1 << 30 });
  if (error !== undefined) return { problem: `ffmpeg could not be run: ${error.message}` };
  if (status !== 0) return { problem: stderr.toString('utf8').trim() };
  return { samples: new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3))) };
}

const FFMPEG_ERROR = 'ffmpeg error (see stderr output for detail)';
const FRAMES = [['tools/my_utils.py', 33, 'load_audio', '.run(cmd=["ffmpeg", "-nostdin"], capture_stdout=True)']];

/** Mono samples of any audio file at a rate; fails with the engine's exception and ffmpeg's words on stderr. */
function loadAudio(file, rate) {
  if (!fs.existsSync(file)) {
    process.stderr.write(`${file}: No such file or directory\n`);
    throw new PyError('ffmpeg._run.Error', FFMPEG_ERROR, [['tools/my_utils.py', 23, 'load_audio', 'raise RuntimeError("You input a wrong audio path that does not exists, please fix it!")'], ...FRAMES]);
  }
  const wav = parseWav(fs.readFileSync(file));
  if (wav !== null && wav.samples.length > 0) return resample(wav.samples, wav.rate, rate);
  const { samples, problem } = viaFfmpeg(file, rate);
  if (samples === undefined || samples.length === 0) {
    process.stderr.write(`${problem || `${file}: Invalid data found when processing input`}\n`);
    throw new PyError('ffmpeg._run.Error', FFMPEG_ERROR, FRAMES);
  }
  return samples;
}

/** A mono 16-bit WAV; the samples are already integers in range. */
function wavOfInt16(samples, rate) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples.length * 2, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length * 2, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

const toInt16 = (samples, scale = 32768) => Int16Array.from(samples, (value) => Math.max(-32768, Math.min(32767, Math.trunc(value * scale))));

module.exports = { loadAudio, parseWav, toInt16, wavOfInt16 };
