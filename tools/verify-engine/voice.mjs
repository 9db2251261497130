import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from '../shared/processes.mjs';

const CLI = [process.execPath, join(ROOT, 'apps/cli/dist/main.js')];
const EPOCHS = 1; // the least that writes weights
const SENTENCES = 2;
export const BELOW_THRESHOLD = 5; // exit code of `voxtune run`: the voice was made, and its figures are poor, as random weights' are

/** Runs voxtune. @param {readonly string[]} args @param {object} [options] as of `run` */
export const voxtune = (args, options) => run([...CLI, ...args], options);

/** Where the work of the stages before the engine is kept, for the voices that are to fail after them. @param {{work: string}} options */
export const preparedWork = (options) => join(options.work, '.prepared');

/** A voice folder with its own copy of the recordings. `prepared`: its list is made already. @returns {string} its path */
export function makeVoice(options, name, { version, engine = options.engine, gptEpochs = EPOCHS, prepared = false }) {
  const folder = join(options.work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(options.recordings, join(folder, 'recordings'), { recursive: true });
  if (prepared && existsSync(preparedWork(options))) cpSync(preparedWork(options), join(folder, 'work'), { recursive: true });
  const text = (value) => JSON.stringify(value);
  writeFileSync(join(folder, 'voxtune.yaml'), [
    `voice: ${text(name)}`, `language: ${options.language}`, 'consent: "verification"', 'recordings: recordings',
    ...(options.transcripts === null ? [] : [`transcripts: [${text(options.transcripts)}]`]),
    `engine: { path: ${text(engine)}, version: ${version}, device: ${options.device}${options.python === null ? '' : `, python: ${text(options.python)}`} }`,
    `train: { gpt: { epochs: ${gptEpochs}, saveEvery: 1 }, sovits: { epochs: ${EPOCHS}, saveEvery: 1 } }`,
    `evaluate: { sentences: ${SENTENCES} }`, '',
  ].join('\n'));
  return folder;
}

/** What a finished voice must have left. @param {string} folder @returns {string[]} what is missing */
export function missingOf(folder) {
  const missing = [];
  if (!existsSync(join(folder, 'voice.json'))) missing.push('voice.json');
  else {
    const voice = JSON.parse(readFileSync(join(folder, 'voice.json'), 'utf8'));
    if (!JSON.stringify(voice).includes('.ckpt')) missing.push('GPT weights in voice.json');
    if (!JSON.stringify(voice).includes('.pth')) missing.push('SoVITS weights in voice.json');
  }
  if (!existsSync(join(folder, 'work', 'report.html'))) missing.push('work/report.html');
  return missing;
}

/** Names of processes' files in a folder, however deep. @param {string} folder */
export const namesUnder = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []);

/** What a stage's logs of all runs say. @param {string} folder @param {string} stage */
export const logsOf = (folder, stage) => namesUnder(join(folder, 'work/runs')).filter((name) => name.endsWith(`${stage}.log`)).map((name) => readFileSync(join(folder, 'work/runs', name), 'utf8')).join('\n');

/** The last lines of what a program said. @param {string} output @param {number} [count] */
export const lastLines = (output, count = 6) => output.trimEnd().split('\n').slice(-count).join('\n');
