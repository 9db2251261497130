import { ClientError } from './errors.js';
import { type SynthesisRequest } from './request.js';
import { type WireTable } from './wire/table.js';

/** Languages of model version 2 and later (GPT-SoVITS 48b1a01, TTS_infer_pack/TTS.py, `v2_languages`). */
export const LANGUAGES = ['auto', 'auto_yue', 'en', 'zh', 'ja', 'yue', 'ko', 'all_zh', 'all_ja', 'all_yue', 'all_ko'] as const;

/** Shortest and longest prompt audio that api_v2.py takes, seconds (GPT-SoVITS 48b1a01, TTS.py `_set_prompt_semantic`). */
export const PROMPT_LIMITS_SEC = { min: 3, max: 10 } as const;

const refuse = (field: string, value: unknown, rule: string): never => {
  throw new ClientError('CLIENT_REQUEST_INVALID', `${field} must be ${rule}, got ${JSON.stringify(value) ?? 'undefined'}`, {
    field,
    value: typeof value === 'number' ? value : String(value),
  });
};

const integerFrom = (least: number) => (value: unknown) => Number.isInteger(value) && (value as number) >= least;
const finite = (holds: (value: number) => boolean) => (value: unknown) => typeof value === 'number' && Number.isFinite(value) && holds(value);

/** Field, test, and the rule in words; a field that is absent is left to the server's default. */
const NUMBER_RULES: readonly (readonly [keyof SynthesisRequest, (value: unknown) => boolean, string])[] = [
  ['batchSize', integerFrom(1), 'an integer of 1 or more (0 makes the engine loop for ever)'],
  ['topK', integerFrom(1), 'an integer of 1 or more (0 makes the engine answer one second of silence)'],
  ['speed', finite((v) => v > 0), 'above 0 (0 makes the engine answer one second of silence)'],
  ['topP', finite((v) => v >= 0 && v <= 1), 'from 0 to 1'],
  ['temperature', finite((v) => v >= 0), '0 or more'],
  ['repetitionPenalty', finite((v) => v > 0), 'above 0'],
  ['seed', integerFrom(-1), 'an integer of -1 or more'],
  ['batchThreshold', finite((v) => v >= 0), '0 or more'],
  ['fragmentIntervalSec', finite((v) => v >= 0), '0 or more'],
  ['sampleSteps', integerFrom(1), 'an integer of 1 or more'],
  ['overlapLength', integerFrom(0), 'an integer of 0 or more'],
  ['minChunkLength', integerFrom(1), 'an integer of 1 or more'],
];

/**
 * Refuses, before anything is sent, what the engine would hang on, answer silence to, or fail at late.
 * @throws {ClientError} CLIENT_REQUEST_INVALID naming the field and its value.
 */
export function validateRequest(request: SynthesisRequest, table: WireTable): void {
  if (typeof request.text !== 'string' || !/[\p{L}\p{N}]/u.test(request.text)) {
    refuse('text', request.text, 'a text with at least one letter or digit');
  }
  for (const field of ['textLanguage', 'promptLanguage'] as const) {
    const value = request[field];
    if (typeof value !== 'string' || !(LANGUAGES as readonly string[]).includes(value.toLowerCase())) {
      refuse(field, value, `one of ${LANGUAGES.join(', ')}`);
    }
  }
  if (typeof request.promptAudioPath !== 'string' || request.promptAudioPath === '') {
    refuse('promptAudioPath', request.promptAudioPath, 'a path on the server');
  }
  for (const [field, holds, rule] of NUMBER_RULES) {
    const value = request[field];
    if (value !== undefined && !holds(value)) refuse(field, value, rule);
  }
  if (request.splitMethod !== undefined && !/^cut[0-5]$/.test(request.splitMethod)) refuse('splitMethod', request.splitMethod, 'cut0 … cut5');
  if (request.streamingMode !== undefined && ![1, 2, 3].includes(request.streamingMode)) refuse('streamingMode', request.streamingMode, '1, 2 or 3');
  if (request.mediaType !== undefined && !['wav', 'raw', 'ogg', 'aac'].includes(request.mediaType)) {
    refuse('mediaType', request.mediaType, 'wav, raw, ogg or aac');
  }
  const promptSec = request.promptDurationSec;
  if (promptSec !== undefined && table.limitsPromptLength && !(promptSec >= PROMPT_LIMITS_SEC.min && promptSec <= PROMPT_LIMITS_SEC.max)) {
    refuse('promptDurationSec', promptSec, `from ${PROMPT_LIMITS_SEC.min} to ${PROMPT_LIMITS_SEC.max} seconds (the engine refuses other prompts)`);
  }
}
