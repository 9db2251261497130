import { ServingError, type ServingErrorCode } from '../errors.js';

/** Status and OpenAI error type of each failure that a caller can meet; others are 500. */
export const HTTP_STATUS: Partial<Record<ServingErrorCode, number>> = {
  SERVING_REQUEST_INVALID: 400, SERVING_TEXT_TOO_LONG: 400, SERVING_FORMAT_UNAVAILABLE: 400, SERVING_UPLOAD_INVALID: 400,
  SERVING_KEY_REFUSED: 401, SERVING_HOST_REFUSED: 403, SERVING_SCOPE: 403, SERVING_VOICE_UNKNOWN: 404, SERVING_ROUTE_UNKNOWN: 404, SERVING_VOICE_DUPLICATE: 409, SERVING_VOICE_REVOKED: 410, SERVING_UPLOADS_FULL: 409, SERVING_BODY_TOO_LARGE: 413,
  SERVING_QUEUE_FULL: 429, SERVING_LIMIT: 429, SERVING_CALLER_GONE: 499, SERVING_ENCODER_FAILED: 500, SERVING_ENGINE_REFUSED: 502, SERVING_ENGINE_SILENT: 502, SERVING_ENGINE_LOST: 502, SERVING_JUDGE_FAILED: 502,
  SERVING_WORKER_FAILED: 503, SERVING_WORKER_STOPPED: 503, SERVING_CLOSING: 503, SERVING_DEADLINE: 504,
};

const errorType = (status: number): string => {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
};

/** OpenAI's error body (openai-node 7b7d6ca, src/core/error.ts reads message, type, param and code). */
export type ErrorBody = { readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string; readonly hint: string } };
export type HttpFailure = { readonly status: number; readonly body: ErrorBody; readonly code: ServingErrorCode };

const hasCode = (error: unknown): error is Error & { code: string } => error instanceof Error && typeof (error as { code?: unknown }).code === 'string';

/** Fastify's own refusals (fastify 5, lib/errors.js), as ours. */
function fromFastify(error: Error & { code: string }): ServingError | null {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ServingError('SERVING_BODY_TOO_LARGE', 'The body is larger than this gateway takes');
  if (error.code.startsWith('FST_ERR_CTP_') || ('statusCode' in error && error.statusCode === 400)) return new ServingError('SERVING_REQUEST_INVALID', `The body is not JSON this gateway can read: ${error.message}`);
  return null;
}

/** The text with absolute paths cut to their last part: where files lie is for the operator. */
export const hidePaths = (text: string): string => text.replace(/(?<![\w.:/\\])(?:[A-Za-z]:)?[\\/](?:[^\s'"\\/:]+[\\/])+/g, '\u2026/');

/**
 * What a caller is told of a failure. Of one that is not ours to explain only that it happened: its message may hold paths.
 * The gateway's own failures come without paths and without the engine's log lines, which are for the operator.
 */
export function describeFailure(error: unknown): HttpFailure {
  const known = error instanceof ServingError ? error : hasCode(error) ? fromFastify(error) : null;
  const failure = known ?? new ServingError('SERVING_INTERNAL', 'The gateway failed');
  const status = HTTP_STATUS[failure.code] ?? 500;
  const param = failure.facts['param'];
  const message = status >= 500 ? hidePaths(failure.message.split('\n')[0] ?? '') : failure.message;
  return { status, code: failure.code, body: { error: { message, type: errorType(status), param: typeof param === 'string' ? param : null, code: failure.code, hint: failure.hint } } };
}
