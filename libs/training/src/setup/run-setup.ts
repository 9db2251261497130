import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hashFile, hashValue, writeFileAtomic } from '@voxtune/pipeline';
import { type Checkout } from '../checkout/probe-checkout.js';
import { TrainingError } from '../errors.js';
import { runEngine } from '../run/run-engine.js';
import { adaptRequirements } from './adapt-requirements.js';
import { type SetupAction, type SetupPlan, type SetupStep, type SetupStepId } from './plan-setup.js';
import { holdFolder, readLock, readMarks, writeLock, writeMark, type SetupLock } from './setup-state.js';
import { parseSmokeReport, requireWorking, SMOKE_SCRIPT, type SmokeReport } from './smoke-test.js';

/** Downloads a file whole, resumed and verified; `fetchFile` of @voxtune/models is one. */
export type FetchWhole = (
  urls: readonly string[], path: string,
  options: { readonly sha256?: string; readonly signal: AbortSignal; readonly onProgress: (progress: { readonly doneBytes: number; readonly totalBytes: number | null }) => void },
) => Promise<{ readonly sha256: string; readonly sizeBytes: number; readonly url: string | null }>;

/** `there`: done by an earlier setup, or before voxtune came. */
export type SetupStepState = 'done' | 'there';

export type SetupEvent =
  | { readonly event: 'step'; readonly step: SetupStepId; readonly title: string; readonly state: 'started' | SetupStepState }
  | { readonly event: 'line'; readonly step: SetupStepId; readonly line: string }
  | { readonly event: 'download'; readonly step: SetupStepId; readonly name: string; readonly doneBytes: number; readonly totalBytes: number | null }
  | { readonly event: 'note'; readonly step: SetupStepId; readonly text: string };

export type RunSetupOptions = {
  readonly fetchWhole: FetchWhole;
  readonly signal: AbortSignal;
  onEvent?(event: SetupEvent): void;
  /** A command is ended when it prints nothing for so long, ms. @default 1800000 */
  readonly silenceLimitMs?: number | undefined;
};

export type SetupResult = { readonly root: string; readonly python: string; readonly steps: readonly { readonly id: SetupStepId; readonly state: SetupStepState }[]; readonly checkout: Checkout; readonly smoke: SmokeReport | null; readonly pinned: SetupLock };

const SILENCE_MS = 30 * 60_000; // ours: unpacking torch on a slow disk says nothing for minutes
const GRACE_MS = 5000; // ours
const QUIET_ENV = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', GIT_TERMINAL_PROMPT: '0', PYTHONUTF8: '1', PYTHONNOUSERSITE: '1', PYTHONPATH: '' } as const;

const there = (path: string): Promise<boolean> => stat(path).then((entry) => entry.isDirectory() || entry.size > 0, () => false);
const allThere = async (paths: readonly string[]): Promise<boolean> => (await Promise.all(paths.map(there))).every(Boolean);

type Work = RunSetupOptions & { readonly plan: SetupPlan; readonly lines: string[]; pinned: SetupLock; smoke: SmokeReport | null };

/**
 * Carries out a plan: steps that are done are left alone, a step that was cut short is done again, and nothing is believed but what is on disk afterwards.
 * Killed at any moment, the same call goes on: downloads continue inside their files.
 * @throws {TrainingError} `TRAINING_SETUP_FAILED`, `TRAINING_SETUP_UNVERIFIED`, `TRAINING_SETUP_DIR_OCCUPIED`, `TRAINING_STILL_RUNNING`.
 * @throws what `fetchWhole` throws, and the signal's reason.
 */
export async function runSetup(plan: SetupPlan, options: RunSetupOptions): Promise<SetupResult> {
  options.signal.throwIfAborted();
  await requireRoom(plan);
  const release = await holdFolder(plan.stateDir);
  try {
    const work: Work = { ...options, plan, lines: [], pinned: await readLock(plan.stateDir), smoke: null };
    const marks = await readMarks(plan.stateDir);
    const steps: { id: SetupStepId; state: SetupStepState }[] = [];
    let before = '';
    let renewed = false; // a new environment holds none of what was installed into the old one
    for (const step of plan.steps) {
      const key = hashValue([step.id === 'smoke-test' ? before : '', await inputsOf(step)]);
      before = hashValue([before, key]);
      const mark = marks.get(step.id);
      const isThere = await allThere(step.doneWhen);
      const isDone = isThere && !(renewed && !step.adopts) && (mark === undefined ? step.adopts : mark.state === 'done' && mark.key === key);
      if (!isDone) {
        if (step.id === 'environment') renewed = true;
        options.onEvent?.({ event: 'step', step: step.id, title: step.title, state: 'started' });
        await writeMark(plan.stateDir, { step: step.id, key, state: 'started' });
        for (const action of step.actions) await carryOut(action, step, work);
        const lacking = (await Promise.all(step.doneWhen.map(async (path) => ((await there(path)) ? [] : [path])))).flat();
        if (lacking.length > 0) throw new TrainingError('TRAINING_SETUP_FAILED', `${step.title}: everything ran, and yet there is no ${lacking.join(', ')}.`, { step: step.id, missing: lacking.length });
        await writeMark(plan.stateDir, { step: step.id, key, state: 'done' });
      }
      const state = isDone ? 'there' : 'done';
      steps.push({ id: step.id, state });
      options.onEvent?.({ event: 'step', step: step.id, title: step.title, state });
    }
    const checkout = await requireWorking({ python: '', torch: null, torchCuda: null, cudaAvailable: false, failures: {} }, plan.root, { version: plan.version, languages: plan.languages, cuda: false, python: plan.python });
    if (checkout.commit !== null && checkout.commit !== plan.commit) options.onEvent?.({ event: 'note', step: 'checkout', text: `the checkout is at ${checkout.commit.slice(0, 10)}, not ${plan.commit.slice(0, 10)}; it was left as it is` });
    return { root: plan.root, python: plan.python, steps, checkout, smoke: work.smoke, pinned: work.pinned };
  } finally {
    await release();
  }
}

/** What a step's outcome depends on, with the contents of files that it reads. */
const inputsOf = async ({ inputs, actions }: SetupStep): Promise<readonly unknown[]> =>
  [inputs, await Promise.all(actions.map((action) => (action.kind === 'requirements' ? readFile(action.from, 'utf8').catch(() => null) : null)))];

/** Another program's folder is not ours to fill. */
async function requireRoom({ root, stateDir, steps }: SetupPlan): Promise<void> {
  const entries = await readdir(root).catch(() => []);
  if (entries.length === 0 || (await there(stateDir)) || (await allThere(steps[0]?.doneWhen.slice(0, 2) ?? []))) return;
  throw new TrainingError('TRAINING_SETUP_DIR_OCCUPIED', `${root} is not empty and holds no GPT-SoVITS.`, { path: root, entries: entries.length });
}

async function carryOut(action: SetupAction, step: SetupStep, work: Work): Promise<void> {
  const { plan, signal } = work;
  signal.throwIfAborted();
  switch (action.kind) {
    case 'command': return void (await runCommand(action.command, action.args, action.cwd, step, work));
    case 'fetch': return fetchOne(action, step, work);
    case 'requirements': {
      const { text, changes } = adaptRequirements(await readFile(action.from, 'utf8'), action.device);
      for (const { line, becomes, why } of changes) work.onEvent?.({ event: 'note', step: step.id, text: `${line}${becomes === null ? ' is left out' : ` becomes ${becomes}`}: ${why}` });
      return writeFileAtomic(action.into, text);
    }
    case 'exclude': {
      const text = await readFile(action.path, 'utf8').catch(() => '');
      const lines = action.lines.filter((line) => !text.split('\n').includes(line));
      await mkdir(dirname(action.path), { recursive: true });
      return lines.length === 0 ? undefined : appendFile(action.path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`);
    }
    case 'remove':
      for (const path of action.paths) await rm(path, { recursive: true, force: true });
      return;
    case 'smoke':
      work.lines.length = 0;
      await runCommand(action.python, ['-c', SMOKE_SCRIPT, ...action.modules], plan.root, step, work);
      work.smoke = parseSmokeReport(work.lines);
      await requireWorking(work.smoke, plan.root, { ...action, languages: plan.languages });
  }
}

async function runCommand(command: string, args: readonly string[], cwd: string, step: SetupStep, work: Work): Promise<void> {
  await mkdir(cwd, { recursive: true });
  const tail: string[] = [];
  const run = await runEngine({ command, args, cwd, env: QUIET_ENV }, {
    signal: work.signal, graceMs: GRACE_MS, silenceLimitMs: work.silenceLimitMs ?? SILENCE_MS, log: () => undefined,
    onLine: (line, _, redrawn) => {
      if (redrawn || line === '') return null;
      tail.push(line);
      if (tail.length > 12) tail.shift();
      if (line.startsWith('VOXTUNE-SMOKE ')) work.lines.push(line);
      else work.onEvent?.({ event: 'line', step: step.id, line });
      return null;
    },
  }).catch((error: unknown) => {
    work.signal.throwIfAborted();
    throw new TrainingError('TRAINING_SETUP_FAILED', `${step.title}: ${command} cannot be started. Install it, or give its path.`, { step: step.id, command }, { cause: error });
  });
  if (run.exitCode === 0) return;
  const how = run.silentForMs !== undefined ? `printed nothing for ${Math.round(run.silentForMs / 1000)} s` : run.exitCode === null ? `was ended by ${run.signal}` : `ended with exit code ${run.exitCode}`;
  throw new TrainingError('TRAINING_SETUP_FAILED', `${step.title}: ${command} ${args.slice(0, 4).map((arg) => (arg.includes('\n') ? '…' : arg)).join(' ')} ${how}.\n${tail.join('\n')}`, { step: step.id, command, exitCode: run.exitCode ?? -1 });
}

async function fetchOne(action: Extract<SetupAction, { kind: 'fetch' }>, step: SetupStep, work: Work): Promise<void> {
  const locked = work.pinned[action.name] ?? (action.from === null ? undefined : (await readLock(dirname(action.from)))[action.name]);
  await mkdir(dirname(action.path), { recursive: true });
  let found: { readonly sha256: string; readonly sizeBytes: number; readonly url: string | null };
  if (action.from === null) {
    found = await work.fetchWhole(action.urls, action.path, {
      signal: work.signal, ...(locked === undefined ? {} : { sha256: locked.sha256 }),
      onProgress: ({ doneBytes, totalBytes }) => work.onEvent?.({ event: 'download', step: step.id, name: action.name, doneBytes, totalBytes }),
    });
  } else {
    const part = `${action.path}.part`;
    await copyFile(action.from, part).catch((error: unknown) => {
      throw new TrainingError('TRAINING_SETUP_FAILED', `${step.title}: ${action.from} cannot be read. Put the file there, as downloaded on a machine with a network.`, { step: step.id, path: action.from ?? '' }, { cause: error });
    });
    found = { sha256: await hashFile(part), sizeBytes: (await stat(part)).size, url: null };
    if (locked === undefined || locked.sha256 === found.sha256) await rename(part, action.path);
    else await rm(part, { force: true });
  }
  const refuse = async (what: string): Promise<never> => {
    await rm(action.path, { force: true });
    throw new TrainingError('TRAINING_SETUP_UNVERIFIED', `${action.name} is not the file that was expected: ${what}.`, { step: step.id, name: action.name, sha256: found.sha256 });
  };
  if (locked !== undefined && locked.sha256 !== found.sha256) await refuse(`its sha256 is ${found.sha256}, and ${locked.sha256} is pinned`);
  if (action.md5 !== null && (await md5Of(action.path)) !== action.md5) await refuse(`its MD5 is not ${action.md5}, the published one`);
  if (locked === undefined && action.md5 === null) work.onEvent?.({ event: 'note', step: step.id, text: `nobody publishes a hash of ${action.name}; sha256 ${found.sha256} is pinned from now on` });
  work.pinned = { ...work.pinned, [action.name]: { sha256: found.sha256, sizeBytes: found.sizeBytes, from: found.url ?? locked?.from ?? 'a folder' } };
  await writeLock(work.plan.stateDir, work.pinned);
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(block as Buffer);
  return hash.digest('hex');
}

