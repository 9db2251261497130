import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT, run } from '../shared/processes.mjs';
import { HELP, readArguments, UsageError } from './arguments.mjs';
import { FAILURES } from './failures.mjs';
import { formatTable } from './table.mjs';
import { BELOW_THRESHOLD, lastLines, makeVoice, missingOf, preparedWork, voxtune } from './voice.mjs';

const SENTENCE = { en: 'This sentence was never recorded.', zh: '這句話沒有人錄過。', yue: '呢句說話從來冇人錄過。', ja: 'これは誰も録音していない文です。', ko: '아무도 녹음하지 않은 문장입니다.' };
const ENGINE_FOLDERS = ['', 'GPT_SoVITS/BigVGAN', 'tools', 'tools/asr', 'GPT_SoVITS', 'tools/uvr5']; // webui.py of GPT-SoVITS 48b1a01

/** @param {readonly string[]} argv @returns {Promise<number>} 0 all as expected, 1 something was not, 2 wrong arguments. */
export async function main(argv) {
  let options;
  try {
    options = readArguments(argv, process.cwd());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`verify-engine: ${error.message}`);
    return 2;
  }
  if (options === null) { console.log(HELP); return 0; }
  const temporary = options.work === null;
  options = { ...options, work: options.work ?? mkdtempSync(join(tmpdir(), 'voxtune-verify-')) };
  mkdirSync(options.work, { recursive: true });
  const rows = await verify(options);
  console.log(formatTable(rows));
  const ok = rows.every((row) => row.ok);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify({ engine: options.engine, commit: git(options.engine, 'rev-parse', 'HEAD')?.trim() ?? null, ok, rows }, null, 2)}\n`);
  if (temporary && ok) rmSync(options.work, { recursive: true, force: true });
  else console.log(`voices and logs: ${options.work}`);
  return ok ? 0 : 1;
}

async function verify(options) {
  const rows = [];
  const add = async (version, what, act) => {
    const started = performance.now();
    console.log(`▸ ${version}: ${what}`);
    const { ok, said, output = '' } = await act();
    if (!ok && output !== '') console.log(lastLines(output, 15));
    rows.push({ version, what, ok, said, seconds: Math.round((performance.now() - started) / 100) / 10 });
    return ok;
  };
  const before = git(options.engine, 'status', '--porcelain');
  if (options.randomWeights) await add('all', 'random weights', () => randomWeights(options));
  for (const version of options.versions) {
    const folder = makeVoice(options, version, { version });
    const made = await add(version, 'run: recordings to a published voice', async () => {
      if (!existsSync(preparedWork(options)) && (await voxtune(['run', folder, '--until', 'list'], { timeoutMs: options.timeoutMs })).code === 0) cpSync(join(folder, 'work'), preparedWork(options), { recursive: true });
      const { code, output } = await voxtune(['run', folder], { timeoutMs: options.timeoutMs });
      const missing = missingOf(folder);
      return { ok: [0, BELOW_THRESHOLD].includes(code) && missing.length === 0, said: missing.length === 0 ? `exit ${code}` : `exit ${code}, lacks ${missing.join(', ')}`, output };
    });
    if (!made) continue;
    await add(version, 'run again: nothing to do', async () => {
      const weights = readFileSync(join(folder, 'voice.json'), 'utf8');
      const { code, output } = await voxtune(['run', folder], { timeoutMs: options.timeoutMs });
      const same = readFileSync(join(folder, 'voice.json'), 'utf8') === weights;
      return { ok: [0, BELOW_THRESHOLD].includes(code) && same, said: `exit ${code}, voice.json ${same ? 'unchanged' : 'changed'}`, output };
    });
    await add(version, 'say: one sentence', async () => {
      const wav = join(folder, 'said.wav');
      const { code, output } = await voxtune(['say', folder, SENTENCE[options.language] ?? SENTENCE.en, '-o', wav], { timeoutMs: options.timeoutMs });
      return { ok: code === 0 && existsSync(wav), said: `exit ${code}`, output };
    });
  }
  const [version] = options.versions;
  if (options.failures) for (const [what, act] of Object.entries(FAILURES)) await add(version, what, () => act(options, version));
  if (before !== null) await add('all', 'git status of the checkout as before', async () => { const same = git(options.engine, 'status', '--porcelain') === before; return { ok: same, said: same ? 'same' : 'changed' }; });
  return rows;
}

async function randomWeights({ engine, python, timeoutMs, versions }) {
  const folders = [...ENGINE_FOLDERS.map((folder) => join(engine, folder)), ...(process.env.PYTHONPATH ?? '').split(delimiter).filter(Boolean)];
  const command = [python ?? 'python3', join(ROOT, 'tools/verify-engine/random_weights.py')];
  const { code, output } = await run([...command, ...versions], { cwd: engine, env: { PYTHONPATH: folders.join(delimiter), PYTHONUTF8: '1' }, timeoutMs });
  return { ok: code === 0, said: code === 0 ? `${output.split('\n').filter((line) => line.startsWith('GPT_SoVITS/')).length} files made` : `exit ${code}`, output };
}

/** Null where the folder is no git checkout of its own. */
function git(folder, ...args) {
  if (!existsSync(join(folder, '.git'))) return null;
  try {
    return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
