import { z } from 'zod';
import { ServingError } from '../errors.js';

/** What a voice may be called: a letter or digit, then letters, digits, `.`, `_`, `-`; at most 64, so that it is also a file name and a label. */
export const VOICE_ID = /^(?!.*\.\.)[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u; // ours; no separator, so that no id is a path

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits');
const file = z.looseObject({ path: z.string().min(1), sha256 });
const prompt = z.looseObject({ path: z.string().min(1), sha256, text: z.string(), language: z.string().min(1) });

/** voice.json, version 1. More fields are kept as they are. */
export const voiceDocument = z.looseObject({
  v: z.literal(1),
  voice: z.string().regex(VOICE_ID, 'must start with a letter or digit and hold only letters, digits, ".", "_" and "-", at most 64'),
  language: z.string().min(1),
  engine: z.looseObject({ kind: z.string(), version: z.string().nullish(), commit: z.string().nullish() }),
  weights: z.looseObject({ gpt: file, sovits: file }),
  prompt,
  prompts: z.record(z.string().min(1), prompt).nullish(),
});

/** lexicon.json */
export const lexiconSchema = z.record(z.string().min(1), z.string());

export type VoiceDocument = z.infer<typeof voiceDocument>;

/**
 * Reads the text of a voice.json.
 * @param where - Its path, for the message.
 * @throws {ServingError} SERVING_VOICE_INVALID naming each field at fault.
 */
export function parseVoice(text: string, where: string): VoiceDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ServingError('SERVING_VOICE_INVALID', `${where} is not JSON: ${(cause as Error).message}`, { path: where }, { cause });
  }
  const parsed = voiceDocument.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(document)'}: ${issue.message}`);
  throw new ServingError('SERVING_VOICE_INVALID', `${where}: ${faults.join('; ')}`, { path: where, faults: faults.length });
}
