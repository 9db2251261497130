import { LANGUAGES } from '../validate.js';
import { answerSpeech } from './answer.js';
import { type Exchange, jsonBody, type Router } from './exchange.js';
import { promptProblem } from './prompt-file.js';
import { json, sendReply, serverError } from './replies.js';
import { changeWeights, type State } from './state.js';

const success = () => json(200, { code: 0, message: 'Success' });
const bad = (message: string) => json(400, { code: 400, message });
const str = (value: unknown) => (typeof value === 'string' ? value : '');
const num = (value: unknown, standard: number) => (value === undefined || value === null || Number.isNaN(Number(value)) ? standard : Number(value));

/** Languages by the names that api.py also takes (GPT-SoVITS 48b1a01, api.py `dict_language`). */
const CHINESE_NAMES: ReadonlySet<string> = new Set(['中文', '粤语', '英文', '日文', '韩文', '中英混合', '粤英混合', '日英混合', '韩英混合', '多语种混合', '多语种混合(粤语)']);
/** torch's words when no path is given. */
const NO_PATH =
  "'NoneType' object has no attribute 'seek'. You can only torch.load from a file that is seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead.";

const escaped = (marks: string) => marks.replace(/[\\\]^-]/g, '\\$&');

/** A marked-up text: lines by the punctuation asked for, else as it is. */
const cutAt = (text: string, marks: string) => (marks === '' ? text : text.replace(new RegExp(`([${escaped(marks)}]+)`, 'gu'), '$1\n'));

async function speak(state: State, exchange: Exchange): Promise<void> {
  const { method, query, response, path } = exchange;
  const given: Readonly<Record<string, unknown>> | null = method === 'GET' ? query : jsonBody(exchange);
  if (given === null) return sendReply(response, serverError());
  let prompt = { path: str(given['refer_wav_path']), text: str(given['prompt_text']), language: str(given['prompt_language']) };
  if (prompt.path === '' || prompt.text === '' || prompt.language === '') {
    prompt = { path: state.prompt.path ?? '', text: state.prompt.text ?? '', language: state.prompt.language ?? '' };
    if (prompt.path === '' || prompt.text === '' || prompt.language === '') return sendReply(response, bad('未指定参考音频且接口无预设'));
  }
  const text = given['text'];
  if (typeof text !== 'string') return sendReply(response, serverError());
  const language = str(given['text_language']);
  const known = CHINESE_NAMES.has(language) || (LANGUAGES as readonly string[]).includes(language.toLowerCase());
  return answerSpeech(state, response, {
    path,
    body: given,
    mode: 'chunked',
    inside: 'cut',
    broken: num(given['speed'], 1) <= 0 || num(given['top_k'], 15) < 1,
    refuse: bad,
    async problem() {
      if (!known) return `'${language}'`;
      if (state.gptPath === null || state.sovitsPath === null) return "'default'";
      const wrong = state.options.promptFiles === 'trust' ? null : await promptProblem(prompt.path);
      return wrong?.startsWith('Reference audio is outside') ? null : wrong; // there is no 3–10 s check here
    },
    own: { gptPath: state.gptPath, sovitsPath: state.sovitsPath, promptAudioPath: prompt.path, promptText: prompt.text, promptLanguage: prompt.language },
    utterance: {
      text: cutAt(text, str(given['cut_punc'])),
      splitMethod: 'cut0',
      fragmentIntervalSec: 0.3,
      mediaType: 'wav',
      settings: {
        textLanguage: language,
        speed: num(given['speed'], 1),
        topK: num(given['top_k'], 15),
        temperature: num(given['temperature'], 1),
        seed: -1,
      },
    },
  });
}

async function setModel(state: State, { response }: Exchange, given: Readonly<Record<string, unknown>>): Promise<void> {
  const gpt = str(given['gpt_model_path']);
  const sovits = str(given['sovits_model_path']);
  if (gpt === '' || sovits === '') return sendReply(response, bad(NO_PATH));
  const problem = (await changeWeights(state, 'gpt', gpt)) ?? (await changeWeights(state, 'sovits', sovits));
  sendReply(response, problem === null ? success() : bad(problem));
}

function changePrompt(state: State, { response }: Exchange, given: Readonly<Record<string, unknown>>): void {
  const [path, text, language] = ['refer_wav_path', 'prompt_text', 'prompt_language'].map((name) => str(given[name]) || null);
  if (path === null && text === null && language === null) {
    return sendReply(response, bad('缺少任意一项以下参数: "path", "text", "language"'));
  }
  state.prompt = { path: path ?? null, text: text ?? null, language: language ?? null }; // what is left out is forgotten
  sendReply(response, success());
}

function control(state: State, { response }: Exchange, given: Readonly<Record<string, unknown>>): void {
  const command = given['command'];
  if (command !== 'exit' && command !== 'restart') return sendReply(response, json(200, null));
  if (command === 'restart') response.socket?.destroy();
  else sendReply(response, { ...serverError(), headers: { connection: 'close' } });
  response.once('close', () => state.options.onControl?.(command));
}

const BOTH = ['GET', 'POST'] as const;

/** The routes of api.py. Requests overlap freely; all speech is 200 and chunked before anything is computed. */
export const API_ROUTER: Router = {
  routes: { '/': BOTH, '/change_refer': BOTH, '/control': BOTH, '/set_model': BOTH },
  async handle(state, exchange) {
    if (exchange.path === '/') return speak(state, exchange);
    const given = exchange.method === 'GET' ? exchange.query : jsonBody(exchange);
    if (given === null) return sendReply(exchange.response, serverError());
    if (exchange.path === '/set_model') return setModel(state, exchange, given);
    if (exchange.path === '/change_refer') return changePrompt(state, exchange, given);
    return control(state, exchange, given);
  },
};
