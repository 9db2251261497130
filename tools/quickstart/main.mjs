import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../shared/install.mjs';
import { NX, ROOT, run } from '../shared/processes.mjs';
import { HELP, readArguments, UsageError } from './arguments.mjs';
import { languageOfWords } from './language.mjs';
import { startService } from './serve.mjs';

const CLI = [process.execPath, join(ROOT, 'apps/cli/dist/main.js')];
const SERVICE_TIMEOUT_MS = 300_000; // a real engine loads gigabytes of weights
const BELOW_THRESHOLD = 5; // exit code of `voxtune run`
const SENTENCES = {
  en: 'Thank you for calling. This is a sentence that nobody recorded.',
  zh: '感謝您的來電，這是一句沒有人錄過的話。',
  yue: '多謝你打嚟，呢句說話從來冇人錄過。',
  ja: 'お電話ありがとうございます。これは誰も録音していない文です。',
  ko: '전화해 주셔서 감사합니다. 이것은 아무도 녹음하지 않은 문장입니다.',
};

/** A step that failed; its exit code becomes ours. */
class StepFailed extends Error {
  constructor(message, exitCode) { super(message); this.exitCode = exitCode; }
}

/** @param {readonly string[]} argv @returns {Promise<number>} Exit code: that of the step that failed, 2 for a wrong argument. */
export async function main(argv) {
  const started = performance.now();
  try {
    const options = readArguments(argv, process.env.INIT_CWD ?? process.cwd());
    if (options === null) { console.log(HELP); return 0; }
    return await quickstart(options, started);
  } catch (error) {
    if (error instanceof UsageError) { console.error(`quickstart: ${error.message}`); return 2; }
    if (error instanceof StepFailed) { console.error(`\nquickstart: ${error.message}`); return error.exitCode; }
    throw error;
  }
}

async function quickstart(options, started) {
  const sinceSec = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const say = (line) => console.log(`▸ ${line}`);
  if (options.demo) say('Demo recordings: SYNTHETIC speech (espeak-ng, examples/demo); no person speaks. Your own: npm run quickstart -- --recordings DIR');
  if (options.standIn) {
    say('No --engine was given: the STAND-IN engine of examples/stand-in-engine is used. It learns nothing and speaks by joining pieces of the recordings;');
    say('it shows every stage without a GPU. The real one: npm run quickstart -- --engine /path/to/GPT-SoVITS');
  }

  say('Installing dependencies');
  const installed = await install();
  if (installed.code !== 0) throw new StepFailed(`npm ci failed; is the package registry reachable?\n${lastLines(installed.output)}`, installed.code);
  if (installed.skipped) console.log('  already installed');

  say('Building');
  const built = await run([...NX, 'run-many', '-t', 'build', '--outputStyle=static'], { env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' } });
  if (built.code !== 0) throw new StepFailed(`the build failed:\n${lastLines(built.output, 60)}`, built.code);

  const path = join(options.parent, options.name);
  const voice = existsSync(join(path, 'voxtune.yaml')) ? await existingVoice(path, options) : await newVoice(path, options);
  const prepared = sinceSec();

  say(`Running voice ${options.name}: ${path}`);
  const ran = await run([...CLI, 'run', path, ...(options.models === null ? [] : ['--models', options.models])], { show: true });
  // Below a threshold the voice is there all the same, to be heard; the exit code still says so at the end.
  if (ran.code !== 0 && ran.code !== BELOW_THRESHOLD) throw new StepFailed(failedRun(ran.code), ran.code);

  const output = join(path, 'hello.wav');
  say('Starting the service and saying one sentence');
  const service = await startService(CLI, path, SERVICE_TIMEOUT_MS).catch((error) => { throw new StepFailed(`the service did not start: ${error.message}`, error.exitCode || 1); });
  try {
    const said = await run([...CLI, 'say', path, SENTENCES[voice.language], '-o', output, '--url', service.url], { show: true });
    if (said.code !== 0) throw new StepFailed('the service is up, but the sentence was not spoken; the message is above', said.code);
  } finally {
    await service.stop();
  }

  console.log(`
Done in ${sinceSec()} (of which install and build ${prepared}).
  report   ${join(path, 'work', 'report.html')}
  spoken   ${output}${options.standIn ? '   (by the stand-in engine: pieces of the recordings)' : ''}
  voice    ${join(path, 'voice.json')}
Serve it:  node apps/cli/dist/main.js serve ${JSON.stringify(path)}`);
  if (ran.code === BELOW_THRESHOLD) console.log('The voice is below a threshold (exit code 5); the report says where.');
  return ran.code;
}

async function newVoice(path, options) {
  let { language } = options;
  if (language === null) {
    language = languageOfWords([options.recordings, ...(options.transcripts === null ? [] : [options.transcripts])]);
    console.log(language === null ? '  no words were found: the language is taken to be zh (--language says otherwise)' : `  language told from the words: ${language} (--language says otherwise)`);
    language ??= 'zh';
  }
  mkdirSync(options.parent, { recursive: true });
  const paths = { recordings: options.recordings, transcripts: options.transcripts, language, engine: options.engine, models: options.models, dir: options.parent };
  const flags = Object.entries(paths).flatMap(([name, value]) => (value === null ? [] : [`--${name}`, value]));
  const made = await run([...CLI, 'init', options.name, ...flags], { show: true });
  if (made.code !== 0) throw new StepFailed(`the voice folder ${path} was not made; the message is above`, made.code);
  return { language };
}

/** A voice that is there is continued, unless it belongs to other recordings. */
async function existingVoice(path, options) {
  const shown = await run([...CLI, 'config', 'show', path, '--json']);
  const answer = lastJson(shown.output);
  if (shown.code !== 0 || answer?.config === undefined) throw new StepFailed(answer?.error === undefined ? shown.output : `${answer.error.message}\n  ${answer.error.hint}`, shown.code || 1);
  const { config } = answer;
  const differs = (flag, had, wants) => {
    if (wants !== null && had !== wants) {
      throw new UsageError(`${path} was made with --${flag} ${had ?? '(none)'}, and now it is ${wants}.\nChoose another name (--name NAME), delete that folder, or change voxtune.yaml in it.`);
    }
  };
  differs('recordings', config.recordings, options.recordings);
  if (options.transcripts !== null && !config.transcripts.includes(options.transcripts)) differs('transcripts', config.transcripts.join(', '), options.transcripts);
  differs('engine', config.engine?.path ?? null, options.engine);
  differs('language', config.language, options.language);
  console.log(`  ${path} is there: continuing it`);
  return { language: config.language };
}

function failedRun(code) {
  if (code === 130) return 'interrupted. Run the same command again: it continues where it stopped.';
  return `the run ended with exit code ${code}; the message is above. Run the same command again when the cause is removed: finished stages are kept.`;
}

const lastLines = (text, n = 25) => text.trimEnd().split('\n').slice(-n).join('\n');
function lastJson(text) {
  try { return JSON.parse(text.trim().split('\n').at(-1)); } catch { return null; }
}
