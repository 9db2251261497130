#!/usr/bin/env node
// A recogniser for transcribe.command: English words of one WAV by pocketsphinx (Debian: pocketsphinx, pocketsphinx-en-us, ffmpeg).
//   transcribe:
//     command: [node, examples/recognisers/pocketsphinx.mjs, "{wav}"]
// It shows the contract, and runs anywhere; its error rate is far too high for training.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [wav] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'pocketsphinx-'));
try {
  const at16k = join(folder, 'at16k.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-i', wav, '-ac', '1', '-ar', '16000', at16k]);
  const text = execFileSync('pocketsphinx_continuous', ['-infile', at16k, '-logfn', join(folder, 'log')], { encoding: 'utf8' });
  process.stdout.write(`${JSON.stringify({ text: text.replace(/\s+/g, ' ').trim(), language: 'en' })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
