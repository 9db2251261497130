/** A voice as the gateway lists it. */
export type ListedVoice = { readonly id: string; readonly language: string; readonly engine: string };
/** Speech with what the gateway said about it. */
export type Spoken = { readonly blob: Blob; readonly durationSec: number | null; readonly elapsedSec: number; readonly warnings: string | null; readonly requestId: string | null };

/** A request that failed: words for a person, and what to do next. */
export class GatewayProblem extends Error {
  override readonly name = 'GatewayProblem';
  readonly hint: string;
  readonly status: number | null;
  constructor(message: string, hint: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
    this.status = status;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an answer that is not 200 says, from the gateway's error body or from the status alone. */
export function readProblem(status: number, body: string, requestId: string | null): GatewayProblem {
  let error: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (isRecord(parsed) && isRecord(parsed['error'])) error = parsed['error'];
  } catch {
    error = {}; // a proxy's page, say: the status has to do
  }
  const message = textOf(error['message']) || `The gateway answered with status ${status}.`;
  const id = requestId === null || status < 500 ? '' : ` Request ${requestId}.`;
  return new GatewayProblem(message, `${textOf(error['hint'])}${id}`.trim(), status);
}

const request = async (path: string, key: string, init: RequestInit = {}): Promise<Response> => {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), ...(key === '' ? {} : { authorization: `Bearer ${key}` }) } });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new GatewayProblem('The gateway cannot be reached.', 'It may have been stopped: start it again, then reload this page.', null, { cause });
  }
  if (!response.ok) throw readProblem(response.status, await response.text(), response.headers.get('x-request-id'));
  return response;
};

/** The gateway's voices. @throws {GatewayProblem} */
export async function listVoices(key: string): Promise<readonly ListedVoice[]> {
  const body: unknown = await (await request('v1/audio/voices', key)).json();
  const voices = isRecord(body) && Array.isArray(body['voices']) ? body['voices'] : [];
  return voices.filter(isRecord).map((voice) => ({ id: textOf(voice['id']), language: textOf(voice['language']), engine: textOf(voice['engine']) }));
}

/** Has a text spoken. @throws {GatewayProblem}; an abort is thrown as it comes. */
export async function speak(order: { readonly voice: string; readonly text: string; readonly speed: number }, key: string, signal: AbortSignal): Promise<Spoken> {
  const startedMs = performance.now();
  const body = JSON.stringify({ model: 'gpt-sovits', input: order.text, voice: order.voice, speed: order.speed, response_format: 'wav' });
  const response = await request('v1/audio/speech', key, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
  const blob = await response.blob();
  const duration = Number(response.headers.get('x-voxtune-duration-sec') ?? Number.NaN);
  return { blob, durationSec: Number.isFinite(duration) ? duration : null, elapsedSec: (performance.now() - startedMs) / 1000, warnings: response.headers.get('x-voxtune-warning'), requestId: response.headers.get('x-request-id') };
}
