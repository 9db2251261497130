import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../shared/processes.mjs';

export const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'yue'];

export const HELP = `npm run quickstart [-- FLAGS]   from recordings to a measured, served voice

  --recordings DIR     recordings of one speaker (default: the synthetic demo of examples/demo)
  --transcripts FILE   their words: metadata.csv, .list, .srt, or a folder of them; an .srt or .txt beside a recording is found by itself
  --language LANG      ${LANGUAGES.join(', ')} (default: told from the words)
  --engine DIR         a GPT-SoVITS checkout (default: the stand-in engine, which learns nothing)
  --models DIR         ONNX models for measuring (speaker similarity, DNSMOS)
  --name NAME          of the voice (default: demo, or the recordings folder's name)
  --dir PARENT         where the voice folder is made (default: ./quickstart)

Run it again to continue where it stopped.`;

/** A mistake of the person who typed; exit code 2. */
export class UsageError extends Error {}

/**
 * Reads the command line. Paths count from where the person stood when they called npm.
 * @param {readonly string[]} argv @param {string} cwd
 */
export function readArguments(argv, cwd) {
  const flag = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: { recordings: flag, transcripts: flag, language: flag, engine: flag, models: flag, name: flag, dir: flag, help: { type: 'boolean', short: 'h' } } }));
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${HELP}`, { cause: error });
  }
  if (values.help === true) return null;
  const given = (name, kind) => {
    if (values[name] === undefined) return null;
    const path = resolve(cwd, values[name]);
    if (!existsSync(path)) throw new UsageError(`--${name}: there is no ${path}`);
    if (kind === 'folder' && !statSync(path).isDirectory()) throw new UsageError(`--${name}: ${path} is not a folder`);
    return path;
  };
  if (values.language !== undefined && !LANGUAGES.includes(values.language)) throw new UsageError(`--language is one of ${LANGUAGES.join(', ')}, got ${JSON.stringify(values.language)}`);
  const recordings = given('recordings', 'folder');
  if (recordings === null && values.transcripts !== undefined) throw new UsageError('--transcripts needs --recordings: the demo brings its own words');
  const engine = given('engine', 'folder');
  const demo = join(ROOT, 'examples/demo');
  return {
    demo: recordings === null,
    standIn: engine === null,
    recordings: recordings ?? join(demo, 'recordings'),
    transcripts: recordings === null ? join(demo, 'transcripts/metadata.csv') : given('transcripts', 'path'),
    language: values.language ?? (recordings === null ? 'en' : null),
    engine: engine ?? join(ROOT, 'examples/stand-in-engine'),
    models: given('models', 'folder'),
    name: values.name ?? (recordings === null ? 'demo' : voiceName(basename(recordings))),
    parent: values.dir === undefined ? join(ROOT, 'quickstart') : resolve(cwd, values.dir),
  };
}

/** A folder's name as a voice's name: letters, digits, dot, dash, underscore. @param {string} name */
function voiceName(name) {
  return name.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+|-+$/gu, '').slice(0, 64) || 'voice';
}
