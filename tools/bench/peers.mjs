import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NPM } from '../shared/processes.mjs';

const execute = promisify(execFile);

/** The Python peers, at the versions that the goals were measured with. */
export const PYTHON_PEERS = { numpy: '2.4.6', soxr: '1.1.0', pyloudnorm: '0.2.0', jiwer: '4.0.0', 'kaldi-native-fbank': '1.23.0', scipy: '1.17.1', 'ffmpeg-python': '0.2.0', librosa: '0.11.0', onnxruntime: '1.30.0' };
/** Its dependencies include GPL decoders, so it lives in the cache folder and never in this repository. */
export const NPM_PEERS = { 'audio-decode': '3.12.0' };

/** Where peers are installed: outside the repository. */
const cacheFolder = () => process.env.VOXTUNE_BENCH_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'voxtune-bench');
/** A folder for one set of versions. */
const folderFor = (kind, versions) => join(cacheFolder(), `${kind}-${createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12)}`);

/** Installs the Python peers once. @returns {Promise<string>} The interpreter of their virtual environment. */
export async function installPythonPeers(say) {
  const folder = folderFor('python', PYTHON_PEERS), done = join(folder, 'installed');
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  if (existsSync(done)) return python;
  say(`installing ${Object.keys(PYTHON_PEERS).join(', ')} into ${folder}`);
  await execute(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '--clear', folder]);
  await execute(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...Object.entries(PYTHON_PEERS).map(([name, version]) => `${name}==${version}`)], { maxBuffer: 1 << 24 });
  writeFileSync(done, '');
  return python;
}

/** Installs the npm peers once. @returns {Promise<string>} The folder that holds their node_modules. */
export async function installNpmPeers(say) {
  const folder = folderFor('npm', NPM_PEERS), done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  say(`installing ${Object.keys(NPM_PEERS).join(', ')} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const [program, ...args] = NPM;
  await execute(program, [...args, 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error', ...Object.entries(NPM_PEERS).map(([name, version]) => `${name}@${version}`)], { cwd: folder });
  writeFileSync(done, '');
  return folder;
}

/** Starts peers.py. @returns {{ask: (job: object) => Promise<{wallSec: number, cpuSec: number, result: any}>, close: () => void}} */
export function startPython(python) {
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };
  const child = spawn(python, ['-u', fileURLToPath(new URL('peers.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...one } });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { errors = (errors + text).slice(-4000); });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  child.on('close', () => { for (const answer of waiting.splice(0)) answer({ error: `the Python process ended: ${errors}` }); });
  child.stdin.on('error', () => {});
  const ask = async (job) => {
    const reply = await new Promise((answer) => { waiting.push(answer); child.stdin.write(`${JSON.stringify(job)}\n`); });
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  };
  return { ask, close: () => child.stdin.end() };
}
