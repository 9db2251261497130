#!/usr/bin/env node
// Makes the pool of real speech that tools/calls/main.mjs takes its speakers from:  node tools/calls/make-pool.mjs --pool DIR [--shared ../shared]
// LJSpeech (lj) and the customers' own turns of the two-party calls (ls*) come from --shared; all else from Debian packages, which `apt-get download` brings and `dpkg-deb` unpacks (nothing is installed):
// 110 MB to fetch, 90 MB of pool. The same packages give the same pool. Needs ffmpeg, apt-get and dpkg-deb. No sound is kept here.
import '../shared/node-version.mjs';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NX, run } from '../shared/processes.mjs';
import { POOL } from './conditions.mjs';
import { RATE_HZ, trimmed } from './make-call.mjs';

const { values: { pool, shared } } = parseArgs({ options: { pool: { type: 'string' }, shared: { type: 'string', default: '../shared' } } });
if (pool === undefined) throw new Error('usage: --pool DIR [--shared DIR]');
const built = await run([...NX, 'run-many', '-t', 'build', '-p', '@voxtune/audio'], { env: { NX_TUI: 'false' } });
if (built.code !== 0) { process.stderr.write(built.output); process.exit(built.code); }
const { decodeFile, decodeWav, downmix, encodeWav, resample } = await import('@voxtune/audio');
/** A speaker of prompts gives so many of the longest within this length, and so many words that are short enough to say while another speaks. Seconds, without the silence at the ends. */
const PARTS = { most: 45, sec: [3.5, 13.5] }, SHORT = { most: 20, sec: [0.3, 0.7] };
/** Silence at the ends of a file of prompts, at most: longer files are not opened. Seconds. */
const ENDS_SEC = 1.5;

const atRate = ({ channels, sampleRateHz }) => resample(downmix({ channels, sampleRateHz }), sampleRateHz, RATE_HZ);
/** GSM of telephone prompts has no header: 33 bytes are 20 ms. */
const gsm = (file) => decodeWav(execFileSync('ffmpeg', ['-v', 'error', '-f', 'gsm', '-i', file, '-f', 'wav', '-'], { maxBuffer: 2 ** 30 }));
const prompt = (file) => atRate(file.endsWith('.gsm') ? gsm(file) : decodeWav(readFileSync(file)));
/** Length of a file of prompts (8 kHz, 16 bits or GSM) by its size, seconds. */
const secondsOf = (file) => statSync(file).size / (file.endsWith('.gsm') ? 1650 : 16_000);
const write = (speaker, name, samples) => writeFileSync(join(pool, speaker, `${name}.wav`), encodeWav({ sampleRateHz: RATE_HZ, channels: [samples] }, { format: 'pcm16' }));
const numbered = (i) => String(i).padStart(3, '0');
const begin = (speaker) => { rmSync(join(pool, speaker), { recursive: true, force: true }); mkdirSync(join(pool, speaker), { recursive: true }); };

begin('lj');
for (const file of readdirSync(join(shared, 'data/ljspeech/wavs')).sort()) write('lj', file.replace(/^LJ001-0|\.wav$/g, ''), atRate(decodeWav(readFileSync(join(shared, 'data/ljspeech/wavs', file)))));

const turns = readFileSync(join(shared, 'data/calls/turns.tsv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'));
for (const [speaker, { call, channel }] of Object.entries(POOL.customers)) {
  begin(speaker);
  const file = readdirSync(join(shared, 'data/calls')).find((name) => name.startsWith(call) && !name.endsWith('.srt'));
  // On a channel of their own nobody else is heard; elsewhere a turn that overlaps holds the agent too.
  const own = turns.filter(([recording, party, , , , overlaps]) => recording === call && party === 'customer' && (channel !== null || overlaps === '0'));
  const { channels, sampleRateHz } = await decodeFile(join(shared, 'data/calls', file));
  const sound = atRate({ channels: channel === null ? channels : [channels[channel]], sampleRateHz });
  own.forEach(([, , , startSec, endSec], i) => write(speaker, numbered(i), sound.slice(Math.round(startSec * RATE_HZ), Math.round(endSec * RATE_HZ))));
}

const scratch = mkdtempSync(join(tmpdir(), 'calls-pool-'));
try {
  const packages = [...new Set(Object.values(POOL.packages).map(({ name }) => name))];
  execFileSync('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...packages], { cwd: scratch, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const file of readdirSync(scratch).filter((name) => name.endsWith('.deb'))) execFileSync('dpkg-deb', ['-x', file, join(scratch, file.split('_')[0])], { cwd: scratch });
  for (const [speaker, { name, folder, all = false }] of Object.entries(POOL.packages)) {
    begin(speaker);
    const root = join(scratch, name, folder);
    const files = readdirSync(root, { recursive: true }).map(String).filter((file) => /\.(wav|gsm)$/.test(file) && !/silence|beep|tone/.test(file)).sort().map((file) => join(root, file));
    if (all) { files.forEach((file, i) => write(speaker, numbered(i), prompt(file))); continue; }
    const spoken = files.filter((file) => { const sec = secondsOf(file); return (sec >= SHORT.sec[0] && sec <= SHORT.sec[1] + ENDS_SEC) || (sec >= PARTS.sec[0] && sec <= PARTS.sec[1] + ENDS_SEC); }).map((file) => trimmed(prompt(file)));
    const within = ({ length }, [low, high]) => length >= low * RATE_HZ && length <= high * RATE_HZ;
    const parts = spoken.filter((samples) => within(samples, PARTS.sec)).sort((a, b) => b.length - a.length).slice(0, PARTS.most);
    parts.forEach((samples, i) => write(speaker, numbered(i), samples));
    const short = spoken.filter((samples) => within(samples, SHORT.sec));
    short.filter((_, i) => i % Math.max(1, Math.floor(short.length / SHORT.most)) === 0).slice(0, SHORT.most).forEach((samples, i) => write(speaker, `short-${numbered(i)}`, samples));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const speaker of readdirSync(pool).sort()) console.log(`${speaker}: ${readdirSync(join(pool, speaker)).length} files`);
