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
const speechSchema = z.looseObject({
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

const guideSchema = z.looseObject({
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
  readonly warnings: readonly string[];
};

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

/**
 * Reads the body of POST /v1/audio/speech.
 * @param maxCharacters - Most characters (code points) of text.
 * @param available - The formats that can be made; where mp3, OpenAI's default, is not among them, the default is wav.
 * @throws {ServingError} SERVING_REQUEST_INVALID · SERVING_TEXT_TOO_LONG · SERVING_FORMAT_UNAVAILABLE, with the field in `facts.param`.
 */
export function parseSpeechRequest(body: unknown, maxCharacters: number, available: readonly SpeechFormat[]): SpeechOrder {
  const request = parse(speechSchema, body);
  const warnings = [...unknownFields(request, SPEECH_FIELDS)];
  const wanted = request.response_format ?? null;
  if (wanted === null && !available.includes('mp3')) warnings.push('response_format: the usual default mp3 needs ffmpeg, which is not there; this is wav');
  if (wanted !== null && !(available as readonly string[]).includes(wanted)) {
    const why = wanted in FORMATS ? 'needs ffmpeg, which is not on the machine of this gateway' : 'is not made here';
    throw new ServingError('SERVING_FORMAT_UNAVAILABLE', `response_format ${JSON.stringify(wanted.slice(0, 40))} ${why}; there are ${available.join(', ')}`, { param: 'response_format' });
  }
  if ((request.instructions ?? '') !== '') warnings.push('instructions: ignored, the engine takes none');
  if (request.model !== undefined && request.model !== MODEL_ID) warnings.push(`model: ${MODEL_ID} speaks here, whatever is asked for`);
  const format = (wanted ?? (available.includes('mp3') ? 'mp3' : 'wav')) as SpeechFormat; // one of `available`, as checked
  return {
    voice: (typeof request.voice === 'object' ? request.voice.id : request.voice) ?? null,
    utterance: { text: checkText(request.input, 'input', maxCharacters), ...(request.lang_code ? { textLanguage: request.lang_code } : {}), ...(request.speed ? { speed: request.speed } : {}) },
    format, sampleRateHz: request.sample_rate ?? null, streamed: request.stream_format ?? null, warnings,
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
    format: 'wav', sampleRateHz: null, streamed: null, warnings: unknownFields(request, GUIDE_FIELDS), promptText: request.prompt_text ?? '',
  };
}

/** The id, if it can be one at all. @throws {ServingError} SERVING_REQUEST_INVALID for anything path-like or too long. */
export function checkVoiceId(id: string, param: string): string {
  if (VOICE_ID.test(id)) return id;
  throw invalid(`${param} ${JSON.stringify(id.slice(0, 80))} is not a voice id: letters, digits, ".", "_" and "-", at most 64`, param);
}
