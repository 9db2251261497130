import { LANGUAGES } from '../validate.js';
import { answerSpeech } from './answer.js';
import { jsonBody, type Router } from './exchange.js';
import { promptProblem } from './prompt-file.js';
import { sendReply, text } from './replies.js';

const str = (value: unknown) => (typeof value === 'string' ? value : '');
const num = (value: unknown, standard: number) => (typeof value === 'number' && Number.isFinite(value) ? value : standard);

/** The guide's only route: 200 with audio, otherwise the text of the error. One request at a time. */
export const GUIDE_ROUTER: Router = {
  routes: { '/synthesize': ['POST'] },
  async handle(state, exchange) {
    const { response, path } = exchange;
    const given = jsonBody(exchange);
    if (given === null) return sendReply(response, text(422, 'the body is not JSON'));
    const said = str(given['text']);
    const language = str(given['text_language']) || 'zh';
    if (!/[\p{L}\p{N}]/u.test(said)) return sendReply(response, text(400, 'text is required'));
    if (!(LANGUAGES as readonly string[]).includes(language)) return sendReply(response, text(400, `text_language: ${language} is not supported`));
    const prompt = str(given['ref_audio_path']);
    if (prompt === '') return sendReply(response, text(400, 'ref_audio_path is required'));
    const speak = () =>
      answerSpeech(state, response, {
        path,
        body: given,
        mode: 'whole',
        inside: 'silence',
        broken: num(given['top_k'], 5) < 1 || num(given['speed_factor'], 1) <= 0,
        refuse: (message) => text(400, message),
        problem: async () => (state.options.promptFiles === 'trust' ? null : await promptProblem(prompt)),
        own: {
          gptPath: state.gptPath,
          sovitsPath: state.sovitsPath,
          promptAudioPath: prompt,
          promptText: str(given['prompt_text']),
          promptLanguage: str(given['prompt_language']) || 'zh',
        },
        utterance: {
          text: said,
          splitMethod: str(given['text_split_method']) || 'cut5',
          fragmentIntervalSec: num(given['fragment_interval'], 0.3),
          mediaType: 'wav',
          settings: {
            textLanguage: language,
            speed: num(given['speed_factor'], 1),
            topK: num(given['top_k'], 5),
            temperature: num(given['temperature'], 1),
            seed: -1,
          },
        },
      });
    return state.faults.some((rule) => rule.kind === 'mix') ? speak() : state.inTurn(speak);
  },
};
