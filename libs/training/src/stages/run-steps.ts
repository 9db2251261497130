import type { StageContext } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { type EngineStep } from '../plan/engine-step.js';
import { forgetChildren, recordChildren } from '../run/leftover.js';
import { watchGpu } from '../run/gpu-idle.js';
import { runEngine, type EngineRun } from '../run/run-engine.js';
import { childrenPath, prepareSteps, type VoiceEngine } from './voice-engine.js';

export type StepWatch = {
  onLine?(line: string, stream: 'stdout' | 'stderr', redrawn: boolean): string | null | undefined;
  /** Looked at while the engine runs; a changed value is a sign of life. */
  mark?(): Promise<string>;
  /** The GPUs do nothing. */
  onIdle?(words: string): void;
};

/** How often nvidia-smi is asked, ms; it takes some 50 ms of one core. Ours. */
const GPU_LOOK_MS = 30_000;

/**
 * Runs the processes of one stage at once (parts on several GPUs) and waits for all. When one cannot start or the run is aborted, the others are ended.
 * @throws the abort reason; {@link TrainingError} `TRAINING_INTERPRETER_MISSING`, `TRAINING_PRETRAINED_MISSING`, `TRAINING_STILL_RUNNING`.
 */
export async function runSteps(engine: VoiceEngine, steps: readonly EngineStep[], context: StageContext, watch: StepWatch): Promise<readonly EngineRun[]> {
  await prepareSteps(engine, steps, context);
  const { readGpuUse } = engine.options;
  const training = steps.some(({ id }) => id === 'train-gpt' || id === 'train-sovits');
  const look = readGpuUse === undefined || engine.resolved.device !== 'cuda' || !training ? null : watchGpu({
    read: readGpuUse, gpus: engine.resolved.gpus, now: () => performance.now(),
    say: (words) => { context.log(`voxtune: ${words}`); context.event({ kind: 'gpu-idle', words }); watch.onIdle?.(words); },
  });
  const timer = look === null ? null : setInterval(() => void look(), GPU_LOOK_MS);
  const pids: number[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const record = childrenPath(engine);
  const start = async (step: EngineStep): Promise<EngineRun> => {
    const label = step.part.count > 1 ? `[${step.part.index}] ` : '';
    context.log(`voxtune: ${label}${step.command} ${step.args.join(' ')}`);
    try {
      const run = await runEngine(step, {
        signal, graceMs: engine.graceMs, pollMs: engine.pollMs, silenceLimitMs: engine.silenceLimitMs,
        log: (line) => context.log(`${label}${line}`),
        onStart: async (pid) => {
          pids.push(pid);
          await recordChildren(record, pids);
        },
        ...(watch.onLine === undefined ? {} : { onLine: watch.onLine.bind(watch) }),
        ...(watch.mark === undefined ? {} : { mark: watch.mark.bind(watch) }),
      });
      context.log(`voxtune: ${label}ended with ${run.signal ?? `exit code ${run.exitCode}`}`);
      return run;
    } catch (error) {
      stop.abort(error);
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'EACCES') throw error;
      throw new TrainingError('TRAINING_INTERPRETER_MISSING', `${step.title}: cannot start ${step.command} in ${step.cwd} (${code}).`, { command: step.command, cwd: step.cwd }, { cause: error });
    }
  };
  const settled = await Promise.allSettled(steps.map(start));
  if (timer !== null) clearInterval(timer);
  await forgetChildren(record);
  context.signal.throwIfAborted();
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<EngineRun>).value);
}
