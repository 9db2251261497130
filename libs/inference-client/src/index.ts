// The public surface: a name here is a promise. Runs wherever there is fetch: Node, Deno, Bun, browsers.
export { CLIENT_ADVICE, ClientError, type ClientErrorCode } from './errors.js';
export { type CallOptions, type ClientOptions, createClient, type SpeechClient } from './client.js';
export { type PromptSetting, type Weights } from './control.js';
export { type Dialect, type EmotionPrompt, type SynthesisRequest } from './request.js';
export { type SpeechAudio, type SpeechChunk, type SpeechResult, type SpeechStream, type SpeechTiming } from './result.js';
export { speakText, type SpeakTextOptions, type SpokenSentence, type SpokenText } from './speak/speak-text.js';
export { applyLexicon, type Lexicon, parseScript, type ScriptPart } from './speak/script.js';
export { type Attempt, synthesizeVerified, type Verified, type VerifyOptions } from './speak/verify.js';
export { formatSrt, formatVtt } from './speak/format-cues.js';
export { type FetchLike, type ResponseLike } from './transport.js';
export { type DecodedSpeech } from './read-speech.js';
export { LANGUAGES, PROMPT_LIMITS_SEC } from './validate.js';
export { API } from './wire/api.js';
export { API_V2 } from './wire/api-v2.js';
export { GUIDE } from './wire/guide.js';
export { type WireTable } from './wire/table.js';
export { leastSpeechSec } from './audio/pace.js';
export { encodeWav, parseWav, parseWavHeader, wavHeader, type WavAudio, type WavHeader } from './audio/wav.js';
