#!/usr/bin/env node
// What driving the engine costs, against the goals of docs/performance.md:  npm run build && npm run bench:training [-- --megabytes 500 --epoch-seconds 20 --clips 10000]
// The engine is the stand-in, with epochs of a realistic length; the bare commands are those that `train --dry-run` prints, run by a shell.
import '../shared/node-version.mjs';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../shared/processes.mjs';
import { makeVoice } from '../verify-engine/voice.mjs';
import { makeManyClips } from './many-clips.mjs';

const { values: { megabytes, 'epoch-seconds': epochSeconds, clips } } = parseArgs({ options: { megabytes: { type: 'string', default: '500' }, 'epoch-seconds': { type: 'string', default: '20' }, clips: { type: 'string', default: '10000' } } });
const CLI = join(ROOT, 'apps/cli/dist/main.js');
const work = mkdtempSync(join(tmpdir(), 'voxtune-bench-training-'));
const rows = [];
const row = (what, value, must, ok) => rows.push([what, value, must, ok === null ? 'not judged' : ok ? 'holds' : 'MISSED']);
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Runs a program to its end. @returns {Promise<{ms: number, cpuMs: number, peakMb: number, code: number | null, output: string}>} CPU and memory are of the process alone, without its children. */
const measured = (command, args, env = {}) => new Promise((done) => {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '', cpuMs = 0, peakMb = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { output += text; });
  const look = () => {
    try { // Linux: proc(5), fields 14 and 15 in ticks of 10 ms
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
      cpuMs = 10 * (Number(fields[11]) + Number(fields[12]));
      peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? 0) / 1000); // a process that has ended says none
    } catch { /* it has ended */ }
  };
  const timer = setInterval(look, 50);
  child.on('close', (code) => { clearInterval(timer); done({ ms: performance.now() - started, cpuMs, peakMb, code, output }); });
});

/** The fastest of some runs: others take turns on the machine. */
const fastest = async (count, act) => {
  const runs = [];
  for (let i = 0; i < count; i += 1) runs.push(await act());
  return runs.sort((a, b) => a.ms - b.ms)[0];
};

try {
  console.log(`${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0]?.model.trim()}; Node ${process.versions.node}. Load before: ${loadavg().map((x) => x.toFixed(1)).join(' ')}.`);
  const engine = join(ROOT, 'examples/stand-in-engine');
  const folder = makeVoice({ work, engine, recordings: join(ROOT, 'examples/demo/recordings'), transcripts: join(ROOT, 'examples/demo/transcripts/metadata.csv'), language: 'en', device: 'auto', python: null }, 'bench', { version: 'v2Pro' });
  const prepared = await measured(process.execPath, [CLI, 'run', folder, '--until', 'list', '--quiet']);
  if (prepared.code !== 0) throw new Error(prepared.output);

  const dry = await fastest(5, () => measured(process.execPath, [CLI, 'train', folder, '--dry-run']));
  row('`train NAME --dry-run`', seconds(dry.ms), '1 s', dry.code === 0 && dry.ms < 1000);
  const doctor = await fastest(5, () => measured(process.execPath, [CLI, 'doctor', folder]));
  row('`doctor NAME`', seconds(doctor.ms), '5 s', doctor.ms < 5000);

  const exp = join(work, 'log');
  mkdirSync(exp);
  let step = 0, size = 0;
  for (const lines = []; size < Number(megabytes) * 1e6; lines.length = 0) {
    for (let i = 0; i < 20_000; i += 1, step += 1) lines.push(`2026-11-23 15:35:56,231\tbench\tINFO\tTrain Epoch: ${1 + Math.floor(step / 1000)} [${step % 100}%]\n2026-11-23 15:35:56,231\tbench\tINFO\t[${[8.06, 7.42, 0.54, 183.88, 0, 315.28].map((value) => value + 1 / (1 + step)).join(', ')}, ${step}, 9.99875e-05]\n`);
    const text = lines.join('');
    size += text.length;
    appendFileSync(join(exp, 'train.log'), text);
  }
  const program = join(ROOT, 'tools/bench/.training-log.mjs');
  writeFileSync(program, `import { readTrainingHistory } from '@voxtune/training';
const at = process.argv[2];
const started = performance.now();
const { losses } = await readTrainingHistory({ engineRoot: '/e', name: 'bench', paths: { expDir: at, gptWeightsDir: at, sovitsWeightsDir: at, configDir: at, listPath: at, clipsDir: at } });
console.log(JSON.stringify({ ms: performance.now() - started, points: losses[0]?.steps.length ?? 0, last: losses[0]?.steps.at(-1), maxRssMb: process.resourceUsage().maxRSS / 1000 }));\n`);
  try {
    const read = JSON.parse(execFileSync(process.execPath, [program, exp], { encoding: 'utf8' }));
    if (read.last !== step - 1) throw new Error(`the last step is ${read.last}, ${step - 1} was written`);
    row(`a training log of ${megabytes} MB (${step} steps)`, `${seconds(read.ms)}, ${read.maxRssMb.toFixed(0)} MB`, '5 s, constant memory', read.ms < 5000 && read.maxRssMb < 300);
  } finally {
    rmSync(program);
    rmSync(exp, { recursive: true });
  }

  const env = { STAND_IN_EPOCH_MS: String(Number(epochSeconds) * 1000) };
  const plan = join(work, 'plan.sh');
  writeFileSync(plan, dry.output);
  const bare = await measured('bash', ['-e', plan], env);
  rmSync(join(folder, 'work/engine'), { recursive: true, force: true });
  const driven = await measured(process.execPath, [CLI, 'train', folder, '--quiet'], env);
  if (bare.code !== 0 || driven.code !== 0) throw new Error(`${bare.output.slice(-500)}\n${driven.output.slice(-500)}`);
  row(`features and training, epochs of ${epochSeconds} s: by a shell script`, seconds(bare.ms), '', null);
  row('the same, driven by voxtune', seconds(driven.ms), '', null);
  const share = (100 * driven.cpuMs) / driven.ms;
  row('voxtune’s own CPU time over it', `${seconds(driven.cpuMs)}, ${share.toFixed(1)} %`, '2 %', share < 2);
  row('voxtune’s peak memory', `${driven.peakMb.toFixed(0)} MB`, '150 MB', driven.peakMb > 0 && driven.peakMb < 150);

  const many = makeManyClips({ work, engine, count: Number(clips) });
  const made = await measured(process.execPath, [CLI, 'run', many, '--until', 'train-sovits', '--quiet']);
  if (made.code !== 0) throw new Error(made.output.slice(-2000));
  row(`${clips} recordings of 1.2 s, from nothing to trained by the stand-in`, `${seconds(made.ms)}, ${made.peakMb.toFixed(0)} MB`, '', null);
  const decided = await fastest(3, () => measured(process.execPath, [CLI, 'run', many, '--until', 'train-sovits', '--dry-run', '--json']));
  const stages = JSON.parse(decided.output).stages.filter(({ action }) => action !== 'skip-off');
  if (decided.code !== 0 || stages.some(({ action }) => action !== 'skip-unchanged')) throw new Error(`something is to be done again: ${decided.output.slice(-2000)}`);
  row(`a finished voice of ${clips} clips: deciding what is left to do`, seconds(decided.ms), '2 s', decided.ms < 2000);
  const again = await fastest(3, () => measured(process.execPath, [CLI, 'run', many, '--until', 'train-sovits', '--json']));
  if (again.code !== 0 || again.output.includes('"event":"stage-start"')) throw new Error(`something was done again: ${again.output.slice(-2000)}`);
  row('the same, and its report written anew', seconds(again.ms), '', null);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`\n| what | measured | must | |\n|---|---|---|---|\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\nLoad after: ${loadavg().map((x) => x.toFixed(1)).join(' ')}.`);
