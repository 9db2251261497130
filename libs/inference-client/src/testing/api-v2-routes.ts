import { LANGUAGES } from '../validate.js';
import { answerSpeech } from './answer.js';
import { type Exchange, jsonBody, type Router } from './exchange.js';
import { jsonInvalid, readTtsParams } from './params.js';
import { promptProblem } from './prompt-file.js';
import { json, type Reply, sendReply, serverError } from './replies.js';
import { type MediaType } from './speech.js';
import { changeWeights, type State } from './state.js';

const bad = (message: string, exception?: string) => json(400, exception === undefined ? { message } : { message, Exception: exception });
const success = () => json(200, { message: 'success' });
const str = (value: unknown) => (typeof value === 'string' ? value : '');

/** The checks made before anything is computed (GPT-SoVITS 48b1a01, api_v2.py `check_params`), in their order. */
function refusal(values: Readonly<Record<string, unknown>>, version: string): Reply | null {
  if (str(values['ref_audio_path']) === '') return bad('ref_audio_path is required');
  if (str(values['text']) === '') return bad('text is required');
  for (const field of ['text_lang', 'prompt_lang']) {
    const language = str(values[field]);
    if (language === '') return bad(`${field} is required`);
    if (!(LANGUAGES as readonly string[]).includes(language.toLowerCase())) return bad(`${field}: ${language} is not supported in version ${version}`);
  }
  if (!['wav', 'raw', 'ogg', 'aac'].includes(str(values['media_type']))) return bad(`media_type: ${str(values['media_type'])} is not supported`);
  const method = str(values['text_split_method']);
  return /^cut[0-5]$/.test(method) ? null : bad(`text_split_method:${method} is not supported`);
}

/** 0 … 3, or null for what is none of them. */
function streamingMode(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const word = String(value).toLowerCase();
  if (word === 'true') return 1;
  if (word === 'false') return 0;
  return ['0', '1', '2', '3'].includes(word) ? Number(word) : null;
}

async function tts(state: State, exchange: Exchange): Promise<void> {
  const { method, query, response, path } = exchange;
  const send = (reply: Reply) => sendReply(response, reply);
  const given = method === 'GET' ? query : jsonBody(exchange);
  if (given === null) return send(json(422, { detail: [jsonInvalid(exchange.rawBody)] }));
  const { values, errors } = readTtsParams(given, method === 'GET' ? 'query' : 'body');
  if (errors.length > 0) return send(json(422, { detail: errors }));
  if (method === 'GET') {
    if (values['text_lang'] === null || values['prompt_lang'] === null) return send(serverError()); // None.lower()
    values['text_lang'] = str(values['text_lang']).toLowerCase();
    values['prompt_lang'] = str(values['prompt_lang']).toLowerCase();
  }
  const refused = refusal(values, state.version);
  if (refused !== null) return send(refused);
  const mode = streamingMode(values['streaming_mode']);
  if (mode === null) return send(bad('the value of streaming_mode must be 0, 1, 2, 3(int) or true/false(bool)'));
  const num = (name: string) => values[name] as number; // readTtsParams gives numbers for these
  const prompt = str(values['ref_audio_path']);
  const speak = async () => {
    if (num('batch_size') < 1) {
      state.blocked = true; // loops for ever, and nothing else is answered
      await new Promise(() => undefined);
    }
    await answerSpeech(state, response, {
      path,
      body: given,
      mode: mode === 0 ? 'whole' : 'stream',
      inside: 'silence',
      broken: num('top_k') < 1 || num('speed_factor') <= 0,
      refuse: (message) => bad('tts failed', message),
      async problem() {
        const mixedCase = [values['text_lang'], values['prompt_lang']].some((language) => str(language) !== str(language).toLowerCase());
        if (mixedCase) return ''; // a bare assert
        const wrong = state.options.promptFiles === 'trust' ? null : await promptProblem(prompt);
        return wrong ?? (/[\p{L}\p{N}]/u.test(str(values['text'])) ? null : 'Please enter valid text.');
      },
      own: {
        gptPath: state.gptPath,
        sovitsPath: state.sovitsPath,
        promptAudioPath: prompt,
        promptText: str(values['prompt_text']),
        promptLanguage: str(values['prompt_lang']),
      },
      utterance: {
        text: str(values['text']),
        splitMethod: str(values['text_split_method']),
        fragmentIntervalSec: num('fragment_interval'),
        mediaType: str(values['media_type']) as MediaType, // checked above
        settings: {
          textLanguage: str(values['text_lang']),
          speed: num('speed_factor'),
          topK: num('top_k'),
          temperature: num('temperature'),
          seed: num('seed'),
        },
      },
    });
  };
  const overlap = mode !== 0 || state.faults.some((rule) => rule.kind === 'mix');
  return overlap ? speak() : state.inTurn(speak);
}

async function setWeights(state: State, { query, response }: Exchange, kind: 'gpt' | 'sovits'): Promise<void> {
  const path = query['weights_path'] ?? '';
  if (path === '') return sendReply(response, bad(`${kind} weight path is required`));
  const problem = await changeWeights(state, kind, path);
  sendReply(response, problem === null ? success() : bad(`change ${kind} weight failed`, problem));
}

async function setPrompt(state: State, { query, response }: Exchange): Promise<void> {
  const path = query['refer_audio_path'];
  if (path === undefined) return sendReply(response, bad('set refer audio failed', 'Invalid file: None'));
  const problem = state.options.promptFiles === 'trust' ? null : await promptProblem(path);
  if (problem?.endsWith('not exists')) return sendReply(response, bad('set refer audio failed', `[Errno 2] No such file or directory: '${path}'`));
  if (problem !== null) return sendReply(response, bad('set refer audio failed', problem));
  state.prompt = { ...state.prompt, path };
  sendReply(response, success());
}

function control(state: State, { query, response }: Exchange): void {
  const command = query['command'];
  if (command === undefined) return sendReply(response, bad('command is required'));
  if (command !== 'exit' && command !== 'restart') return sendReply(response, json(200, null));
  if (command === 'restart') response.socket?.destroy();
  else sendReply(response, { ...serverError(), headers: { connection: 'close' } });
  response.once('close', () => state.options.onControl?.(command));
}

/** The routes of api_v2.py. Everything but streams is answered in turn: inference blocks its event loop. */
export const API_V2_ROUTER: Router = {
  routes: { '/control': ['GET'], '/set_gpt_weights': ['GET'], '/set_refer_audio': ['GET'], '/set_sovits_weights': ['GET'], '/tts': ['GET', 'POST'] },
  async handle(state, exchange) {
    if (exchange.path === '/tts') return tts(state, exchange);
    return state.inTurn(async () => {
      if (exchange.path === '/control') return control(state, exchange);
      if (exchange.path === '/set_refer_audio') return setPrompt(state, exchange);
      return setWeights(state, exchange, exchange.path === '/set_gpt_weights' ? 'gpt' : 'sovits');
    });
  },
};
