import { DatasetError } from '../errors.js';
import { lastLines, runChild, type ChildEnd, type ChildRun } from '../run-child.js';

/**
 * Runs a recogniser program to its end.
 * @throws {DatasetError} `DATASET_ASR_MISSING` when it cannot be started; `DATASET_ASR_FAILED` when it ends otherwise than with 0, with its last lines.
 */
export async function runRecogniser(run: ChildRun, complaintOf: (end: ChildEnd) => string = ({ said }) => lastLines(said, 3, 400)): Promise<ChildEnd> {
  const end = await runChild(run);
  if (end.missing !== null) throw new DatasetError('DATASET_ASR_MISSING', `the recogniser ${end.failure!}`, { program: run.program }, { cause: end.missing });
  if (end.failure === null) return end;
  const complaint = complaintOf(end);
  throw new DatasetError('DATASET_ASR_FAILED', `${run.program}: ${end.failure}${complaint === '' ? '' : ` — ${complaint}`}`, { program: run.program });
}
