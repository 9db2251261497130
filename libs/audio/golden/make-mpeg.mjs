// Writes src/mp3/mpeg.golden.json: MPEG audio frames of random content (mpeg-frames.mjs), what LAME and twolame (by ffmpeg) encode of a formula, and what mpg123 decodes from them.
//   node golden/make-mpeg.mjs
// Not ffmpeg: 5.1 gives 16 bits of layers I and II, is up to 0.04 off mpg123 on some of the random frames, and at 24 kHz has a band end at line 330 where the standard (13818-3, table B.2.c), LAME and mpg123 have 332.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { layer1Frames, layer3Frames } from './mpeg-frames.mjs';

const load = (name) => import(`data:text/javascript,${encodeURIComponent(transformSync(readFileSync(new URL(`../src/mp3/${name}.ts`, import.meta.url), 'utf8'), { loader: 'ts' }).code)}`);
const codes = await load('huffman-codes'), { LONG_WIDTHS } = await load('mpeg-numbers');
const folder = mkdtempSync(join(tmpdir(), 'goldens-')), version = execFileSync('mpg123', ['--version']).toString().trim().split(' ')[1];
/** Numbers 0 to 1 from a seed (mulberry32). */
const seeded = (seed) => () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
const ALL = [0, 1, 2, 3], frames = 5;
const three = [
  ['mono, long blocks', { version: 1, rate: 0, bitrate: 5, channels: 1, blocks: [0], frameBytes: 208 }],
  ['mono, all blocks, CRC', { version: 1, rate: 1, bitrate: 9, channels: 1, blocks: ALL, crc: true, frameBytes: 384 }],
  ['mono, mixed blocks', { version: 1, rate: 2, bitrate: 7, channels: 1, blocks: [2, 2, 0], mixed: 0.7, frameBytes: 432 }],
  ['stereo, all blocks', { version: 1, rate: 0, bitrate: 9, channels: 2, blocks: ALL, mixed: 0.3, frameBytes: 417 }],
  ['middle and side', { version: 1, rate: 1, bitrate: 9, channels: 2, joint: 2, blocks: ALL, mixed: 0.3, frameBytes: 384 }],
  ['intensity', { version: 1, rate: 0, bitrate: 9, channels: 2, joint: 1, blocks: ALL, frameBytes: 417 }],
  ['intensity, middle and side', { version: 1, rate: 2, bitrate: 7, channels: 2, joint: 3, blocks: ALL, frameBytes: 432 }],
  ['MPEG-2, mono', { version: 2, rate: 0, bitrate: 6, channels: 1, blocks: ALL, mixed: 0.3, frameBytes: 156 }],
  ['MPEG-2, intensity', { version: 2, rate: 2, bitrate: 6, channels: 2, joint: 1, blocks: ALL, frameBytes: 216 }],
  ['MPEG-2, intensity, middle and side', { version: 2, rate: 0, bitrate: 8, channels: 2, joint: 3, blocks: ALL, frameBytes: 208 }],
  ['MPEG-2.5, 11 kHz', { version: 2.5, rate: 0, bitrate: 4, channels: 2, blocks: ALL, frameBytes: 208 }],
  ['MPEG-2.5, 8 kHz', { version: 2.5, rate: 2, bitrate: 3, channels: 2, joint: 2, blocks: ALL, frameBytes: 216 }],
].map(([name, options], i) => [name, layer3Frames(codes, LONG_WIDTHS[options.rate + (options.version === 1 ? 0 : options.version === 2 ? 3 : 6)], { ...options, frames }, seeded(i + 1))]);
const one = [
  ['layer I, mono', { rate: 0, bitrate: 6, channels: 1, frameBytes: 208 }], ['layer I, stereo', { rate: 1, bitrate: 10, channels: 2, frameBytes: 320 }],
  ['layer I, intensity', { rate: 2, bitrate: 8, channels: 2, joint: 1, frameBytes: 384 }], ['layer I, MPEG-2', { version: 2, rate: 0, bitrate: 4, channels: 1, frameBytes: 136 }],
].map(([name, options], i) => [name, layer1Frames({ ...options, frames: 5 }, seeded(100 + i))]);
const two = [['layer II, 32 kbit/s', ['-ar', '48000', '-ac', '1', '-b:a', '32k']], ['layer II, 96 kbit/s, intensity', ['-ar', '44100', '-mode', 'joint_stereo', '-b:a', '96k']], ['layer II, MPEG-2', ['-ar', '16000', '-b:a', '64k']]].map(([name, args]) => [name, encoded('libtwolame', args)]);
function encoded(encoder, args) {
  const path = join(folder, encoder === 'libtwolame' ? 'x.mp2' : 'x.mp3');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-bitexact', '-f', 'lavfi', '-i', 'aevalsrc=0.4*sin(2*PI*220*t)+0.1*sin(2*PI*1730*t)+0.02*sin(2*PI*7000*t)+0.5*between(t\\,0.07\\,0.0705)|0.3*cos(2*PI*331*t):s=44100:d=0.15', '-c:a', encoder, ...args, path]);
  return readFileSync(path);
}
const lame = [['LAME, 24 kHz', ['-ar', '24000', '-ac', '1', '-b:a', '40k']], ['LAME, 44.1 kHz, joint stereo', ['-b:a', '64k']]].map(([name, args]) => [name, encoded('libmp3lame', [...args, '-write_xing', '0', '-id3v2_version', '0'])]);

const cases = [...three, ...one, ...two, ...lame].map(([name, bytes]) => {
  const path = join(folder, 'x.mp3');
  writeFileSync(path, bytes);
  const raw = execFileSync('mpg123', ['-q', '-s', '-e', 'f32', '--no-gapless', '--no-infoframe', path], { maxBuffer: 1 << 28 }), values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const channels = bytes[3] >> 6 === 3 ? 1 : 2, samples = values.length / channels, every = 29;
  const picked = Array.from({ length: Math.ceil(samples / every) }, (_, i) => Array.from({ length: channels }, (_, c) => Number(values[i * every * channels + c].toPrecision(7))));
  return { name, channels, samples, every, peak: Number(values.reduce((most, x) => Math.max(most, Math.abs(x)), 0).toPrecision(4)), picked, base64: Buffer.from(bytes).toString('base64') };
});
writeFileSync(new URL('../src/mp3/mpeg.golden.json', import.meta.url), `${JSON.stringify({ madeBy: 'mpg123', version, cases }).replaceAll('{"name"', '\n{"name"')}\n`);
rmSync(folder, { recursive: true });
