import { TrainingError, type TrainingErrorCode } from '../errors.js';
import { type Evidence } from './evidence.js';

/** How a process ended. */
export type ExitReport = {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** True when the silence watchdog ended it. */
  readonly silentForMs?: number | undefined;
};

const MEMORY_SIGNALS = new Set(['SIGKILL']);

const describeEnd = ({ exitCode, signal }: ExitReport): string => (signal !== null ? `was ended by ${signal}` : exitCode === 0 ? 'ended with exit code 0' : `ended with exit code ${exitCode}`);

/**
 * The error for a step that did not do its work: from what the engine printed, then from how it ended.
 * @param title - The step, in words.
 * @param lacking - What should be there and is not, for the case where the engine says nothing; `code` is used then.
 */
export function classifyFailure(title: string, exit: ExitReport, evidence: Evidence, lacking: { readonly what: string; readonly code: TrainingErrorCode } | null): TrainingError {
  const best = evidence.best();
  const exception = evidence.lastException();
  const last = evidence.tail().at(-1)?.trim().slice(0, 300) ?? '';
  const facts = { exitCode: exit.exitCode ?? -1, ...(exit.signal === null ? {} : { signal: exit.signal }), engineLine: best?.line ?? exception ?? last };
  const missing = lacking === null ? '' : ` It left no ${lacking.what}.`;
  if (exit.silentForMs !== undefined) {
    const minutes = Math.round(exit.silentForMs / 6000) / 10;
    return new TrainingError('TRAINING_SILENT', `${title}: the engine printed and wrote nothing for ${minutes} min and was ended. Its last line: "${last}".`, { ...facts, silentMin: minutes });
  }
  if (exit.signal !== null && (best === null || best.cause.code === 'TRAINING_TERMINATED')) {
    const code = MEMORY_SIGNALS.has(exit.signal) ? 'TRAINING_KILLED' : exit.signal === 'SIGTERM' || exit.signal === 'SIGINT' ? 'TRAINING_TERMINATED' : 'TRAINING_ENGINE_FAILED';
    return new TrainingError(code, `${title}: the engine was ended by ${exit.signal}.${missing}`, facts);
  }
  if (best !== null) return new TrainingError(best.cause.code, `${title}: ${best.cause.words}; the engine ${describeEnd(exit)}.${missing} Its line: "${best.line}".`, facts);
  if (exit.exitCode === 143 || exit.exitCode === 137) { // a shell's way to say SIGTERM and SIGKILL: 128 + signal
    return new TrainingError(exit.exitCode === 137 ? 'TRAINING_KILLED' : 'TRAINING_TERMINATED', `${title}: the engine ${describeEnd(exit)}, which stands for a signal.${missing}`, facts);
  }
  if (exception !== null) return new TrainingError('TRAINING_ENGINE_FAILED', `${title}: the engine ${describeEnd(exit)}.${missing} Its line: "${exception}".`, facts);
  if (lacking !== null) return new TrainingError(lacking.code, `${title}: the engine ${describeEnd(exit)} and left no ${lacking.what}.${last === '' ? ' It printed nothing.' : ` Its last line: "${last}".`}`, facts);
  return new TrainingError('TRAINING_ENGINE_FAILED', `${title}: the engine ${describeEnd(exit)}.${last === '' ? ' It printed nothing.' : ` Its last line: "${last}".`}`, facts);
}
