import { EvalError } from '../errors.js';
import { type Problem } from '../report/schema.js';

/** A value, or why there is none. */
export type Asked<T> = { readonly value: T } | { readonly problem: Problem };

/**
 * Calls something that may fail for one clip, and returns the failure instead of throwing it. An abort is thrown on.
 * @param measure - What was asked for, named in the problem.
 */
export async function ask<T>(measure: string, call: () => Promise<T>, signal: AbortSignal | undefined): Promise<Asked<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    signal?.throwIfAborted();
    return { problem: { measure, ...describeError(error, 'EVAL_MEASURE_FAILED') } };
  }
}

/** The code and message of whatever was thrown; `fallback` is the code of an error that has none. */
export function describeError(error: unknown, fallback: string): { readonly code: string; readonly message: string } {
  if (error instanceof EvalError) return { code: error.code, message: error.message };
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : fallback;
  return { code, message: error instanceof Error ? error.message : String(error) };
}
