'use strict';
// Faults on request: STAND_IN_FAULTS, or stand-in-faults.json in the engine's root. See README.md.
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, PyError, print, sleep } = require('./python.cjs');

const STAGES = ['slice', 'clean', 'asr', 'text', 'ssl', 'sv', 'semantic', 's1', 's2', 'api'];

/** What torch says when a GPU's memory is full. */
const OOM =
  'CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 7.79 GiB of which 10.38 MiB is free. ' +
  'Including non-PyTorch memory, this process has 7.77 GiB memory in use. Of the allocated memory 7.45 GiB is allocated by PyTorch, ' +
  'and 133.39 MiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting ' +
  'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.';

const outOfMemory = (frames = []) => new PyError('torch.OutOfMemoryError', OOM, frames);

/** `stage:fault=value` → {stage, fault, value}. */
function parseOne(entry) {
  const one = typeof entry === 'string' ? /^(\w+):([\w-]+)(?:=(.*))?$/s.exec(entry.trim()) : [entry, entry.stage, entry.fault, entry.value];
  if (one === null || !STAGES.includes(one[1])) throw new Error(`STAND_IN_FAULTS: cannot read ${JSON.stringify(entry)}; write stage:fault or stage:fault=value, stages are ${STAGES.join(', ')}`);
  return { stage: one[1], fault: one[2], value: one[3] === undefined ? null : String(one[3]) };
}

/** Faults from JSON (a list, or {"faults": […]}) or from a list with commas. */
function parseFaults(text) {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  if (!/^[[{"]/.test(trimmed)) return trimmed.split(',').map(parseOne);
  const parsed = JSON.parse(trimmed);
  if (typeof parsed === 'string') return parseFaults(parsed);
  return (Array.isArray(parsed) ? parsed : (parsed.faults ?? [])).map(parseOne);
}

/** All faults now asked for. */
function readFaults() {
  const file = path.join(ROOT, 'stand-in-faults.json');
  return [...parseFaults(process.env.STAND_IN_FAULTS || ''), ...(fs.existsSync(file) ? parseFaults(fs.readFileSync(file, 'utf8')) : [])];
}

/** The faults of one stage: `has`, and `value` of the first of a kind. */
function faultsOf(stage) {
  const mine = readFaults().filter((fault) => fault.stage === stage);
  const value = (kind) => mine.find(({ fault }) => fault === kind)?.value ?? null;
  return {
    /** Whether training of this kind needs more memory than the GPU has: see `oom` in README.md. */
    outgrows: ({ batchSize, checkpoint = false, longestSec = 0 }) =>
      (mine.some(({ fault }) => fault === 'oom') && (value('oom') === null || batchSize > Number(value('oom')))) ||
      (mine.some(({ fault }) => fault === 'oom-unless-checkpoint') && !checkpoint) ||
      (mine.some(({ fault }) => fault === 'oom-clip') && longestSec > Number(value('oom-clip'))),
    has: (kind) => mine.some(({ fault }) => fault === kind),
    value,
    /** Whether a clip is named by a fault of this kind (or the fault names none and so means all). */
    hits: (kind, name) => mine.some(({ fault, value }) => fault === kind && (value === null || name === value || name.replace(/\.[^.]*$/, '') === value)),
    all: mine,
  };
}

const killSelf = () => process.kill(process.pid, 'SIGKILL');

/** Waits for ever; `deaf` also ignores SIGTERM and SIGINT. */
async function hang(deaf = false) {
  if (deaf) {
    process.on('SIGTERM', () => print('stand-in: SIGTERM ignored'));
    process.on('SIGINT', () => print('stand-in: SIGINT ignored'));
  }
  for (;;) await sleep(60_000);
}

/** The faults with which any stage can begin. */
async function atStart(faults) {
  const mine = (kind) => faults.has(kind) && faults.value(kind) === (process.env.i_part ?? '0');
  if (mine('killed-part')) killSelf();
  if (mine('lost-part')) process.exit(0);
  if (faults.has('killed')) killSelf();
  if (faults.has('hang')) await hang(false);
  if (faults.has('deaf')) await hang(true);
  if (faults.has('slow')) await sleep(Number(faults.value('slow') ?? 2000));
}

module.exports = { OOM, atStart, faultsOf, hang, killSelf, outOfMemory, parseFaults };
