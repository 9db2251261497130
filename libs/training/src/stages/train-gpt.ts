import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drop, Stage, StageContext } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { checkZip } from '../features/check-zip.js';
import { classifyFailure } from '../log/classify.js';
import { exportedEpochs, gptBatchesPerEpoch, planSaveInterval } from '../plan/schedule.js';
import { type ResolvedOptions } from '../plan/options.js';
import { gptOutputDir, gptPretrained, gptSchedule } from '../plan/render-config.js';
import { describeFit, memoryKey, nextMemoryFit, recallFit, rememberFit, type MemoryFit } from '../run/memory-ladder.js';
import { type EngineRun } from '../run/run-engine.js';
import { findGptResume, findGptWeights, keepWhole } from './gpt-files.js';
import { moveLogs } from './keep-logs.js';
import { lookIntoWeights } from './look-into-weights.js';
import { keepSeries, readGptLosses, readGptNow, slowNotes, stuckNotes, type GptNow } from './losses.js';
import { createStepRate } from '../run/step-rate.js';
import { runSteps } from './run-steps.js';
import { requireTrainable, trainableForGpt, trainingIdentity } from './train-common.js';
import { openPruned, type Pruned } from './prune-checkpoints.js';
import { readRecord, requireExtension, writeRecord } from './training-record.js';
import { clipSeconds, leftOut, withoutLongest } from './without-longest.js';
import { completeOptions, engineKind, insideRoot, knownKind, missingMeans, neededBefore, openVoiceEngine, stepsOf, type TrainingStagesOptions } from './voice-engine.js';

const TITLE = 'GPT training';

const places = (resolved: ResolvedOptions) => ({
  resume: join(gptOutputDir(resolved), 'ckpt'), weights: resolved.paths.gptWeightsDir, record: join(resolved.paths.expDir, 'training-gpt.json'), losses: join(resolved.paths.expDir, 'losses-gpt.json'),
});

/**
 * Deletes resume checkpoints that must not be resumed from: cut short (a full disk leaves such, and the engine would take them), of an epoch whose
 * weights were not exported (killed in between: the engine would never export them), or beyond the wanted epochs.
 */
async function keepResumable(resolved: ResolvedOptions): Promise<{ readonly from: number; readonly notes: readonly string[] }> {
  const { resume, weights } = places(resolved);
  const exported = await keepWhole(await findGptWeights(weights, resolved.name));
  const saved = await keepWhole(await findGptResume(resume));
  const epochs = new Set(exported.whole.map(({ epoch }) => epoch));
  const usable = saved.whole.filter(({ epoch }) => epochs.has(epoch) && epoch <= resolved.gpt.epochs);
  for (const { path } of saved.whole) if (!usable.some((each) => each.path === path)) await rm(path, { force: true });
  return { from: usable.at(-1)?.epoch ?? 0, notes: [...exported.notes, ...saved.notes] };
}

/** While the engine runs: remembers each checkpoint's step, and deletes older checkpoints once a newer one and its weights are whole. */
async function tidyWhileRunning(resolved: ResolvedOptions, identity: string, pruned: Pruned): Promise<number> {
  const { resume, weights, record } = places(resolved);
  const exported = await findGptWeights(weights, resolved.name);
  const saved = await findGptResume(resume);
  const done = [];
  for (const file of saved) if (exported.some(({ epoch }) => epoch === file.epoch) && (await checkZip(file.path)) === null) done.push(file);
  const before = await readRecord(record);
  const steps = { ...before.steps, ...Object.fromEntries(done.map(({ epoch, step }) => [String(epoch), step ?? 0])) };
  if (JSON.stringify(steps) !== JSON.stringify(before.steps)) await writeRecord(record, { identity, steps, epochs: resolved.gpt.epochs });
  const latest = done.at(-1);
  const latestWeights = exported.find(({ epoch }) => epoch === latest?.epoch);
  if (latest !== undefined && latestWeights !== undefined && (await checkZip(latestWeights.path)) === null) {
    await pruned.remove(done.slice(0, -pruned.keep).map(({ path }) => path));
  }
  return latest?.epoch ?? 0;
}

async function acceptWeights(resolved: ResolvedOptions, run: EngineRun | null): Promise<string> {
  const { weights, record } = places(resolved);
  const { epochs } = resolved.gpt;
  const exported = await findGptWeights(weights, resolved.name);
  const last = exported.find(({ epoch }) => epoch === epochs);
  const wrong = last === undefined ? 'is not there' : await checkZip(last.path);
  const what = `weights of epoch ${epochs} in ${weights}`;
  if (wrong !== null) {
    if (run !== null) throw classifyFailure(TITLE, run, run.evidence, { what, code: 'TRAINING_NO_WEIGHTS' });
    throw new TrainingError('TRAINING_NO_WEIGHTS', `${TITLE} left no ${what}.`, { epochs });
  }
  const { steps } = await readRecord(record);
  if (steps[String(epochs)] === 0) {
    for (const { path } of [...(await findGptResume(places(resolved).resume)), ...exported]) await rm(path, { force: true }); // else the next run would take them for done
    throw new TrainingError('TRAINING_UNTRAINED', `${TITLE}: after ${epochs} epochs the optimizer has not stepped once; the weights are the pretrained ones.`, { epochs, step: 0 });
  }
  return last?.path ?? '';
}

/** What a listener is told beside the epochs. `step` counts batches of all epochs; the optimizer steps at every fourth. */
const gptValues = ({ batch, values: { total_loss: loss, lr, top_3_acc: accuracy } }: GptNow, batches: number, stepsPerSec: number | null): Readonly<Record<string, number>> => ({
  epoch: Math.max(1, Math.ceil(batch / batches)), step: batch,
  ...(loss === undefined ? {} : { loss }), ...(accuracy === undefined ? {} : { top3Accuracy: accuracy }), ...(lr === undefined ? {} : { learningRate: lr }), ...(stepsPerSec === null ? {} : { stepsPerSec }),
});

/** What the line `ckpt_path: …` says (s1_train.py 48b1a01:146): the epoch, from 1, whose checkpoint is taken; null for none; undefined for another line. */
export function resumedFrom(line: string): number | null | undefined {
  const path = /^ckpt_path: (.+)$/.exec(line)?.[1];
  if (path === undefined) return undefined;
  const epoch = /epoch=(\d+)-step=\d+\.ckpt$/.exec(path)?.[1];
  return epoch === undefined ? null : Number(epoch) + 1;
}

/** GPT training as a stage: resumes from whole checkpoints, and is done only when the last epoch's weights are there and learned something. */
export function trainGptStage(before: readonly string[], options: TrainingStagesOptions): Stage {
  const engine = openVoiceEngine(options, 'train-gpt');
  const { resolved } = engine;
  const { paths, gpt, version, half, name } = resolved;
  const at = places(resolved);
  const inside = (path: string): string => insideRoot(options.root, path);
  const pruned = openPruned(options.keepCheckpoints);
  let said: { readonly run: EngineRun | null; readonly notes: readonly string[]; readonly tooLong: readonly Drop[] } = { run: null, notes: [], tooLong: [] };

  async function train(context: StageContext, tried: readonly MemoryFit[] = []): Promise<void> {
    const trainable = await trainableForGpt(paths.expDir);
    requireTrainable(TITLE, trainable);
    const wished = await completeOptions(engine, trainable.keys.length);
    const { batchSize } = gptSchedule(wished);
    const wish: MemoryFit = { batchSize, gradCheckpoint: false, maxSec: null };
    const key = memoryKey('train-gpt', version, wished.gpus, wish);
    const fit = tried.at(-1) ?? (await recallFit(paths.configDir, key)) ?? wish;
    const seconds = await clipSeconds(paths.expDir, trainable.keys);
    const tooLong = leftOut(seconds, fit.maxSec);
    const complete = await withoutLongest({ ...wished, gpt: { ...wished.gpt, batchSize: fit.batchSize } }, 'train-gpt', seconds, fit.maxSec);
    const [step] = stepsOf(wished, 'train-gpt'); // the identity is that of the wish: a smaller batch goes on where the larger one ended
    if (step === undefined) throw new TypeError('the profile plans no GPT training');
    const identity = await trainingIdentity(step, { kind: await engineKind(engine), batchSize, dpo: gpt.dpo, half, version, name, template: complete.templates.s1 ?? null }, [join(paths.expDir, '2-name2text.txt'), join(paths.expDir, '6-name2semantic.tsv')]);
    const notes = batchSize < gpt.batchSize ? [`batch size ${gpt.batchSize} lowered to ${batchSize}: with ${trainable.keys.length} utterances an epoch would have fewer than five batches and train nothing`] : [];
    if (describeFit(fit) !== describeFit(wish)) notes.push(`trained with ${describeFit(fit)} instead of ${batchSize}: with more the GPU ran out of memory`);
    const interval = planSaveInterval(gpt.epochs, gpt.saveEvery);
    if (interval !== gpt.saveEvery) notes.push(`weights are exported every ${interval} epochs instead of ${gpt.saveEvery}, so that epoch ${gpt.epochs} is`);
    const record = await readRecord(at.record);
    if (record.identity !== identity) {
      for (const { path } of [...(await findGptResume(at.resume)), ...(await findGptWeights(at.weights, name))]) await rm(path, { force: true });
      await rm(gptOutputDir(complete), { recursive: true, force: true });
      if (record.identity !== '') context.log('voxtune: data or settings changed: training starts over');
      await rm(at.losses, { force: true });
      await writeRecord(at.record, { identity, steps: {}, epochs: gpt.epochs });
    } else {
      requireExtension(TITLE, record, gpt.epochs, options.extend === true);
      if (record.epochs !== gpt.epochs) await writeRecord(at.record, { ...record, epochs: gpt.epochs });
    }
    const { from, notes: repairs } = await keepResumable(complete);
    for (const repair of repairs) context.log(`voxtune: ${repair}`);
    const exported = new Set((await findGptWeights(at.weights, name)).map(({ epoch }) => epoch));
    said = { run: null, notes, tooLong };
    if (exportedEpochs(gpt.epochs, interval).every((epoch) => exported.has(epoch)) && record.identity === identity && (await readRecord(at.record)).steps[String(gpt.epochs)] !== undefined) {
      context.log(`voxtune: the weights of epoch ${gpt.epochs} are there already`);
      await tidyWhileRunning(complete, identity, pruned);
      return;
    }
    if (from > 0) context.log(`voxtune: resuming after epoch ${from}`);
    context.progress({ done: from, total: gpt.epochs, unit: 'epochs' });
    const batches = gptBatchesPerEpoch(fit.batchSize, trainable.keys.length - tooLong.length, Math.max(1, wished.gpus.length));
    const rate = createStepRate();
    let lastMark = '';
    let resumed: boolean | null = null;
    const [run] = await runSteps(engine, stepsOf(complete, 'train-gpt'), context, {
      onLine(line) {
        const taken = resumedFrom(line);
        if (taken === undefined || from === 0) return null;
        resumed = taken === from;
        return resumed ? null : `it started from ${taken === null ? 'the pretrained model' : `epoch ${taken + 1}`} instead of epoch ${from + 1}`;
      },
      async mark() {
        const saved = await tidyWhileRunning(complete, identity, pruned);
        const now = await readGptNow(gptOutputDir(complete));
        const batch = now?.batch ?? 0;
        const share = from > 0 && saved === from && batch <= from * batches ? from : batch / batches; // until the resumed training logs, its last checkpoint counts
        const done = Math.min(gpt.epochs, Math.max(from, saved, Math.floor(share * 100) / 100));
        const mark = `${done} ${batch} ${saved}`;
        if (mark !== lastMark) context.progress({ done, total: gpt.epochs, unit: 'epochs', ...(now === null ? {} : { values: gptValues(now, batches, rate(performance.now(), batch)) }) });
        lastMark = mark;
        return mark;
      },
    });
    await tidyWhileRunning(complete, identity, pruned);
    said = { run: run ?? null, notes, tooLong };
    if (run === undefined) return;
    if (from > 0 && (resumed === false || (resumed === null && run.exitCode === 0))) {
      throw new TrainingError('TRAINING_RESUME_IGNORED', `${TITLE} was to go on with epoch ${from + 1}: ${run.stopped ?? 'the engine never said where it started'}.`, { from, checkpoint: (await findGptResume(at.resume)).at(-1)?.path ?? '' });
    }
    const next = run.exitCode !== 0 && run.evidence.best()?.cause.code === 'TRAINING_CUDA_OUT_OF_MEMORY' ? nextMemoryFit(fit, gpt.dpo ? 2 : 1, false, [...seconds.values()]) : null; // dpo halves it again
    if (next !== null) {
      context.log(`voxtune: the GPU ran out of memory with ${describeFit(fit)}: trying ${describeFit(next)}`);
      context.event({ kind: 'memory-ladder', from: fit, to: next, engineLine: run.evidence.best()?.line ?? '' });
      return train(context, [...tried, next]);
    }
    if (run.exitCode !== 0 || run.silentForMs !== undefined) throw classifyFailure(TITLE, run, run.evidence, null);
    if (tried.length > 0) await rememberFit(paths.configDir, key, fit);
    const losses = await readGptLosses(gptOutputDir(complete));
    const lastLoss = losses.find((each) => each.name.includes('loss'))?.values.at(-1);
    if (lastLoss === null) throw await forget('the loss went to NaN');
  }

  /** Poisoned checkpoints must not be resumed from. */
  async function forget(what: string): Promise<TrainingError> {
    for (const { path } of [...(await findGptResume(at.resume)), ...(await findGptWeights(at.weights, name))]) await rm(path, { force: true });
    return new TrainingError('TRAINING_LOSS_NAN', `${TITLE}: ${what}; its checkpoints were deleted.`, {});
  }

  return {
    id: 'train-gpt', title: TITLE, version: 1,
    needs: [...neededBefore(options), ...before],
    reads: [inside(join(paths.expDir, '2-name2text.txt')), inside(join(paths.expDir, '6-name2semantic.tsv'))],
    writes: [inside(at.weights), inside(at.resume), inside(at.record), inside(at.losses), inside(join(paths.configDir, 'tmp_s1.yaml'))],
    options: { profile: 'upstream', engine: knownKind(engine), version, half, gpt, gpus: resolved.gpus.length, pretrained: gptPretrained(resolved) },
    missing: () => missingMeans(engine, 'train-gpt'),
    run: (context) => train(context),
    async accept(context) {
      const look = await lookIntoWeights(await acceptWeights(resolved, said.run), 'PK', context.signal);
      if (look.bad !== null) throw await forget(look.bad);
      const output = gptOutputDir(resolved);
      const logs = await readGptLosses(output);
      await keepSeries(at.losses, logs);
      await moveLogs(output, join(context.runDir, 'train-gpt'), (entry) => entry !== 'ckpt');
      const { keys, dropped, total } = await trainableForGpt(paths.expDir);
      return { in: total, kept: keys.length - said.tooLong.length, dropped: [...dropped, ...said.tooLong], notes: [...said.notes, ...pruned.notes(), ...look.notes, ...stuckNotes(logs), ...slowNotes(logs)] };
    },
  };
}
