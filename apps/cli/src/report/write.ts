// Gathers what a voice has and writes work/report.html.
import { existsSync } from 'node:fs';
import { renderDatasetSection } from '@voxtune/dataset';
import { readStatus, writeFileAtomic, type Stage } from '@voxtune/pipeline';
import { readTrainingHistory, renderTrainingSection } from '@voxtune/training';
import { readEvaluation } from '../stages/evaluate.js';
import { readLists } from '../stages/list.js';
import { trainingOptions, type Engine } from '../voice/engine.js';
import { datasetParts } from '../voice/findings.js';
import { type Voice } from '../voice/folder.js';
import { evaluationSections } from './evaluation.js';
import { renderPage, renderStages, type Section } from './page.js';

/** How often the report is written while a training runs, seconds. Ours. */
export const LIVE_REPORT_SEC = 60;

const STAND_IN = 'Made with the stand-in engine: it learned nothing. It joins pieces of the recordings so that every stage can be seen without a GPU; its figures say nothing about a trained voice and are not judged.';

/** Writes the report of whatever is there; `live` ones load themselves anew. @returns its path. */
export async function writeReport(voice: Voice, stages: readonly Stage[], engine: Engine | null, { live = false }: { readonly live?: boolean } = {}): Promise<string> {
  const checkout = engine?.checkout ?? null;
  const status = await readStatus(stages, { root: voice.root });
  const done = (id: string) => status.find((s) => s.id === id)?.state === 'done';
  const sections: Section[] = [renderStages(status)];
  const parts = await datasetParts(voice);
  if (parts !== null) sections.push(renderDatasetSection({ ...parts, ...(existsSync(voice.at('listsManifest')) ? { lists: await readLists(voice) } : {}) }));
  const trained = (id: string) => ['done', 'running'].includes(status.find((s) => s.id === id)?.state ?? '');
  if (checkout !== null && (trained('train-gpt') || trained('train-sovits'))) sections.push(renderTrainingSection(await readTrainingHistory(trainingOptions(voice, engine))));
  if (done('evaluate')) {
    sections.push(...(await evaluationSections(voice, await readEvaluation(voice))));
  }
  const kept = (parts?.recordings ?? []).filter((r) => r.kept);
  const minutes = kept.reduce((sum, r) => sum + (r.durationSec ?? 0), 0) / 60;
  const html = renderPage({
    title: voice.name,
    subtitle: `${kept.length} recording${kept.length === 1 ? '' : 's'}, ${minutes.toFixed(1)} minutes, language ${voice.config.language}${checkout === null ? '' : `, engine ${checkout.kind}${checkout.commit === null ? '' : ` ${checkout.commit.slice(0, 10)}`} ${voice.config.engine.version}`}`,
    notice: checkout?.kind === 'stand-in' ? STAND_IN : null,
    sections,
    refreshSec: live ? LIVE_REPORT_SEC : null,
  });
  await writeFileAtomic(voice.at('report'), html);
  return voice.at('report');
}
