// The sections of an evaluation, for the voice's report and for the evaluation's own page.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, downmix } from '@voxtune/audio';
import { rankSentences, renderEvaluationSection, renderPage, renderSweepSection } from '@voxtune/eval';
import { writeFileAtomic } from '@voxtune/pipeline';
import { type EvaluationFile } from '../stages/evaluate.js';
import { type Voice } from '../voice/folder.js';
import { escapeHtml, type Section } from './page.js';

/** Sound that a report carries, bytes of WAV; the worst sentences come first, and what lies beyond is heard from the folder. */
const EMBEDDED_BYTES = 48_000_000;
/** Sentences with spectrograms. */
const PICTURED = 8;

/** The evaluation as sections: figures with players for the worst sentences, and how the checkpoints were chosen. */
export async function evaluationSections(voice: Voice, report: EvaluationFile): Promise<Section[]> {
  const folder = join(voice.at('evaluation'), report.id);
  const wavs = new Map<string, Buffer>();
  let left = EMBEDDED_BYTES, silent = 0;
  for (const { id } of rankSentences(report)) {
    for (const [key, file] of [[id, join(folder, 'audio', `${id}.wav`)], [`real:${id}`, join(voice.at('reviewedClips'), `${id}.wav`)]] as const) {
      const size = await stat(file).then((found) => found.size, () => null);
      if (size === null) continue;
      if (size > left) { silent += 1; continue; }
      const bytes = await readFile(file);
      left -= bytes.length;
      wavs.set(key, bytes);
    }
  }
  const uri = (key: string): string | undefined => { const bytes = wavs.get(key); return bytes && `data:audio/wav;base64,${bytes.toString('base64')}`; };
  const samples = (key: string) => { const bytes = wavs.get(key); if (bytes === undefined) return undefined; const audio = decodeWav(bytes); return { samples: downmix(audio), sampleRateHz: audio.sampleRateHz }; };
  const section = renderEvaluationSection(report, { audio: uri, realAudio: (id) => uri(`real:${id}`), samples, realSamples: (id) => samples(`real:${id}`), spectrograms: PICTURED });
  const note = silent === 0 ? '' : `\n<p class="muted">${silent} files of the better sentences are not in this page, to keep it small; they lie in ${escapeHtml(join(folder, 'audio'))}.</p>`;
  return [{ ...section, html: section.html + note }, ...(report.checkpoints === undefined ? [] : [renderSweepSection(report.checkpoints)])];
}

/** Writes the page of one evaluation beside its report.json. */
export async function writeEvaluationPage(voice: Voice, report: EvaluationFile): Promise<void> {
  const subtitle = `${report.sentences.length} sentences, language ${voice.config.language}${report.judged ? '' : '; spoken by the stand-in engine, which learned nothing'}`;
  await writeFileAtomic(join(voice.at('evaluation'), report.id, 'report.html'), renderPage({ title: `${voice.name}: evaluation`, subtitle, sections: await evaluationSections(voice, report) }));
}
