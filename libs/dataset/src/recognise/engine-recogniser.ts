import { copyFile, link, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { parseLanguage, type Language } from '../language.js';
import { baseName } from '../show-path.js';
import type { Recogniser } from './command-recogniser.js';
import type { Recognition } from './parse-recognition.js';
import { runRecogniser } from './run-recogniser.js';

export type EngineRecogniserOptions = {
  /** Folder of the checkout; the script runs there. */
  readonly root: string;
  /** The checkout's interpreter and what goes before the script, `['/…/python', '-s']`. */
  readonly python: readonly [string, ...string[]];
  /** `funasr`: for Chinese and Cantonese; `fasterwhisper`: for the others. */
  readonly script: 'funasr' | 'fasterwhisper';
  /** `upstream`: a folder at a time, `-i -o -s -l -p`; `guide`: a file at a time, `--input --output --language --model`. */
  readonly profile: 'upstream' | 'guide';
  readonly language: Language;
  /** Model size of the upstream script, or the guide's model name. @default large (funasr), large-v3 (fasterwhisper), paraformer-zh (guide) */
  readonly model?: string | undefined;
  /** @default float32 for funasr, int8 for fasterwhisper: what a CPU can do */
  readonly precision?: 'float16' | 'float32' | 'int8' | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Longest time for all clips of a run (upstream) or one clip (guide), ms. @default 21600000, six hours */
  readonly timeoutMs?: number | undefined;
};

/**
 * The checkout's own recognisers (GPT-SoVITS 48b1a01, tools/asr/funasr_asr.py and fasterwhisper_asr.py). Upstream they read a folder and write `OUT/<its name>.list`; a clip they fail on is missing
 * there and the exit code is 0, so what came back is counted, and a clip without a line is told as not heard, with the script's last words about it.
 */
export function engineRecogniser({ root, python: [program, ...before], script, profile, language, model, precision = script === 'funasr' ? 'float32' : 'int8', env, timeoutMs = 21_600_000 }: EngineRecogniserOptions): Recogniser {
  const file = `tools/asr/${script}_asr.py`;
  const run = (args: readonly string[], signal?: AbortSignal, onOutput?: (text: string) => void) =>
    runRecogniser({ program, args: [...before, file, ...args], cwd: root, env: { PYTHONIOENCODING: 'utf-8', PYTHONUNBUFFERED: '1', ...env }, timeoutMs, signal, onOutput });
  const id = `${script}_asr.py`;
  if (profile === 'guide') {
    return {
      id,
      recognise: async (wavPath, signal) => inFolder(async (folder) => {
        const out = join(folder, `${baseName(wavPath)}.txt`);
        await run(['--input', wavPath, '--output', out, '--language', language, '--model', model ?? 'paraformer-zh'], signal);
        const text = await readFile(out, 'utf8').catch((cause: unknown) => { throw new DatasetError('DATASET_ASR_FAILED', `${file} ended well and wrote no ${baseName(out)}`, {}, { cause }); });
        return { text: text.replace(/^\ufeff/, '').trim().replace(/\s*[\r\n]+\s*/g, ' '), confidence: null, language: null };
      }),
    };
  }
  const recogniseAll: NonNullable<Recogniser['recogniseAll']> = (wavPaths, signal, onHeard) => inFolder(async (folder) => {
    const clips = join(folder, 'clips');
    await mkdir(clips);
    for (const path of wavPaths) await link(path, join(clips, baseName(path))).catch(() => copyFile(path, join(clips, baseName(path)))); // another disk
    let said = '';
    let seen = 0;
    await run(['-i', clips, '-o', folder, '-s', model ?? (script === 'funasr' ? 'large' : 'large-v3'), '-l', language, '-p', precision], signal, (text) => {
      said = (said + text).slice(-200_000);
      const now = wavPaths.filter((path) => said.includes(baseName(path))).length; // funasr prints each name as it begins
      if (now > seen) onHeard?.((seen = now));
    });
    const list = await readFile(join(folder, 'clips.list'), 'utf8').catch((cause: unknown) => { throw new DatasetError('DATASET_ASR_MISSING', `${file} ended well and wrote no list: ${lastWords(said)}`, { script: file }, { cause }); });
    const heard = new Map<string, Recognition>();
    for (const line of list.split('\n')) {
      const [path = '', , code = '', ...text] = line.split('|');
      if (text.length > 0) heard.set(baseName(path), { text: text.join(' ').trim(), confidence: null, language: parseLanguage(code) });
    }
    if (heard.size === 0 && wavPaths.length > 0) throw new DatasetError('DATASET_ASR_MISSING', `${file} heard none of ${wavPaths.length} clips: ${lastWords(said)}`, { script: file, clips: wavPaths.length });
    return new Map(wavPaths.map((path) => [path, heard.get(baseName(path)) ?? { failed: `${file} left it out: ${lastWords(said.slice(said.indexOf(baseName(path)) + 1))}` }]));
  });
  return {
    id, recogniseAll,
    recognise: async (wavPath, signal) => {
      const one = (await recogniseAll([wavPath], signal)).get(wavPath);
      if (one !== undefined && 'text' in one) return one;
      throw new DatasetError('DATASET_ASR_FAILED', one?.failed ?? `${file} left it out`, {});
    },
  };
}

const lastWords = (said: string) => said.trim().split(/\r?\n/).filter((line) => /error|exception|traceback/i.test(line)).at(-1)?.trim().slice(0, 200) ?? (said.trim().split(/\r?\n/).at(-1)?.slice(0, 200) || 'it said nothing');

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'voxtune-asr-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
