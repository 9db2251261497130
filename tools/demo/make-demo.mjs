#!/usr/bin/env node
// Makes examples/demo: synthetic recordings of one speaker, with their words. Needs espeak-ng and ffmpeg (with libmp3lame).
//   node tools/demo/make-demo.mjs          writes the folder again; the same versions of the tools give the same bytes
//   node tools/demo/make-demo.mjs --check  makes nothing: verifies what is there (hashes, durations, words, cue times; listens where there is ffmpeg)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkDemo } from './check-demo.mjs';
import { levelled, mix, readWav, trimSilence, writeWav } from './pcm.mjs';
import { LONG_RECORDINGS, UTTERANCES, VOICE } from './script.mjs';
import { demoReadme } from './demo-readme.mjs';
import { formatSrt } from './srt.mjs';

const folder = fileURLToPath(new URL('../../examples/demo/', import.meta.url));
const SAMPLE_RATE_HZ = 22050; // espeak-ng's own rate
const LEAD_MS = 250; // room noise before the first and after the last word

if (process.argv.includes('--check')) {
  const { problems, notes } = checkDemo(folder);
  for (const note of notes) console.log(`demo: ${note}`);
  for (const problem of problems) console.error(`demo: ${problem}`);
  console.log(problems.length === 0 ? 'demo: everything matches' : `demo: ${problems.length} problems; node tools/demo/make-demo.mjs makes it again`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else make();

function make() {
  const versions = { espeak: toolVersion('espeak-ng', ['--version'], /text-to-speech: (\S+)/), ffmpeg: toolVersion('ffmpeg', ['-version'], /ffmpeg version (\S+)/) };
  const scratch = mkdtempSync(join(tmpdir(), 'voxtune-demo-'));
  try {
    for (const part of ['recordings', 'transcripts']) {
      rmSync(join(folder, part), { recursive: true, force: true });
      mkdirSync(join(folder, part), { recursive: true });
    }
    const files = [];
    UTTERANCES.forEach(({ id, format, text }, n) => files.push(record({ id, format, cues: [{ text, pauseMs: 0 }] }, 100 + n, scratch)));
    LONG_RECORDINGS.forEach((recording, n) => {
      const made = record(recording, 200 + n, scratch);
      writeFileSync(join(folder, 'recordings', `${recording.id}.srt`), formatSrt(made.cues));
      files.push(made);
    });
    writeFileSync(join(folder, 'transcripts', 'metadata.csv'), UTTERANCES.map(({ id, text }) => `${id}|${text}\n`).join(''));
    writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ madeBy: 'tools/demo/make-demo.mjs', with: versions, voice: VOICE, synthetic: true, files }, null, 2)}\n`);
    writeFileSync(join(folder, 'README.md'), demoReadme(versions, files));
    const total = files.reduce((sum, file) => sum + file.durationSec, 0);
    console.log(`examples/demo: ${files.length} recordings, ${total.toFixed(1)} s, espeak-ng ${versions.espeak}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Speaks every cue, lays the pieces on the sample grid, encodes, and says where each piece lies. */
function record({ id, format, cues }, seed, scratch) {
  let at = Math.round((LEAD_MS * SAMPLE_RATE_HZ) / 1000);
  const pieces = [];
  const times = [];
  for (const { text, pauseMs } of cues) {
    const samples = speak(text, scratch);
    // Whole milliseconds, the grid of SRT: a cue's start is exactly its first sample, its end the first millisecond after its last.
    const startMs = Math.ceil((at / SAMPLE_RATE_HZ) * 1000);
    const atSample = Math.round((startMs * SAMPLE_RATE_HZ) / 1000);
    const endMs = Math.ceil(((atSample + samples.length) / SAMPLE_RATE_HZ) * 1000);
    pieces.push({ samples, atSample });
    times.push({ startMs, endMs, text });
    at = Math.round(((endMs + pauseMs) * SAMPLE_RATE_HZ) / 1000);
  }
  const lengthSamples = Math.round(((times.at(-1).endMs + LEAD_MS) * SAMPLE_RATE_HZ) / 1000);
  const wav = writeWav(mix(pieces, lengthSamples, seed), SAMPLE_RATE_HZ);
  const path = `recordings/${id}.${format}`;
  const bytes = format === 'wav' ? wav : encode(wav, format, scratch);
  writeFileSync(join(folder, path), bytes);
  return { path, durationSec: lengthSamples / SAMPLE_RATE_HZ, sampleRateHz: SAMPLE_RATE_HZ, channels: 1, samples: lengthSamples, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), cues: times };
}

function speak(text, scratch) {
  const wav = join(scratch, 'piece.wav');
  execFileSync('espeak-ng', ['-v', VOICE.name, '-s', String(VOICE.wordsPerMinute), '-p', String(VOICE.pitch), '-g', String(VOICE.wordGapTenMs), '-w', wav, '--', text]);
  const { sampleRateHz, samples } = readWav(readFileSync(wav));
  if (sampleRateHz !== SAMPLE_RATE_HZ) throw new Error(`espeak-ng spoke at ${sampleRateHz} Hz, not ${SAMPLE_RATE_HZ}`);
  return levelled(trimSilence(samples));
}

function encode(wav, format, scratch) {
  const input = join(scratch, 'in.wav');
  const output = join(scratch, `out.${format}`);
  writeFileSync(input, wav);
  const codec = format === 'flac' ? ['-c:a', 'flac', '-compression_level', '12'] : ['-c:a', 'libmp3lame', '-b:a', '64k', '-id3v2_version', '0'];
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', '-i', input, '-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact', ...codec, output]);
  return readFileSync(output);
}

function toolVersion(command, args, pattern) {
  try {
    return pattern.exec(execFileSync(command, args, { encoding: 'utf8' }))?.[1] ?? 'unknown';
  } catch {
    console.error(`${command} is needed to make the demo: apt-get install ${command}. (What is committed can be verified without it: --check.)`);
    process.exit(4);
  }
}
