// The recognisers that voxtune.yaml names, made ready; and the words they may be converted to.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { commandRecogniser, engineRecogniser, serverRecogniser, sherpaRecogniser, type Recogniser, type SherpaModel } from '@voxtune/dataset';
import type { Transcribe } from '@voxtune/eval';
import { writeFileAtomic } from '@voxtune/pipeline';
import { enginePythonPath } from '@voxtune/training';
import { toSimplified, toTraditional } from '@voxtune/text';
import { type BackendConfig } from '../config/schema.js';
import { CliError } from '../exit.js';
import { type Engine } from './engine.js';
import { type Voice } from './folder.js';

/** `transcribe.command` is the first of `transcribe.backends`, in short. */
export function backendsOf({ command, backends }: Voice['config']['transcribe']): readonly BackendConfig[] {
  return command === null ? backends : [{ kind: 'command' as const, command }, ...backends].slice(0, 2);
}

/**
 * Makes a recogniser. Its files and its checkout are looked for now, before any clip is heard.
 * @throws {CliError} CLI_ENGINE_UNKNOWN without a checkout, CLI_MODEL_MISSING without a model's files.
 */
export function openRecogniser(backend: BackendConfig, voice: Voice, engine: Engine | null, env: Readonly<Record<string, string | undefined>>): Recogniser {
  const { language, transcribe: { timeoutSec }, engine: { profile } } = voice.config;
  const timeoutMs = timeoutSec * 1000;
  switch (backend.kind) {
    case 'command':
      return commandRecogniser({ command: backend.command, timeoutMs });
    case 'server': {
      const apiKey = backend.apiKeyEnv === null ? undefined : env[backend.apiKeyEnv];
      if (backend.apiKeyEnv !== null && apiKey === undefined) throw new CliError('CLI_CONFIG_INVALID', `the environment has no ${backend.apiKeyEnv}, where transcribe.backends looks for the server’s key`, { variable: backend.apiKeyEnv });
      return serverRecogniser({ url: backend.url, model: backend.model, apiKey, language, timeoutMs });
    }
    case 'engine': {
      if (engine === null) throw new CliError('CLI_ENGINE_UNKNOWN', 'transcribe.backends names a script of the engine, and engine.path no checkout');
      const { root, interpreter: { command, args } } = engine.checkout;
      return engineRecogniser({ root, python: [command, ...args], script: backend.script, profile, language, env: { PYTHONPATH: enginePythonPath(root, env['PYTHONPATH'] ?? '', process.platform === 'win32' ? 'win32' : 'posix') }, ...(backend.model === null ? {} : { model: backend.model }), ...(backend.precision === null ? {} : { precision: backend.precision }) });
    }
    case 'sherpa':
      return sherpaRecogniser({ model: findModel(backend.model, isAbsolute(backend.dir) ? backend.dir : resolve(voice.root, backend.dir)), language, threads: backend.threads, timeoutMs });
  }
}

/** The files of a model as sherpa-onnx's archives name them: `model.int8.onnx` before `model.onnx`, Whisper's `*-encoder.int8.onnx`; `tokens.txt` or `*-tokens.txt`. */
function findModel(kind: SherpaModel['kind'], dir: string): SherpaModel {
  let names: readonly string[];
  try {
    names = readdirSync(dir).sort();
  } catch (cause) {
    throw new CliError('CLI_MODEL_MISSING', `there is no folder ${dir} with the ${kind} model`, { path: dir }, { cause });
  }
  const find = (...patterns: readonly RegExp[]): string => {
    const name = patterns.flatMap((pattern) => names.find((each) => pattern.test(each)) ?? [])[0];
    if (name === undefined) throw new CliError('CLI_MODEL_MISSING', `${dir} has no file like ${patterns[0]!.source.replaceAll('\\', '')} of the ${kind} model`, { path: dir });
    return join(dir, name);
  };
  const tokens = find(/^tokens\.txt$/, /tokens\.txt$/);
  return kind === 'whisper'
    ? { kind, encoder: find(/encoder\.int8\.onnx$/, /encoder\.onnx$/), decoder: find(/decoder\.int8\.onnx$/, /decoder\.onnx$/), tokens }
    : { kind, model: find(/^model\.int8\.onnx$/, /^model\.onnx$/), tokens };
}

/** A recogniser that hears samples, where its own hears a file of 16-bit samples. */
export function hearWith(recogniser: Recogniser, scratchDir: string): Transcribe {
  return async ({ samples, sampleRateHz }, _language, signal) => {
    const file = join(scratchDir, `heard-${randomUUID()}.wav`);
    try {
      await writeFileAtomic(file, encodeWav({ sampleRateHz, channels: [samples] }, { format: 'pcm16' }));
      return { text: (await recogniser.recognise(file, signal)).text, model: recogniser.id };
    } finally {
      await rm(file, { force: true });
    }
  };
}

/** What `transcribe.characters` does to a text. */
export const convertCharacters = (text: string, wanted: Voice['config']['transcribe']['characters']): string => (wanted === 'keep' ? text : wanted === 'simplified' ? toSimplified(text) : toTraditional(text));
