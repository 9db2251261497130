import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { levelDbfs, readWav } from './pcm.mjs';
import { LONG_RECORDINGS, UTTERANCES, VOICE } from './script.mjs';
import { formatSrt } from './srt.mjs';

const MAX_FOLDER_BYTES = 4_000_000;
const UTTERANCE_SEC = [3, 8];
const LONG_SEC = [30, 60];
const TOLERANCE_SEC = 0.05; // an MP3 decoder that ignores the gapless tag is off by its delay, 1105 samples at most
const SPEECH_DBFS = -45; // the quietest sentence is far above this, the noise between sentences 25 dB below it

/**
 * Compares the demo folder with the script and with its own manifest: files, hashes, words, cue times, and the sound itself.
 * @param {string} folder @returns {{problems: string[], notes: string[]}} What is wrong, and what could not be looked at.
 */
export function checkDemo(folder) {
  const problems = [];
  const notes = [];
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const wanted = [...UTTERANCES.map((u) => ({ ...u, cues: [{ text: u.text }] })), ...LONG_RECORDINGS];
  const expect = (good, problem) => good || problems.push(problem);

  expect(JSON.stringify(manifest.voice) === JSON.stringify(VOICE), 'the manifest was made with another voice');
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const named = [...files.keys(), ...LONG_RECORDINGS.map(({ id }) => `recordings/${id}.srt`)].sort();
  const present = readdirSync(join(folder, 'recordings')).map((name) => `recordings/${name}`).sort();
  expect(named.join() === present.join(), `recordings/ holds ${present.join(' ')}; the manifest names ${named.join(' ')}`);

  let folderBytes = 0;
  for (const { id, format, cues } of wanted) {
    const path = `recordings/${id}.${format}`;
    const file = files.get(path);
    if (file === undefined) { problems.push(`${path} is not in the manifest`); continue; }
    if (!existsSync(join(folder, path))) continue; // named above
    const bytes = readFileSync(join(folder, path));
    folderBytes += bytes.length;
    expect(createHash('sha256').update(bytes).digest('hex') === file.sha256, `${path} is not the file that was made (sha256)`);
    expect(file.cues.map((cue) => cue.text).join('\n') === cues.map((cue) => cue.text).join('\n'), `${path}: the words differ from tools/demo/script.mjs`);
    const [minSec, maxSec] = cues.length === 1 ? UTTERANCE_SEC : LONG_SEC;
    expect(file.durationSec >= minSec && file.durationSec <= maxSec, `${path} lasts ${file.durationSec} s, not ${minSec}–${maxSec} s`);
    if (cues.length > 1) expect(readFileSync(join(folder, `recordings/${id}.srt`), 'utf8') === formatSrt(file.cues), `${id}.srt differs from the manifest's cues`);
    const sound = decode(join(folder, path), bytes, format);
    if (sound === null) notes.push(`${path} was not listened to: there is no ffmpeg`);
    else problems.push(...checkSound(path, file, sound));
  }
  const csv = UTTERANCES.map(({ id, text }) => `${id}|${text}\n`).join('');
  expect(readFileSync(join(folder, 'transcripts/metadata.csv'), 'utf8') === csv, 'transcripts/metadata.csv differs from tools/demo/script.mjs');
  expect(folderBytes < MAX_FOLDER_BYTES, `the audio takes ${folderBytes} bytes, more than ${MAX_FOLDER_BYTES}`);
  expect(readFileSync(join(folder, 'README.md'), 'utf8').includes(`espeak-ng) ${manifest.with.espeak}`), 'README.md names another espeak-ng');
  return { problems, notes };
}

/** Speech inside every cue and at both its ends, none between the cues. */
function checkSound(path, file, { samples, sampleRateHz }) {
  const problems = [];
  const at = (ms) => Math.round((ms * sampleRateHz) / 1000);
  if (sampleRateHz !== file.sampleRateHz) problems.push(`${path} is at ${sampleRateHz} Hz, not ${file.sampleRateHz}`);
  const durationSec = samples.length / sampleRateHz;
  if (Math.abs(durationSec - file.durationSec) > TOLERANCE_SEC) problems.push(`${path} decodes to ${durationSec} s, not ${file.durationSec}`);
  const slackMs = 60; // longer than TOLERANCE_SEC: codec delay and pre-echo
  let previousEndMs = 0;
  for (const { startMs, endMs } of [...file.cues, { startMs: durationSec * 1000 + slackMs, endMs: null }]) {
    const gap = levelDbfs(samples, at(previousEndMs + slackMs), Math.min(samples.length, at(startMs - slackMs)));
    if (gap > SPEECH_DBFS - 10) problems.push(`${path}: sound (${gap.toFixed(1)} dBFS) between the cues before ${Math.round(startMs)} ms`);
    if (endMs === null) break;
    const edges = [levelDbfs(samples, at(startMs), at(startMs + 2 * slackMs)), levelDbfs(samples, at(endMs - 2 * slackMs), at(endMs))];
    if (Math.min(...edges) < SPEECH_DBFS - 8) problems.push(`${path}: no speech at the ends of the cue at ${startMs} ms (${edges.map((e) => e.toFixed(1)).join(', ')} dBFS)`);
    if (levelDbfs(samples, at(startMs), at(endMs)) < SPEECH_DBFS) problems.push(`${path}: no speech in the cue at ${startMs} ms`);
    previousEndMs = endMs;
  }
  return problems;
}

/** The samples of a file; null when it needs ffmpeg and there is none. */
function decode(path, bytes, format) {
  if (format === 'wav') {
    const { samples, sampleRateHz } = readWav(bytes);
    return { samples: Float32Array.from(samples, (s) => s / 32768), sampleRateHz };
  }
  // The file's own rate: ffmpeg would not say it in raw samples, so WAV it is.
  const { status, stdout, stderr, error } = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'wav', '-c:a', 'pcm_s16le', '-'], { maxBuffer: 64 * 2 ** 20 });
  if (error?.code === 'ENOENT') return null;
  if (status !== 0) throw new Error(`ffmpeg cannot decode ${path}: ${stderr}`);
  return decode(path, stdout, 'wav');
}
