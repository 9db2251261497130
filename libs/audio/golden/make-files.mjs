// Writes src/file/files.golden.json: tiny files encoded by ffmpeg from a formula, and what ffmpeg decodes from them.
//   node golden/make-files.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'goldens-'));
const ffmpeg = (...args) => execFileSync('ffmpeg', ['-v', 'error', '-y', '-bitexact', ...args], { maxBuffer: 1 << 28 });
const version = execFileSync('ffmpeg', ['-version']).toString().split(' ')[2];

const files = [
  ['tone-mono.mp3', 'mp3', ['-ac', '1', '-ar', '16000', '-b:a', '24k', '-c:a', 'libmp3lame']],
  ['tone-stereo.mp3', 'mp3', ['-ar', '22050', '-b:a', '32k', '-c:a', 'libmp3lame']],
  ['tone-plain.mp3', 'mp3', ['-ac', '1', '-ar', '16000', '-b:a', '24k', '-c:a', 'libmp3lame', '-write_xing', '0']],
  ['tone-16.flac', 'flac', ['-ar', '16000', '-c:a', 'flac', '-sample_fmt', 's16']],
  ['tone-mid-side.flac', 'flac', ['-ar', '8000', '-c:a', 'flac', '-sample_fmt', 's16', '-ch_mode', 'mid_side']],
  ['tone-left-side.flac', 'flac', ['-ar', '8000', '-c:a', 'flac', '-sample_fmt', 's16', '-ch_mode', 'left_side']],
  ['tone-right-side.flac', 'flac', ['-ar', '8000', '-c:a', 'flac', '-sample_fmt', 's16', '-ch_mode', 'right_side']],
  ['tone-24.flac', 'flac', ['-ac', '1', '-ar', '16000', '-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24']],
  ['tone-end.m4a', 'm4a', ['-ac', '1', '-ar', '16000', '-b:a', '24k', '-c:a', 'aac']],
  ['tone-start.m4a', 'm4a', ['-ac', '1', '-ar', '16000', '-b:a', '24k', '-c:a', 'aac', '-movflags', '+faststart']],
  ['tone.opus', 'ogg', ['-ac', '1', '-b:a', '16k', '-c:a', 'libopus']],
  ['tone-ima.wav', 'wav', ['-ac', '1', '-ar', '8000', '-c:a', 'adpcm_ima_wav']],
  ['tone.aiff', 'aiff', ['-ac', '1', '-ar', '8000']],
];

const cases = files.map(([name, container, args]) => {
  const path = join(folder, name);
  ffmpeg('-f', 'lavfi', '-i', 'aevalsrc=0.4*sin(2*PI*220*t)+0.1*sin(2*PI*1730*t)|0.3*cos(2*PI*331*t):s=44100:d=0.3', ...args, path);
  const probe = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path]).toString()).streams[0];
  const raw = ffmpeg('-i', path, '-f', 'f32le', '-c:a', 'pcm_f32le', '-');
  const values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const channels = probe.channels;
  const samples = values.length / channels;
  const every = 101;
  const picked = Array.from({ length: Math.ceil(samples / every) }, (_, i) => Array.from({ length: channels }, (_, c) => values[i * every * channels + c]));
  return { name, container, codec: probe.codec_name, sampleRateHz: Number(probe.sample_rate), channels, samples, every, picked, base64: readFileSync(path).toString('base64') };
});
writeFileSync(new URL('../src/file/files.golden.json', import.meta.url),
  `${JSON.stringify({ madeBy: 'ffmpeg', version, cases }).replaceAll('{"name"', '\n{"name"')}\n`);
rmSync(folder, { recursive: true });
