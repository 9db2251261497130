import { LANGUAGES } from '@voxtune/inference-client';
import { z } from 'zod';
import { ServingError } from '../errors.js';
import { VOICE_ID } from '../voice/parse-voice.js';

/** An upload understood: a new voice that speaks with the weights of another and a prompt of its own. */
export type VoiceUpload = { readonly id: string; readonly base: string | null; readonly text: string; readonly language: string; readonly consent: string; readonly audio: Uint8Array };

const line = z.string().trim().min(1).max(500).regex(/^\P{Cc}*$/u, 'holds control characters');
const schema = z.strictObject({
  name: z.string().regex(VOICE_ID, 'letters, digits, ".", "_" and "-", at most 64'),
  voice: z.string().regex(VOICE_ID, 'not a voice id').optional(),
  text: line,
  language: z.string().toLowerCase().pipe(z.enum(LANGUAGES)),
  consent: line,
});

const invalid = (message: string, param: string): ServingError => new ServingError('SERVING_UPLOAD_INVALID', message, { param });

/**
 * Reads the form of POST /v1/audio/voices (multipart/form-data): `name`, `audio_sample` (a file), `text` and `language` of it, `consent` (a reference to the speaker's consent),
 * and `voice`, whose weights are to speak; where there is one voice only it may be left out.
 * @throws {ServingError} SERVING_UPLOAD_INVALID naming the field.
 */
export async function parseUpload(body: Uint8Array, contentType: string): Promise<VoiceUpload> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw invalid('The body is not multipart/form-data that can be read', '');
  });
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    if (name in fields) throw invalid(`${name} is there twice`, name);
    fields[name] = value;
  }
  const { audio_sample: sample, ...rest } = fields;
  if (typeof sample !== 'object' || sample === null) throw invalid(`audio_sample must be a file${typeof sample === 'string' ? ', not text: no path of a caller is opened' : ''}`, 'audio_sample');
  const parsed = schema.safeParse(rest);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = issue?.path.join('.') ?? '';
    throw invalid(`${param === '' ? 'the form' : param}: ${issue?.message ?? 'invalid'}`, param);
  }
  const { name: id, voice: base = null, text, language, consent } = parsed.data;
  return { id, base, text, language, consent, audio: new Uint8Array(await (sample as Blob).arrayBuffer()) };
}
