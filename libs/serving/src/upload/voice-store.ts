import { encodeWav } from '@voxtune/audio';
import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServingError } from '../errors.js';
import { VOICE_ID } from '../voice/parse-voice.js';
import { readVoice, type Voice } from '../voice/read-voice.js';
import type { VoiceUpload } from './parse-upload.js';
import { readPromptAudio } from './read-prompt-audio.js';

export type UploadOptions = {
  /** Folder of one gateway alone: uploaded voices, one folder each, and the list of what was revoked; made when it is missing. */
  readonly dir: string;
  /** Largest form, bytes. @default 8388608 (8 MiB: 10 s of stereo at 96 kHz and 32 bits) */
  readonly maxBytes?: number;
  /** Most voices that are kept. @default 100 */
  readonly maxVoices?: number;
};

/** Uploaded voices and revocations on disk; what a killed process left half-written is not there. */
export type VoiceStore = {
  readonly maxBytes: number;
  /** Names that are not to be served any more. */
  readonly revoked: ReadonlySet<string>;
  /** The uploaded voices whose base is served; those that cannot be read any more, with the reason. */
  load(bases: ReadonlyMap<string, Voice>): Promise<{ readonly voices: readonly Voice[]; readonly dropped: readonly { readonly id: string; readonly reason: string }[] }>;
  /** @throws {ServingError} SERVING_UPLOAD_INVALID · SERVING_UPLOADS_FULL */
  add(upload: VoiceUpload, base: Voice, owner: string): Promise<Voice>;
  /** Writes the revocation down, then removes what was uploaded. A published voice's own folder is left alone. */
  revoke(id: string, by: string): Promise<void>;
};

const REVOKED = 'revoked.jsonl';
const PART = '.part';
const MAX_RATE_HZ = 48_000; // ours: what the engine resamples from; more is brought down by nobody's ear

/** @throws {RangeError} for options out of range. @throws the file system's error when the folder cannot be made or read. */
export async function openVoiceStore({ dir, maxBytes = 8 * 2 ** 20, maxVoices = 100 }: UploadOptions): Promise<VoiceStore> {
  if (!(maxBytes > 0)) throw new RangeError(`uploads.maxBytes must be above 0, got ${maxBytes}`);
  if (!Number.isInteger(maxVoices) || maxVoices < 1) throw new RangeError(`uploads.maxVoices must be a positive integer, got ${maxVoices}`);
  await mkdir(dir, { recursive: true });
  const revoked = new Set<string>();
  for (const line of (await readFile(join(dir, REVOKED), 'utf8').catch(() => '')).split('\n')) {
    try {
      const { voice } = JSON.parse(line) as { voice?: unknown };
      if (typeof voice === 'string') revoked.add(voice);
    } catch {
      // the last line, cut short by the end of a process: that revocation was never confirmed
    }
  }
  const folders = async (): Promise<readonly string[]> => (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of await folders()) if (name.endsWith(PART)) await rm(join(dir, name), { recursive: true, force: true });
  const read = (name: string, base: Voice): Promise<Voice> => readVoice(join(dir, name), { roots: [base.dir, ...base.roots] });
  return {
    maxBytes, revoked,
    async load(bases) {
      const voices: Voice[] = [];
      const dropped: { id: string; reason: string }[] = [];
      for (const id of await folders()) {
        if (!VOICE_ID.test(id) || revoked.has(id)) continue;
        try {
          const document = JSON.parse(await readFile(join(dir, id, 'voice.json'), 'utf8')) as { base?: { voice?: string } };
          const base = bases.get(document.base?.voice ?? '');
          if (base === undefined) throw new ServingError('SERVING_VOICE_UNKNOWN', `its weights are those of ${document.base?.voice ?? 'no voice'}, which is not served here`);
          voices.push(await read(id, base));
        } catch (error) {
          dropped.push({ id, reason: (error as Error).message });
        }
      }
      return { voices, dropped };
    },
    async add({ id, text, language, consent, audio }, base, owner) {
      if ((await folders()).length >= maxVoices) throw new ServingError('SERVING_UPLOADS_FULL', `${maxVoices} uploaded voices are kept already`, { maxVoices });
      const part = join(dir, `${randomUUID()}${PART}`);
      await mkdir(part);
      try {
        const received = join(part, 'received');
        await writeFile(received, audio);
        const { samples, sampleRateHz } = await readPromptAudio(received);
        await rm(received);
        if (sampleRateHz > MAX_RATE_HZ) throw new ServingError('SERVING_UPLOAD_INVALID', `audio_sample has ${sampleRateHz} Hz; at most ${MAX_RATE_HZ} are taken`, { param: 'audio_sample' });
        const wav = encodeWav({ sampleRateHz, channels: [samples] });
        const sha256 = createHash('sha256').update(wav).digest('hex');
        const path = `prompt-${sha256.slice(0, 16)}.wav`; // by its content: the engine keeps prompts by their path (seen on GPT-SoVITS 48b1a01)
        await writeFile(join(part, path), wav);
        const { weights, engine } = base.document;
        await writeFile(join(part, 'voice.json'), `${JSON.stringify({
          v: 1, voice: id, language, engine, owner, consent, base: { voice: base.id, version: base.version },
          weights: { gpt: { path: base.weights.gptPath, sha256: weights.gpt.sha256 }, sovits: { path: base.weights.sovitsPath, sha256: weights.sovits.sha256 } },
          prompt: { path, sha256, text, language },
        }, null, 2)}\n`);
        await rename(part, join(dir, id));
      } catch (error) {
        await rm(part, { recursive: true, force: true });
        throw error;
      }
      return read(id, base);
    },
    async revoke(id, by) {
      await appendFile(join(dir, REVOKED), `${JSON.stringify({ v: 1, voice: id, by, at: new Date().toISOString() })}\n`);
      revoked.add(id);
      await rm(join(dir, id), { recursive: true, force: true });
    },
  };
}
