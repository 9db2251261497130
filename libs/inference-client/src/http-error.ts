import { ClientError } from './errors.js';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The message in an error body: api_v2.py's `{message, Exception}`, api.py's `{code, message}`, FastAPI's `{detail}`, or plain text.
 * @returns At most 600 characters on one line.
 */
export function engineMessage(body: string): string {
  const short = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 600);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return short(body);
  }
  if (!isRecord(parsed)) return short(body);
  if (Array.isArray(parsed['detail'])) {
    const parts = parsed['detail'].filter(isRecord).map((d) => `${Array.isArray(d['loc']) ? d['loc'].join('.') : '?'}: ${String(d['msg'])}`);
    return short(parts.join('; '));
  }
  if (typeof parsed['detail'] === 'string') return short(parsed['detail']);
  const error = parsed['error'];
  if (isRecord(error) && typeof error['message'] === 'string') return short(error['message']);
  const exception = typeof parsed['Exception'] === 'string' && parsed['Exception'] !== '' ? `: ${parsed['Exception']}` : '';
  return short(`${String(parsed['message'] ?? body)}${exception}`);
}

/** The error for an answer that is not 200, with the engine's own words. */
export function httpError(status: number, body: string, path: string): ClientError {
  const message = engineMessage(body);
  const said = message === '' ? 'without a message' : `: ${message}`;
  const code = status === 404 || status === 405 ? 'CLIENT_ROUTE_MISSING' : 'CLIENT_HTTP_ERROR';
  return new ClientError(code, `${path} answered ${status} ${said}`.replace(' :', ':'), { status, path, engineMessage: message });
}
