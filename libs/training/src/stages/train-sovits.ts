import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drop, Stage, StageContext } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { checkZip } from '../features/check-zip.js';
import { clipId } from '../list/parse-list.js';
import { classifyFailure } from '../log/classify.js';
import { createClipLines, type ClipLines } from '../log/clip-lines.js';
import { parseS2Line, type S2Loss } from '../log/parse-s2-log.js';
import { type ResolvedOptions } from '../plan/options.js';
import { sovitsCheckpointDir, sovitsPretrainedD, sovitsPretrainedG } from '../plan/render-config.js';
import { exportedEpochs, planSaveInterval } from '../plan/schedule.js';
import { VERSION_FACTS } from '../profile/versions.js';
import { describeFit, memoryKey, nextMemoryFit, recallFit, rememberFit, type MemoryFit } from '../run/memory-ladder.js';
import { type EngineRun } from '../run/run-engine.js';
import { writeCheckpoints } from './checkpoints.js';
import { findSovitsWeights, keepWhole } from './gpt-files.js';
import { moveLogs } from './keep-logs.js';
import { keepSeries, readSovitsLosses, slowNotes, stuckNotes, type LossSeries } from './losses.js';
import { lookIntoWeights } from './look-into-weights.js';
import { createStepRate } from '../run/step-rate.js';
import { runSteps } from './run-steps.js';
import { findSovitsSteps, keepSovitsResumable } from './sovits-files.js';
import { openPruned } from './prune-checkpoints.js';
import { requireTrainable, trainableForSovits, trainingIdentity } from './train-common.js';
import { readRecord, requireExtension, writeRecord } from './training-record.js';
import { clipSeconds, fitDir, leftOut, withoutLongest } from './without-longest.js';
import { completeOptions, engineKind, insideRoot, knownKind, missingMeans, neededBefore, openVoiceEngine, stepsOf, type TrainingStagesOptions } from './voice-engine.js';

const TITLE = 'SoVITS training';

const places = (resolved: ResolvedOptions) => ({
  resume: sovitsCheckpointDir(resolved), weights: resolved.paths.sovitsWeightsDir, record: join(resolved.paths.expDir, 'training-sovits.json'), losses: join(resolved.paths.expDir, 'losses-sovits.json'),
});

/** What a listener is told beside the epochs: `loss` is what the generator minimises, the others are its parts and the discriminator's. */
function sovitsValues({ step, learningRate, losses }: S2Loss, stepsPerSec: number | null): Readonly<Record<string, number>> {
  const { gen, cfm, ...parts } = losses;
  const loss = gen ?? cfm;
  return { step, ...(loss === undefined ? {} : { loss }), ...parts, learningRate, ...(stepsPerSec === null ? {} : { stepsPerSec }) };
}

type Said = { readonly run: EngineRun | null; readonly lines: ClipLines | null; readonly notes: readonly string[]; readonly saveFailed: string | null; readonly tooLong: readonly Drop[] };

/** SoVITS training as a stage: resumes from whole checkpoints, ends on NaN or on a start from noise, and is done only when the last epoch's weights are there. */
export function trainSovitsStage(before: readonly string[], options: TrainingStagesOptions): Stage {
  const engine = openVoiceEngine(options, 'train-sovits');
  const { resolved } = engine;
  const { paths, sovits, version, half, name } = resolved;
  const facts = VERSION_FACTS[version];
  const at = places(resolved);
  const inside = (path: string): string => insideRoot(options.root, path);
  const pruned = openPruned(options.keepCheckpoints);
  let said: Said = { run: null, lines: null, notes: [], saveFailed: null, tooLong: [] };

  const removeAll = async (): Promise<void> => {
    for (const { path } of await findSovitsWeights(at.weights, name)) await rm(path, { force: true });
    await rm(at.resume, { recursive: true, force: true });
  };
  const exportedSteps = async (): Promise<ReadonlySet<number>> => new Set((await findSovitsWeights(at.weights, name)).filter(({ epoch }) => epoch <= sovits.epochs).map(({ step }) => step));

  /** The newest checkpoints whose weights are whole make older ones superfluous. @returns What is there: a change is a sign of life. */
  async function tidy(): Promise<string> {
    const saved = await findSovitsSteps(at.resume);
    const whole = new Set<number>();
    for (const file of await findSovitsWeights(at.weights, name)) if ((await checkZip(file.path, { head: facts.weightHead })) === null) whole.add(file.step);
    const latest = saved.filter(({ step }) => whole.has(step)).at(-1);
    const older = saved.filter(({ step }) => latest !== undefined && step < latest.step);
    await pruned.remove(older.slice(0, Math.max(0, older.length - (pruned.keep - 1))).flatMap(({ paths }) => paths));
    return `${saved.map(({ step }) => step).join()} ${whole.size}`;
  }

  async function train(context: StageContext, tried: readonly MemoryFit[] = []): Promise<void> {
    const trainable = await trainableForSovits(paths.expDir);
    requireTrainable(TITLE, trainable);
    const wished = await completeOptions(engine, trainable.keys.length);
    const wish: MemoryFit = { batchSize: wished.sovits.batchSize, gradCheckpoint: wished.sovits.gradCheckpoint, maxSec: null };
    const key = memoryKey('train-sovits', version, wished.gpus, wish);
    const fit = tried.at(-1) ?? (await recallFit(paths.configDir, key)) ?? wish;
    const { maxSec, ...settled } = fit;
    const seconds = await clipSeconds(paths.expDir, trainable.keys);
    const tooLong = leftOut(seconds, maxSec);
    const complete = await withoutLongest({ ...wished, sovits: { ...wished.sovits, ...settled } }, 'train-sovits', seconds, maxSec);
    const steps = stepsOf(complete, 'train-sovits');
    const [step] = stepsOf(wished, 'train-sovits');
    if (step === undefined) throw new TypeError('the profile plans no SoVITS training');
    const { epochs: _epochs, saveEvery: _saveEvery, ...settings } = sovits;
    const identity = await trainingIdentity(step, { kind: await engineKind(engine), ...settings, half, version, name, template: complete.templates.s2 ?? null }, ['2-name2text.txt', 'inputs-ssl.json', 'inputs-speaker.json'].map((file) => join(paths.expDir, file)));
    const interval = planSaveInterval(sovits.epochs, sovits.saveEvery);
    const notes = interval === sovits.saveEvery ? [] : [`weights are exported every ${interval} epochs instead of ${sovits.saveEvery}, so that epoch ${sovits.epochs} is`];
    if (describeFit(fit) !== describeFit(wish)) notes.push(`trained with ${describeFit(fit)} instead of ${describeFit(wish)}: with that the GPU ran out of memory`);
    const record = await readRecord(at.record);
    if (record.identity !== identity) {
      await removeAll();
      if (record.identity !== '') context.log('voxtune: data or settings changed: training starts over');
      await rm(at.losses, { force: true });
      await writeRecord(at.record, { identity, steps: {}, epochs: sovits.epochs });
    } else {
      requireExtension(TITLE, record, sovits.epochs, options.extend === true);
      if (record.epochs !== sovits.epochs) await writeRecord(at.record, { ...record, epochs: sovits.epochs });
    }
    const weights = await keepWhole(await findSovitsWeights(at.weights, name), facts.weightHead);
    const { usable, notes: repairs } = await keepSovitsResumable(at.resume, await exportedSteps(), facts.lora ? 'G' : 'GD');
    for (const repair of [...weights.notes, ...repairs]) context.log(`voxtune: ${repair}`);
    const exported = new Set(weights.whole.map(({ epoch }) => epoch));
    said = { run: null, lines: null, notes, saveFailed: null, tooLong };
    if (exportedEpochs(sovits.epochs, interval).every((epoch) => exported.has(epoch))) {
      context.log(`voxtune: the weights of epoch ${sovits.epochs} are there already`);
      await tidy();
      return;
    }
    const from = weights.whole.find(({ step: exportedStep }) => exportedStep === usable.at(-1)?.step)?.epoch ?? 0;
    if (from > 0) context.log(`voxtune: resuming after epoch ${from}`);
    // Weights of a later epoch than the resume point would be exported again under the same name; those of an unfinished try go.
    for (const { epoch, path } of weights.whole) if (epoch > from) await rm(path, { force: true });

    const lines = createClipLines(trainable.keys);
    let epoch = from;
    let started = false;
    let sawPretrained = false;
    let saveFailed: string | null = null;
    let values: Readonly<Record<string, number>> | undefined;
    let share = 0;
    const rate = createStepRate();
    const report = (now: number): void => {
      share = now;
      context.progress({ done: Math.round((epoch + share) * 100) / 100, total: sovits.epochs, unit: 'epochs', ...(values === undefined ? {} : { values: { epoch: Math.min(sovits.epochs, epoch + 1), ...values } }) });
    };
    report(0);
    let stopCode: 'TRAINING_LOSS_NAN' | 'TRAINING_FROM_SCRATCH' | 'TRAINING_RESUME_IGNORED' | null = null;
    const [run] = await runSteps(engine, steps, context, {
      onLine(line) {
        lines.add(line);
        const parsed = parseS2Line(line);
        switch (parsed?.kind) {
          case 'pretrained': sawPretrained ||= parsed.path === sovitsPretrainedG(complete); break;
          case 'start':
            started = true;
            epoch = parsed.epoch - 1;
            if (parsed.epoch !== from + 1) {
              stopCode = 'TRAINING_RESUME_IGNORED';
              return `it started from epoch ${parsed.epoch} instead of ${from + 1}`;
            }
            if (parsed.epoch === 1 && !sawPretrained) {
              stopCode = 'TRAINING_FROM_SCRATCH';
              return 'not started from the pretrained model';
            }
            break;
          case 'epoch-progress': report(Math.min(0.99, parsed.percent / 100)); break;
          case 'bar': if (started && parsed.total > 0) report(Math.min(0.99, parsed.done / parsed.total)); break;
          case 'epoch-done': epoch = parsed.epoch; report(0); break;
          case 'saved': if (!parsed.ok) saveFailed = parsed.name; break;
          case 'loss':
            if (Object.values(parsed.loss.losses).some((value) => !Number.isFinite(value))) {
              stopCode = 'TRAINING_LOSS_NAN';
              return `the loss went to NaN at step ${parsed.loss.step}`;
            }
            values = sovitsValues(parsed.loss, rate(performance.now(), parsed.loss.step));
            report(share);
            break;
          default:
        }
        return null;
      },
      mark: tidy,
    });
    await tidy();
    said = { run: run ?? null, lines, notes, saveFailed, tooLong };
    if (run === undefined) return;
    if ((stopCode as string | null) === 'TRAINING_RESUME_IGNORED' || (from > 0 && !started && run.exitCode === 0)) {
      throw new TrainingError('TRAINING_RESUME_IGNORED', `${TITLE} was to go on with epoch ${from + 1}: ${run.stopped ?? 'the engine never said where it started'}.`, { from, checkpoint: usable.at(-1)?.paths[0] ?? '' });
    }
    if (stopCode !== null) {
      await removeAll(); // poisoned checkpoints must not be resumed from
      throw new TrainingError(stopCode, `${TITLE}: ${run.stopped ?? 'it was ended'}; the engine was ended and its checkpoints deleted.`, { pretrained: sovitsPretrainedG(complete) });
    }
    const next = run.exitCode !== 0 && run.evidence.best()?.cause.code === 'TRAINING_CUDA_OUT_OF_MEMORY' ? nextMemoryFit(fit, 1, facts.lora, [...seconds.values()]) : null;
    if (next !== null) {
      context.log(`voxtune: the GPU ran out of memory with ${describeFit(fit)}: trying ${describeFit(next)}`);
      context.event({ kind: 'memory-ladder', from: fit, to: next, engineLine: run.evidence.best()?.line ?? '' });
      return train(context, [...tried, next]);
    }
    if (run.exitCode !== 0 || run.silentForMs !== undefined) throw classifyFailure(TITLE, run, run.evidence, null);
    if (tried.length > 0) await rememberFit(paths.configDir, key, fit);
  }

  return {
    id: 'train-sovits', title: TITLE, version: 1,
    needs: [...neededBefore(options), ...before],
    reads: [
      ...['2-name2text.txt', '6-name2semantic.tsv', 'inputs-ssl.json', ...(facts.speaker ? ['inputs-speaker.json'] : [])].map((file) => inside(join(paths.expDir, file))),
      inside(paths.gptWeightsDir), // its weights are listed in checkpoints.jsonl too
    ],
    writes: [
      inside(at.weights), inside(at.resume), inside(at.record), inside(at.losses), inside(join(paths.expDir, 'config.json')),
      inside(join(paths.configDir, 'tmp_s2.json')), inside(engine.checkpointsPath),
    ],
    options: { profile: 'upstream', engine: knownKind(engine), version, half, sovits, gptEpochs: resolved.gpt.epochs, gpus: resolved.gpus.length, pretrained: [sovitsPretrainedG(resolved), sovitsPretrainedD(resolved)] },
    missing: () => missingMeans(engine, 'train-sovits'),
    run: (context) => train(context),
    async accept(context) {
      const [last] = (await findSovitsWeights(at.weights, name)).filter(({ epoch }) => epoch === sovits.epochs);
      const wrong = last === undefined ? 'is not there' : await checkZip(last.path, { head: facts.weightHead });
      if (wrong !== null) {
        const what = `weights of epoch ${sovits.epochs} in ${at.weights}`;
        const code = said.saveFailed === null ? 'TRAINING_NO_WEIGHTS' : 'TRAINING_SAVE_FAILED';
        if (said.run !== null) throw classifyFailure(TITLE, said.run, said.run.evidence, { what, code });
        throw new TrainingError(code, `${TITLE} left no ${what}${last === undefined ? '' : ` that is whole: the file ${wrong}`}.`, { epochs: sovits.epochs });
      }
      const look = await lookIntoWeights(last?.path ?? '', facts.weightHead, context.signal);
      if (look.bad !== null) {
        await removeAll();
        throw new TrainingError('TRAINING_LOSS_NAN', `${TITLE}: ${look.bad}; its checkpoints were deleted.`, {});
      }
      const logged: LossSeries[][] = [];
      for (const dir of [paths.expDir, fitDir(resolved, 'train-sovits')]) { // the engine logs where it reads
        logged.push([...(await readSovitsLosses(join(dir, 'train.log')))]);
        await keepSeries(at.losses, logged.at(-1) ?? []);
        await moveLogs(dir, join(context.runDir, 'train-sovits'), (entry) => entry === 'train.log' || entry === 'eval' || entry.startsWith('events.out.tfevents.'));
      }
      const logs = logged.flat();
      const record = await readRecord(join(paths.expDir, 'training-gpt.json'));
      await writeCheckpoints(engine.checkpointsPath, {
        root: options.root, gptWeightsDir: paths.gptWeightsDir, sovitsWeightsDir: at.weights, name, sovitsHead: facts.weightHead, gptEpochs: resolved.gpt.epochs, sovitsEpochs: sovits.epochs, gptSteps: record.steps, signal: context.signal,
      });
      const { keys, dropped, total } = await trainableForSovits(paths.expDir);
      const silenced: readonly Drop[] = keys.flatMap((key) => {
        const complaint = said.lines?.of(key) ?? null;
        return complaint === null ? [] : [{ id: clipId(key), reason: `the engine could not load it and trained on silence in its place — engine: "${complaint.line}"` }];
      });
      if (silenced.length === keys.length) throw new TrainingError('TRAINING_AUDIO_UNREADABLE', `${TITLE}: the engine could load none of ${keys.length} clips. The first, ${silenced[0]?.id}: ${silenced[0]?.reason}.`, {});
      return { in: total, kept: keys.length - silenced.length - said.tooLong.filter(({ id }) => !silenced.some((each) => each.id === id)).length, dropped: [...dropped, ...silenced, ...said.tooLong.filter(({ id }) => !silenced.some((each) => each.id === id))], notes: [...said.notes, ...pruned.notes(), ...look.notes, ...stuckNotes(logs), ...slowNotes(logs)] };
    },
  };
}
