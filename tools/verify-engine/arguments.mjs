import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../shared/processes.mjs';

export const VERSIONS = ['v1', 'v2', 'v2Pro', 'v2ProPlus', 'v3', 'v4'];

export const HELP = `node tools/verify-engine.mjs DIR [FLAGS]   what voxtune does with the GPT-SoVITS checkout DIR, recordings to served voice

  --versions LIST      some of ${VERSIONS.join(',')} (default: v2Pro)
  --python FILE        the engine's Python (default: searched in DIR, then PATH)
  --device DEVICE      auto, cuda or cpu (default: auto)
  --random-weights     pretrained files that are missing are made by the checkout's own classes, at random: the voice says noise
  --recordings DIR     recordings of one speaker (default: the synthetic demo of examples/demo)
  --transcripts FILE   their words
  --language LANG      of the recordings (default: en)
  --no-failures        only the versions, nothing broken on purpose
  --work DIR           where voices are made; kept (default: a temporary folder, deleted when all is well)
  --json FILE          the results as JSON
  --timeout MINUTES    longest time for one run (default: 240)

The checkout's tracked files are not touched; what is broken is broken in a copy made of links. PYTHONPATH and NLTK_DATA are passed on.
Exit code: 0 all as expected, 1 something was not, 2 wrong arguments.`;

/** A mistake of the person who typed; exit code 2. */
export class UsageError extends Error {}

/** @param {readonly string[]} argv @param {string} cwd @returns The options, or null where help was asked for. */
export function readArguments(argv, cwd) {
  const flag = { type: 'string' };
  const yes = { type: 'boolean', default: false };
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv], allowPositionals: true,
      options: { versions: flag, python: flag, device: flag, recordings: flag, transcripts: flag, language: flag, work: flag, json: flag, timeout: flag, 'random-weights': yes, 'no-failures': yes, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${HELP}`, { cause: error });
  }
  const { values, positionals } = parsed;
  if (values.help === true) return null;
  if (positionals.length !== 1) throw new UsageError(`one checkout is wanted, got ${positionals.length}\n\n${HELP}`);
  const given = (name, text) => {
    if (text === undefined) return null;
    const path = resolve(cwd, text);
    if (!existsSync(path)) throw new UsageError(`${name}: there is no ${path}`);
    return path;
  };
  const versions = (values.versions ?? 'v2Pro').split(',').map((version) => version.trim());
  const unknown = versions.find((version) => !VERSIONS.includes(version));
  if (unknown !== undefined) throw new UsageError(`--versions: ${JSON.stringify(unknown)} is none of ${VERSIONS.join(', ')}`);
  const minutes = Number(values.timeout ?? 240);
  if (!(minutes > 0)) throw new UsageError(`--timeout: minutes above 0, got ${values.timeout}`);
  if (values.recordings === undefined && values.transcripts !== undefined) throw new UsageError('--transcripts needs --recordings: the demo brings its own words');
  return {
    engine: given('DIR', positionals[0]),
    versions,
    python: given('--python', values.python),
    device: values.device ?? 'auto',
    randomWeights: values['random-weights'],
    recordings: given('--recordings', values.recordings) ?? join(ROOT, 'examples/demo/recordings'),
    transcripts: values.recordings === undefined ? join(ROOT, 'examples/demo/transcripts/metadata.csv') : given('--transcripts', values.transcripts),
    language: values.language ?? 'en',
    failures: !values['no-failures'],
    work: values.work === undefined ? null : resolve(cwd, values.work),
    json: values.json === undefined ? null : resolve(cwd, values.json),
    timeoutMs: minutes * 60_000,
  };
}
