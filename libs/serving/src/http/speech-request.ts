import { LANGUAGES } from '@voxtune/inference-client';
import { z } from 'zod';
import { ServingError } from '../errors.js';
import { FORMATS, type SpeechFormat } from '../encode/formats.js';
import type { Utterance } from '../speak/speech-service.js';
import { VOICE_ID } from '../voice/parse-voice.js';

export const OPENAI_MAX_CHARACTERS = 4096; // openai-node 7b7d6ca, speech.ts: "The maximum length is 4096 characters"

/** The model that every voice is served by. */
export const MODEL_ID = 'gpt-sovits';

// Ranges: OpenAI's for speed (speech.ts); the engine's for the rest (it falls silent or hangs outside them, seen on GPT-SoVITS 48b1a01).
const language = z.string().toLowerCase().pipe(z.enum(LANGUAGES));
export const speechSchema = z.looseObject({
  model: z.string().optional(),
  input: z.string(),
  voice: z.union([z.string(), z.looseObject({ id: z.string() })]).optional(),
  response_format: z.string().nullish(),
  speed: z.number().min(0.25).max(4).nullish(),
  stream_format: z.enum(['audio', 'sse']).nullish(),
  instructions: z.string().nullish(),
  lang_code: language.nullish(),
  sample_rate: z.int().min(8000).max(48_000).nullish(),
});

/** The gateway's own interface: everything that the engine can be told, in the names of the client library. */
export const nativeSchema = z.strictObject({
  text: z.string(),
  voice: z.string().optional(),
  language: language.optional(),
  emotion: z.string().min(1).max(64).optional(),
  format: z.string().optional(),
  sampleRateHz: z.int().min(8000).max(48_000).optional(),
  stream: z.enum(['audio', 'sse']).optional(),
  subtitles: z.enum(['srt', 'vtt', 'none']).optional().describe('answers JSON with the audio in base64, the sentences and, unless none, the subtitles'),
  verify: z.boolean().optional().describe('hear each sentence and try again until it is understood; needs a gateway with a judge'),
  pauseSec: z.number().min(0).max(10).optional().describe('silence between sentences where they are spoken one by one'),
  speed: z.number().min(0.25).max(4).optional(),
  topK: z.int().min(1).max(100).optional(),
  topP: z.number().gt(0).max(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  repetitionPenalty: z.number().gt(0).max(10).optional(),
  seed: z.int().min(-1).max(2 ** 31 - 1).optional(),
  splitMethod: z.enum(['cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5']).optional(),
  batchSize: z.int().min(1).max(200).optional(),
  batchThreshold: z.number().min(0).max(1).optional(),
  splitBucket: z.boolean().optional(),
  parallelInfer: z.boolean().optional(),
  fragmentIntervalSec: z.number().min(0).max(10).optional(),
  sampleSteps: z.int().min(1).max(200).optional(),
  superSampling: z.boolean().optional(),
});

export const guideSchema = z.looseObject({
  text: z.string(),
  text_language: language.nullish(),
  ref_audio_path: z.string().nullish(),
  aux_ref_audio_paths: z.array(z.string()).max(0, 'other prompt audio than the voice’s own is not taken').nullish(),
  prompt_text: z.string().nullish(),
  prompt_language: z.string().nullish(),
  top_k: z.int().min(1).max(100).default(5),
  top_p: z.number().gt(0).max(1).default(1),
  temperature: z.number().min(0).max(2).default(1),
  text_split_method: z.enum(['cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5']).default('cut5'),
  batch_size: z.int().min(1).max(200).default(1),
  speed_factor: z.number().min(0.25).max(4).default(1),
  split_bucket: z.boolean().default(true),
  return_fragment: z.literal(false, 'fragments are not sent; leave it false').default(false),
  fragment_interval: z.number().min(0).max(10).default(0.3),
  emotion: z.string().max(64).nullish(),
});

/** A request understood: who says what in which form, and what was not followed. */
export type SpeechOrder = {
  /** As the caller named it; null leaves the choice to the gateway. */
  readonly voice: string | null;
  /** Without a language the voice's own is meant. */
  readonly utterance: Omit<Utterance, 'textLanguage'> & { readonly textLanguage?: string };
  readonly format: SpeechFormat;
  /** Rate of the answer, Hz; null takes the format's own. */
  readonly sampleRateHz: number | null;
  /** Sent as it is spoken: bytes of audio, or events that carry them; null sends it whole, once it was found to be speech. */
  readonly streamed: 'audio' | 'sse' | null;
  /** Which of the voice's prompts; null takes its own. */
  readonly emotion: string | null;
  /** Answered as JSON with the sentences, and subtitles of this kind; null answers the audio. */
  readonly subtitles: 'srt' | 'vtt' | 'none' | null;
  /** Heard and tried again; null leaves it to the gateway. */
  readonly verify: boolean | null;
  /** Silence between sentences that are spoken one by one, seconds; null leaves it to the gateway. */
  readonly pauseSec: number | null;
  readonly warnings: readonly string[];
};

const NOTHING_SPECIAL = { emotion: null, subtitles: null, verify: null, pauseSec: null } as const;

const invalid = (message: string, param: string): ServingError => new ServingError('SERVING_REQUEST_INVALID', message, { param });

function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join('.') ?? '';
  throw invalid(param === '' ? 'The body must be a JSON object' : `${param}: ${issue?.message ?? 'invalid'}`, param);
}

/** Text as it may be spoken: no control characters but line ends and tabs; something to say; not too much. */
function checkText(text: string, param: string, maxCharacters: number): string {
  const length = [...text].length;
  if (length > maxCharacters) throw new ServingError('SERVING_TEXT_TOO_LONG', `${param} has ${length} characters; at most ${maxCharacters} are taken`, { param, characters: length, maxCharacters });
  if (/[^\P{Cc}\t\n\r]/u.test(text)) throw invalid(`${param} holds control characters`, param);
  if (!/[\p{L}\p{N}]/u.test(text)) throw invalid(`${param} holds nothing to say: no letter and no digit`, param);
  return text;
}

const SPEECH_FIELDS: ReadonlySet<string> = new Set(Object.keys(speechSchema.shape));
const GUIDE_FIELDS: ReadonlySet<string> = new Set(Object.keys(guideSchema.shape));
const unknownFields = (body: object, known: ReadonlySet<string>): readonly string[] => {
  const names = Object.keys(body).filter((name) => !known.has(name));
  return names.length === 0 ? [] : [`ignored: ${names.slice(0, 10).join(', ')}`];
};

/** The format asked for, else mp3 as OpenAI's, else wav with a warning. @throws {ServingError} SERVING_FORMAT_UNAVAILABLE */
function chooseFormat(wanted: string | null, param: string, available: readonly SpeechFormat[], warnings: string[]): SpeechFormat {
  if (wanted === null) {
    if (available.includes('mp3')) return 'mp3';
    warnings.push(`${param}: the usual default mp3 needs ffmpeg, which is not there; this is wav`);
    return 'wav';
  }
  const found = available.find((format) => format === wanted);
  if (found !== undefined) return found;
  const why = wanted in FORMATS ? 'needs ffmpeg, which is not on the machine of this gateway' : 'is not made here';
  throw new ServingError('SERVING_FORMAT_UNAVAILABLE', `${param} ${JSON.stringify(wanted.slice(0, 40))} ${why}; there are ${available.join(', ')}`, { param });
}

/**
 * Reads the body of POST /v1/audio/speech.
 * @param maxCharacters - Most characters (code points) of text.
 * @param available - The formats that can be made; where mp3, OpenAI's default, is not among them, the default is wav.
 * @throws {ServingError} SERVING_REQUEST_INVALID · SERVING_TEXT_TOO_LONG · SERVING_FORMAT_UNAVAILABLE, with the field in `facts.param`.
 */
export function parseSpeechRequest(body: unknown, maxCharacters: number, available: readonly SpeechFormat[]): SpeechOrder {
  const request = parse(speechSchema, body);
  const warnings = [...unknownFields(request, SPEECH_FIELDS)];
  const format = chooseFormat(request.response_format ?? null, 'response_format', available, warnings);
  if ((request.instructions ?? '') !== '') warnings.push('instructions: ignored, the engine takes none');
  if (request.model !== undefined && request.model !== MODEL_ID) warnings.push(`model: ${MODEL_ID} speaks here, whatever is asked for`);
  return {
    voice: (typeof request.voice === 'object' ? request.voice.id : request.voice) ?? null,
    utterance: { text: checkText(request.input, 'input', maxCharacters), ...(request.lang_code ? { textLanguage: request.lang_code } : {}), ...(request.speed ? { speed: request.speed } : {}) },
    format, sampleRateHz: request.sample_rate ?? null, streamed: request.stream_format ?? null, ...NOTHING_SPECIAL, warnings,
  };
}

/**
 * Reads the body of POST /synthesize, the guide's. Its `ref_audio_path` names a voice here; it is never a path that anything opens.
 * @throws {ServingError} As parseSpeechRequest.
 */
export function parseGuideRequest(body: unknown, maxCharacters: number): SpeechOrder & { readonly promptText: string } {
  const request = parse(guideSchema, body);
  return {
    voice: request.ref_audio_path ?? null,
    utterance: {
      text: checkText(request.text, 'text', maxCharacters), ...(request.text_language ? { textLanguage: request.text_language } : {}),
      topK: request.top_k, topP: request.top_p, temperature: request.temperature, splitMethod: request.text_split_method, batchSize: request.batch_size,
      speed: request.speed_factor, splitBucket: request.split_bucket, fragmentIntervalSec: request.fragment_interval,
    },
    format: 'wav', sampleRateHz: null, streamed: null, ...NOTHING_SPECIAL, emotion: request.emotion ?? null, warnings: unknownFields(request, GUIDE_FIELDS), promptText: request.prompt_text ?? '',
  };
}

/**
 * Reads the body of POST /v1/voxtune/speech.
 * @throws {ServingError} As parseSpeechRequest; also SERVING_REQUEST_INVALID for an unknown field, and for subtitles of a stream.
 */
export function parseNativeRequest(body: unknown, maxCharacters: number, available: readonly SpeechFormat[]): SpeechOrder {
  const { text, voice = null, language: textLanguage, emotion = null, format: wanted = null, sampleRateHz = null, stream = null, subtitles = null, verify = null, pauseSec = null, ...settings } = parse(nativeSchema, body);
  if (stream !== null && (subtitles !== null || verify === true)) throw invalid(`${subtitles === null ? 'verify' : 'subtitles'} needs the whole answer; leave stream out`, subtitles === null ? 'verify' : 'subtitles');
  const warnings: string[] = [];
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return {
    voice, emotion, sampleRateHz, streamed: stream, subtitles, verify, pauseSec,
    format: chooseFormat(wanted, 'format', available, warnings), warnings,
    utterance: { text: checkText(text, 'text', maxCharacters), ...(textLanguage === undefined ? {} : { textLanguage }), ...given },
  };
}

/** The id, if it can be one at all. @throws {ServingError} SERVING_REQUEST_INVALID for anything path-like or too long. */
export function checkVoiceId(id: string, param: string): string {
  if (VOICE_ID.test(id)) return id;
  throw invalid(`${param} ${JSON.stringify(id.slice(0, 80))} is not a voice id: letters, digits, ".", "_" and "-", at most 64`, param);
}
