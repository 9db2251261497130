import { startDeadline } from './deadline.js';
import { ClientError } from './errors.js';
import { type Dialect } from './request.js';
import { type Call, callUrl, readBody, send, type Transport } from './transport.js';

/** Longest wait for a server's "are you there", ms; a busy api_v2.py does not answer at all. */
const READY_TIMEOUT_MS = 5_000;

export type Weights = {
  /** The GPT weights (`.ckpt`), a path on the server. */
  readonly gptPath: string;
  /** The SoVITS weights (`.pth`), a path on the server. */
  readonly sovitsPath: string;
};

/** The default prompt of a server. api.py needs all three: it forgets what is left out. */
export type PromptSetting = { readonly path: string; readonly text?: string; readonly language?: string };

export type ControlOptions = { readonly timeoutMs: number; readonly signal?: AbortSignal };

async function callAndDrain(transport: Transport, call: Call, { timeoutMs, signal }: ControlOptions): Promise<void> {
  const deadline = startDeadline(timeoutMs, signal);
  try {
    const { response } = await send(transport, call, deadline);
    for await (const _ of readBody(response, deadline, call.path)) deadline.touch();
  } finally {
    deadline.done();
  }
}

/**
 * Loads weights. In api-v2 this is two calls: when the second fails, the server holds the new GPT and the old SoVITS, and the error's facts say so.
 * Note that api_v2.py writes even a path that failed into its configuration file.
 */
export async function setWeights(transport: Transport, dialect: Dialect, weights: Weights, options: ControlOptions): Promise<void> {
  for (const [field, path] of Object.entries(weights)) {
    if (typeof path !== 'string' || path === '') throw new ClientError('CLIENT_REQUEST_INVALID', `${field} must be a path on the server`, { field });
  }
  if (dialect === 'guide') throw new ClientError('CLIENT_UNSUPPORTED', 'the guide dialect cannot change weights', { dialect });
  if (dialect === 'api') {
    const query = { gpt_model_path: weights.gptPath, sovits_model_path: weights.sovitsPath };
    return callAndDrain(transport, { method: 'GET', path: '/set_model', query }, options);
  }
  await callAndDrain(transport, { method: 'GET', path: '/set_gpt_weights', query: { weights_path: weights.gptPath } }, options);
  try {
    await callAndDrain(transport, { method: 'GET', path: '/set_sovits_weights', query: { weights_path: weights.sovitsPath } }, options);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const message = `${error.message}; the GPT weights were already changed, so the server now mixes two voices`;
    throw new ClientError(error.code, message, { ...error.facts, changed: 'gpt', notChanged: 'sovits' }, { cause: error });
  }
}

/** Sets the server's default prompt. */
export async function setPrompt(transport: Transport, dialect: Dialect, prompt: PromptSetting, options: ControlOptions): Promise<void> {
  if (dialect === 'guide') throw new ClientError('CLIENT_UNSUPPORTED', 'the guide dialect takes the prompt with each request only', { dialect });
  if (prompt.path === '') throw new ClientError('CLIENT_REQUEST_INVALID', 'path must be a path on the server', { field: 'path' });
  if (dialect === 'api-v2') {
    return callAndDrain(transport, { method: 'GET', path: '/set_refer_audio', query: { refer_audio_path: prompt.path } }, options);
  }
  if (prompt.text === undefined || prompt.language === undefined) {
    throw new ClientError('CLIENT_REQUEST_INVALID', 'api.py needs the prompt’s path, text and language together: it forgets what is left out', {
      field: prompt.text === undefined ? 'text' : 'language',
    });
  }
  const body = { refer_wav_path: prompt.path, prompt_text: prompt.text, prompt_language: prompt.language.toLowerCase() };
  return callAndDrain(transport, { method: 'POST', path: '/change_refer', body }, options);
}

/** Whether a server answers now. api_v2.py answers nothing while it speaks, so false also means "busy". Never throws. */
export async function isReady(transport: Transport, { timeoutMs, signal }: ControlOptions): Promise<boolean> {
  const deadline = startDeadline(Math.min(timeoutMs, READY_TIMEOUT_MS), signal);
  try {
    const init = { method: 'GET', signal: deadline.signal, headers: { ...transport.headers } };
    const response = await transport.fetch(callUrl(transport.baseUrl, { path: '/docs' }), init);
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false; // the question was only whether it answers
  } finally {
    deadline.done();
  }
}
