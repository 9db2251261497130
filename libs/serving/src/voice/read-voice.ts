import type { Lexicon } from '@voxtune/inference-client';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { ServingError } from '../errors.js';
import { lexiconSchema, parseVoice, type VoiceDocument } from './parse-voice.js';

/** A published voice whose files were found and are the ones that were published. Paths are absolute. */
export type Voice = {
  readonly id: string;
  readonly dir: string;
  /** Further folders in which its files may lie. */
  readonly roots: readonly string[];
  /** Language spoken where a request names none, such as `zh`. */
  readonly language: string;
  readonly weights: { readonly gptPath: string; readonly sovitsPath: string };
  /** Changes when any of the files does. */
  readonly version: string;
  readonly prompt: VoicePrompt;
  /** Further prompt audio, by emotion. */
  readonly prompts: Readonly<Record<string, VoicePrompt>>;
  /** Words that the engine misreads → how they are written for it; from lexicon.json in the voice's folder. */
  readonly lexicon: Lexicon;
  readonly document: VoiceDocument;
  /** Size and time of each file when it was hashed, so that a later change is noticed without hashing again. */
  readonly files: readonly VoiceFile[];
};
/** Prompt audio and its words. */
export type VoicePrompt = { readonly path: string; readonly text: string; readonly language: string };
export type VoiceFile = { readonly path: string; readonly sizeBytes: number; readonly modifiedMs: number };

export type ReadVoiceOptions = {
  /** Folders, beside the voice's own, in which its files may lie. @default [] */
  readonly roots?: readonly string[];
  readonly signal?: AbortSignal;
};

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== '' && !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..';
};

async function hash(path: string, signal: AbortSignal | undefined): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/**
 * Reads a voice folder's voice.json and checks every file it names by its sha256.
 * @throws {ServingError} SERVING_VOICE_MISSING · SERVING_VOICE_INVALID · SERVING_VOICE_OUTSIDE · SERVING_VOICE_FILE_MISSING · SERVING_VOICE_CHANGED
 */
export async function readVoice(dir: string, { roots = [], signal }: ReadVoiceOptions = {}): Promise<Voice> {
  const home = resolve(dir);
  const documentPath = join(home, 'voice.json');
  const text = await readFile(documentPath, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ServingError('SERVING_VOICE_MISSING', `${home} holds no voice.json that can be read (${cause.code ?? cause.message})`, { path: documentPath }, { cause });
  });
  const document = parseVoice(text, documentPath);
  const allowed = [home, ...roots.map((root) => resolve(root))];
  const check = async (part: string, entry: { readonly path: string; readonly sha256: string }): Promise<VoiceFile> => {
    const path = resolve(home, entry.path);
    if (!allowed.some((root) => isInside(root, path))) throw new ServingError('SERVING_VOICE_OUTSIDE', `${part} of ${document.voice} lies outside its folder: ${entry.path}`, { voice: document.voice, path });
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile() || found.size === 0) throw new ServingError('SERVING_VOICE_FILE_MISSING', `${part} of ${document.voice} is ${found?.isFile() === true ? 'empty' : 'missing'}: ${path}`, { voice: document.voice, path });
    const actual = await hash(path, signal);
    if (actual !== entry.sha256.toLowerCase()) throw new ServingError('SERVING_VOICE_CHANGED', `${part} of ${document.voice} is not what was published: ${path} has sha256 ${actual}, voice.json says ${entry.sha256}`, { voice: document.voice, path });
    return { path, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  };
  const { gpt, sovits } = document.weights;
  const { prompt } = document;
  const emotions = Object.entries(document.prompts ?? {});
  const files = [await check('weights.gpt', gpt), await check('weights.sovits', sovits), await check('prompt', prompt)];
  const emotionFiles: VoiceFile[] = [];
  for (const [emotion, entry] of emotions) emotionFiles.push(await check(`prompts.${emotion}`, entry));
  const lexicon = await readLexicon(home);
  const [gptPath, sovitsPath, promptPath] = files.map((one) => one.path) as [string, string, string];
  const promptOf = ({ text: words, language }: { readonly text: string; readonly language: string }, path: string): VoicePrompt => ({ path, text: words, language });
  const prompts = Object.fromEntries(emotions.map(([emotion, entry], index) => [emotion, promptOf(entry, (emotionFiles[index] as VoiceFile).path)]));
  const spokenBy = [gpt.sha256, sovits.sha256, prompt.sha256, prompt.language, prompt.text, ...emotions.flatMap(([emotion, entry]) => [emotion, entry.sha256, entry.language, entry.text]), ...(Object.keys(lexicon).length === 0 ? [] : [JSON.stringify(lexicon)])];
  const version = createHash('sha256').update(spokenBy.join('\n').toLowerCase()).digest('hex').slice(0, 16);
  return { id: document.voice, dir: home, roots: allowed.slice(1), language: document.language, weights: { gptPath, sovitsPath }, version, prompt: promptOf(prompt, promptPath), prompts, lexicon, document, files: [...files, ...emotionFiles] };
}

/** @throws {ServingError} SERVING_VOICE_INVALID when lexicon.json is there and is not words → words. */
async function readLexicon(dir: string): Promise<Lexicon> {
  const path = join(dir, 'lexicon.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return {};
  try {
    return lexiconSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ServingError('SERVING_VOICE_INVALID', `${path} must be a JSON object of words and how each is written for the engine, such as {"VIP": "V I P"}`, { path }, { cause });
  }
}

/**
 * Looks whether the files of a voice still are those that were read, by size and time.
 * @throws {ServingError} SERVING_VOICE_FILE_MISSING · SERVING_VOICE_CHANGED
 */
export async function checkVoiceUnchanged(voice: Voice): Promise<void> {
  for (const { path, sizeBytes, modifiedMs } of voice.files) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new ServingError('SERVING_VOICE_FILE_MISSING', `A file of ${voice.id} is gone since the gateway started: ${path}`, { voice: voice.id, path });
    if (found.size !== sizeBytes || found.mtimeMs !== modifiedMs) throw new ServingError('SERVING_VOICE_CHANGED', `A file of ${voice.id} changed since the gateway started: ${path}`, { voice: voice.id, path });
  }
}
