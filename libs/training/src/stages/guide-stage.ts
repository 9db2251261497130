import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hashFile, writeJsonLines, type Stage, type StageContext } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { checkZip } from '../features/check-zip.js';
import { classifyFailure } from '../log/classify.js';
import { guideLists } from '../plan/plan-guide.js';
import { type EngineRun } from '../run/run-engine.js';
import { type Checkpoint } from './checkpoints.js';
import { runSteps } from './run-steps.js';
import { completeOptions, insideRoot, missingMeans, nameRead, neededBefore, openVoiceEngine, stepsOf, type TrainingStagesOptions } from './voice-engine.js';

/** Lines of a guide list that name an audio file; `#` begins a comment. */
export const countGuideLines = (text: string): number => text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')).length;

/** The epoch and step a file name tells; 0 where it does not. The guide does not say how its weights are called. */
export function readEpoch(file: string): { readonly epoch: number; readonly step: number } {
  const number = (pattern: RegExp): number => Number(pattern.exec(file)?.[1] ?? 0);
  return { epoch: number(/(?:epoch=|[-_]e)(\d+)/), step: number(/(?:step=|[-_]s)(\d+)/) };
}

const KINDS = { 'train-gpt': { title: 'GPT training', kind: 'gpt', extension: '.ckpt' }, 'train-sovits': { title: 'SoVITS training', kind: 'sovits', extension: '.pth' } } as const;

async function findWeights(dir: string, extension: string): Promise<readonly string[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(extension)).sort();
  const whole: string[] = [];
  for (const name of names) {
    const wrong = await checkZip(join(dir, name));
    if (wrong === null || wrong.startsWith('begins with')) whole.push(join(dir, name)); // forks write other formats; a short or cut file is none
  }
  return whole;
}

/** One training command of the guide. Its programs are not known further: what counts is that new weights are there. */
export function guideStage(id: 'train-gpt' | 'train-sovits', before: readonly string[], options: TrainingStagesOptions): Stage {
  const engine = openVoiceEngine(options, id);
  const { paths, gpt, sovits, half, name } = engine.resolved;
  const { title, kind, extension } = KINDS[id];
  const dir = kind === 'gpt' ? paths.gptWeightsDir : paths.sovitsWeightsDir;
  const lists = paths.guideLists ?? guideLists(name);
  const [train, valid] = (kind === 'gpt' ? [lists.gptTrain, lists.gptValid] : [lists.sovitsTrain, lists.sovitsValid]).map((path) => resolve(engine.resolved.engineRoot, path));
  const config = join(paths.configDir, kind === 'gpt' ? 's1longer.yaml' : 's2.json');
  let said: EngineRun | null = null;
  return {
    id, title, version: 1, needs: [...neededBefore(options), ...before],
    reads: [train ?? '', valid ?? ''].map((path) => nameRead(options.root, path)),
    writes: [insideRoot(options.root, dir), insideRoot(options.root, config), ...(kind === 'sovits' ? [insideRoot(options.root, engine.checkpointsPath)] : [])],
    options: { profile: 'guide', half, settings: kind === 'gpt' ? gpt : sovits },
    missing: () => missingMeans(engine, id),
    async run(context: StageContext) {
      const text = await readFile(train ?? '', 'utf8').catch((error: unknown) => {
        throw new TrainingError('TRAINING_LIST_MISSING', `There is no training list ${train}.`, { path: train ?? '' }, { cause: error });
      });
      if (countGuideLines(text) === 0) throw new TrainingError('TRAINING_LIST_EMPTY', `${train} has no line that names an audio file.`, { path: train ?? '' });
      const [run] = await runSteps(engine, stepsOf(await completeOptions(engine, countGuideLines(text)), id), context, {
        mark: async () => (await findWeights(dir, extension)).join(),
      });
      said = run ?? null;
      if (run !== undefined && (run.exitCode !== 0 || run.silentForMs !== undefined)) throw classifyFailure(title, run, run.evidence, null);
    },
    async accept() {
      const weights = await findWeights(dir, extension);
      const what = `weights (*${extension}) in ${dir}`;
      if (weights.length === 0) {
        if (said !== null) throw classifyFailure(title, said, said.evidence, { what, code: 'TRAINING_NO_WEIGHTS' });
        throw new TrainingError('TRAINING_NO_WEIGHTS', `${title} left no ${what}.`, {});
      }
      if (kind === 'sovits') {
        const rows: Checkpoint[] = [];
        for (const each of ['train-gpt', 'train-sovits'] as const) {
          const from = KINDS[each].kind === 'gpt' ? paths.gptWeightsDir : paths.sovitsWeightsDir;
          for (const path of await findWeights(from, KINDS[each].extension)) rows.push({ v: 1, kind: KINDS[each].kind, ...readEpoch(path), path: nameRead(options.root, path), sha256: await hashFile(path) });
        }
        await writeJsonLines(engine.checkpointsPath, rows);
      }
      const lines = countGuideLines(await readFile(train ?? '', 'utf8'));
      return { in: lines, kept: lines, dropped: [], notes: ['the guide’s programs do not say which lines they used'] };
    },
  };
}
