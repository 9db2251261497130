import { RECORDING_RULES } from '../ingest/recording-rules.js';
import type { DatasetParts } from './summarize-dataset.js';

/** The least that the engine is fine-tuned on, seconds (GPT-SoVITS 48b1a01, README.md: "just 1 minute of training data"). */
const LEAST_TRAIN_SEC = 60;

/** One thing that a data set lacks, and what would bring it. */
export type Need = { readonly level: 'warning' | 'reject'; readonly message: string };

/** What the data set lacks for a training, the worst first; empty when nothing known is missing. Only what has been made so far is judged. */
export function findNeeds({ recordings, clips, lists, withoutText = [], findings = [] }: DatasetParts): readonly Need[] {
  const needs: Need[] = [];
  const seconds = (list: readonly { readonly durationSec: number }[]) => list.reduce((sum, { durationSec }) => sum + durationSec, 0);
  const { minFiles, minSec, maxSec } = RECORDING_RULES;
  const trainSec = lists === undefined ? null : seconds(lists.train);
  if (trainSec !== null && trainSec < LEAST_TRAIN_SEC) needs.push({ level: 'reject', message: `Too little to train on: ${trainSec.toFixed(1)} s, and the engine asks for a minute at least. Add ${Math.ceil(LEAST_TRAIN_SEC - trainSec)} s of speech and more, with its words.` });
  const kept = recordings.filter((recording) => recording.kept).length;
  if (kept < minFiles) needs.push({ level: 'warning', message: `${kept} of the ${minFiles} recordings that are asked for: record ${minFiles - kept} more of ${minSec} s to ${maxSec / 60} min.` });
  const speech = findings.find(({ code, level }) => code === 'SPEECH_WITHOUT_WORDS' && level === 'warning');
  if (speech !== undefined) needs.push({ level: 'warning', message: `Words: ${speech.message}.` });
  const copies = new Set(recordings.flatMap(({ id, findings: own }) => (own.some(({ code }) => code === 'RECORDING_SAME_SPEECH') ? [id] : []))); // their speech is there already
  const silent = new Set(withoutText.map(({ id }) => id));
  const wordless = (clips ?? []).filter(({ id, recordingId }) => silent.has(id) && !copies.has(recordingId));
  if (wordless.length > 0) needs.push({ level: 'warning', message: `Words of ${wordless.length} clip${wordless.length === 1 ? '' : 's'}, ${wordless.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0).toFixed(1)} s: give them a transcript, or have them recognised.` });
  if (lists !== undefined && lists.train.length > 0 && lists.valid.length + lists.test.length === 0) needs.push({ level: 'warning', message: 'Clips to validate and test with: none is held out, so nothing tells an over-trained voice from a good one.' });
  return needs;
}
