// A whole setup of a small engine: a git repository, a package folder and an HTTP server, all of this machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fetchFile } from '@voxtune/models';
import { planSetup, pretrainedFiles, runSetup, type SetupEvent, type SetupOptions, type SetupPlan } from '@voxtune/training';
import { cli } from './cli.js';

const means = ['-c', 'import venv, ensurepip'];
const canRun = (() => { try { execFileSync('python3', means); execFileSync('git', ['--version']); return true; } catch { return false; } })();

const at = mkdtempSync(join(tmpdir(), 'voxtune-setup-'));
const put = (path: string, text: string): void => { mkdirSync(dirname(join(at, path)), { recursive: true }); writeFileSync(join(at, path), text); };
const git = (...args: string[]): string => execFileSync('git', ['-C', join(at, 'engine'), '-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...args], { encoding: 'utf8' }).trim();

// Wheels of one module each; `everything` has every other module that the smoke test imports.
const MAKE_FILES = `
import sys, os, zipfile, json
at, modules, models = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
def wheel(name, version, files):
    info = f'{name}-{version}.dist-info'
    files = {**files, f'{info}/METADATA': f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n', f'{info}/WHEEL': 'Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'}
    with zipfile.ZipFile(f'{at}/packages/{name}-{version}-py3-none-any.whl', 'w') as z:
        for path, text in files.items(): z.writestr(path, text)
        z.writestr(f'{info}/RECORD', ''.join(f'{path},,\\n' for path in [*files, f'{info}/RECORD']))
os.makedirs(f'{at}/packages'); os.makedirs(f'{at}/archives')
wheel('torch', '2.99.0', {'torch.py': '__version__ = "2.99.0"\\nclass version: cuda = None\\nclass cuda:\\n    is_available = staticmethod(lambda: False)\\n'})
for name in ['torchaudio', 'torchcodec', 'onnxruntime']: wheel(name, '1.0', {f'{name}.py': ''})
wheel('everything', '1.0', {f'{name}.py': '' for name in modules if name not in ('torch', 'torchaudio', 'onnxruntime')})
def archive(name, files):
    with zipfile.ZipFile(f'{at}/archives/{name}', 'w') as z:
        for path in files: z.writestr(path, os.urandom(20000))
archive('pretrained_models.zip', models)
archive('G2PWModel.zip', ['G2PWModel/g2pW.onnx'])
archive('nltk_data.zip', ['nltk_data/corpora/cmudict.zip'])
`;

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;
let handlers: Record<string, Handler> = {};
let asked: { name: string; range: string | null }[] = [];
const whole: Handler = (request, response) => {
  const path = join(at, 'archives', request.url!.split('/').at(-1)!);
  if (!existsSync(path)) { response.writeHead(404).end(); return; }
  const body = readFileSync(path);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from, etag: '"1"', ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}) });
  response.end(body.subarray(from));
};
const server = createServer((request, response) => {
  const name = request.url!.split('/').at(-1)!;
  asked.push({ name, range: request.headers.range ?? null });
  (handlers[name] ?? whole)(request, response, asked.filter((each) => each.name === name).length);
});
const partly = (bytes: number, then: (response: ServerResponse) => void): Handler => (request, response) => {
  const body = readFileSync(join(at, 'archives', request.url!.split('/').at(-1)!));
  response.writeHead(200, { 'content-length': body.length, etag: '"1"' });
  response.write(body.subarray(0, bytes), () => then(response));
};

let base = '';
let commit = '';
const options = (dir: string, more: Partial<SetupOptions> = {}): SetupOptions => ({ dir: join(at, dir), device: 'cpu', source: 'mirror', endpoint: base, repository: join(at, 'engine'), commit, packages: join(at, 'packages'), ...more });
/** The language detector's MD5 is published, so another file cannot stand for it: here it is that of ours. */
const withOwnDetector = (plan: SetupPlan): SetupPlan => ({
  ...plan, steps: plan.steps.map((step) => ({ ...step, actions: step.actions.map((action) => (action.kind === 'fetch' && action.md5 !== null ? { ...action, urls: [`${base}/lid.176.bin`], md5: createHash('md5').update('detector').digest('hex') } : action)) })),
});
const run = async (plan: SetupPlan, signal = new AbortController().signal) => {
  const events: SetupEvent[] = [];
  asked = [];
  const result = await runSetup(plan, { signal, onEvent: (event) => events.push(event), fetchWhole: (urls, path, more) => fetchFile(urls, path, { ...more, waitMs: 1, stallMs: 400 }) });
  return { result, events, states: Object.fromEntries(result.steps.map(({ id, state }) => [id, state])) };
};

describe.skipIf(!canRun)(`setup${canRun ? '' : ' (skipped: needs python3 with venv, and git)'}`, () => {
  for (const [name, value] of [['PIP_CONFIG_FILE', '/dev/null'], ['PIP_FIND_LINKS', '']] as const) vi.stubEnv(name, value); // this machine's own pip settings would bring other packages
  beforeAll(async () => {
    const plan = planSetup({ dir: '/x', device: 'cpu' });
    const modules = plan.steps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'smoke' ? action.modules : [])));
    const models = pretrainedFiles('v2Pro', ['en']).map((path) => path.replace('GPT_SoVITS/', '')).map((path) => (/\.\w+$/.test(path) ? path : `${path}/config.json`));
    execFileSync('python3', ['-c', MAKE_FILES, at, JSON.stringify(modules), JSON.stringify(models)]);
    put('archives/lid.176.bin', 'detector');
    for (const name of ['1-get-text', '2-get-hubert-wav32k', '2-get-sv', '3-get-semantic']) put(`engine/GPT_SoVITS/prepare_datasets/${name}.py`, 'x');
    for (const path of ['s1_train.py', 's2_train.py', 'configs/s1longer-v2.yaml', 'configs/s2v2Pro.json']) put(`engine/GPT_SoVITS/${path}`, 'x');
    put('engine/.gitignore', 'GPT_SoVITS/pretrained_models\nGPT_SoVITS/text/G2PWModel\n');
    put('engine/requirements.txt', '--no-binary=opencc\neverything\ntorchaudio\nonnxruntime-gpu; platform_machine == "x86_64"\nonnxruntime; platform_machine != "x86_64"\n');
    put('engine/extra-req.txt', 'everything\n');
    git('init', '-q'); git('add', '-A'); git('commit', '-q', '-m', 'one');
    commit = git('rev-parse', 'HEAD');
    put('engine/later', 'x'); git('add', '-A'); git('commit', '-q', '-m', 'two'); // the branch has moved on; the pinned commit is what counts
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(at, { recursive: true, force: true, maxRetries: 3 });
  });

  it('ends where a source fails for good, goes on from there, and is done by what is on disk', async () => {
    const plan = withOwnDetector(planSetup(options('gsv')));
    const inside = (path: string): string => join(at, 'gsv', path);
    handlers = { 'G2PWModel.zip': (_, response) => response.writeHead(404).end(), 'pretrained_models.zip': (request, response, nth) => [(_: IncomingMessage, r: ServerResponse) => r.writeHead(500).end(), partly(50_000, (r) => void setTimeout(() => r.destroy(), 200)), partly(60_000, () => undefined), whole][Math.min(nth, 4) - 1]!(request, response, nth) };
    await expect(run(plan)).rejects.toMatchObject({ code: 'MODELS_SOURCE_REFUSED' });
    expect(asked.filter(({ name }) => name === 'pretrained_models.zip').map(({ range }) => range)).toEqual([null, null, 'bytes=50000-', 'bytes=60000-']); // error, cut off, stalled, continued
    expect(existsSync(inside('GPT_SoVITS/pretrained_models/s1v3.ckpt'))).toBe(true);

    handlers = {};
    const second = await run(plan);
    expect(second.states).toMatchObject({ checkout: 'there', environment: 'there', torch: 'there', requirements: 'there', pretrained: 'there', g2pw: 'done', 'language-detector': 'done', 'smoke-test': 'done' });
    expect(asked.map(({ name }) => name)).toEqual(['G2PWModel.zip', 'nltk_data.zip', 'lid.176.bin']);
    expect(second.result.smoke).toMatchObject({ torch: '2.99.0', torchCuda: null, failures: {} });
    expect(second.result.checkout).toMatchObject({ commit, versions: ['v2Pro'], interpreter: { command: plan.python } });
    expect(existsSync(inside('later'))).toBe(false);
    expect(execFileSync('git', ['-C', inside(''), 'status', '--porcelain'], { encoding: 'utf8' })).toBe('');
    expect(existsSync(inside('venv/nltk_data/corpora/cmudict.zip'))).toBe(true);
    expect(readdirSync(inside('.voxtune/downloads')).filter((name) => name.endsWith('.zip'))).toEqual([]);
    expect(second.result.pinned['G2PWModel.zip']?.sha256).toBe(createHash('sha256').update(readFileSync(join(at, 'archives/G2PWModel.zip'))).digest('hex'));

    const third = await run(plan);
    expect(new Set(Object.values(third.states))).toEqual(new Set(['there']));
    expect([asked, third.events.filter(({ event }) => event === 'line')]).toEqual([[], []]);

    rmSync(inside('GPT_SoVITS/pretrained_models/s1v3.ckpt')); // what was lost is fetched again, and must be what it was
    const archive = readFileSync(join(at, 'archives/pretrained_models.zip'));
    writeFileSync(join(at, 'archives/pretrained_models.zip'), Buffer.concat([archive.subarray(0, -30), Buffer.alloc(30)]));
    await expect(run(plan)).rejects.toMatchObject({ code: 'MODELS_CORRUPT' });
    writeFileSync(join(at, 'archives/pretrained_models.zip'), archive);
    expect((await run(plan)).states).toMatchObject({ requirements: 'there', pretrained: 'done', g2pw: 'there', 'smoke-test': 'there' });

    writeFileSync(inside('requirements.txt'), 'nosuchthing==9\n'); // what pip says is quoted
    await expect(run(plan)).rejects.toMatchObject({ code: 'TRAINING_SETUP_FAILED', message: expect.stringContaining('nosuchthing==9') as unknown, facts: { step: 'requirements' } });
    git('-C', inside(''), 'checkout', '-q', 'requirements.txt');
    rmSync(inside('venv/lib'), { recursive: true });
    const { actions } = plan.steps.find(({ id }) => id === 'smoke-test')!; // with the others taken for done: all that cannot be imported is named at once
    await expect(run({ ...plan, steps: [plan.steps[0]!, { ...plan.steps.at(-1)!, inputs: ['again'], actions }] })).rejects.toMatchObject({ code: 'TRAINING_SETUP_UNVERIFIED', message: expect.stringMatching(/torch \(ModuleNotFoundError.*librosa \(/) as unknown });
  }, 400_000); // making an environment takes seconds, and on a busy machine minutes

  it('takes everything from a folder, and goes on after a kill -9', async () => {
    execFileSync('git', ['clone', '-q', '--bare', join(at, 'engine'), join(at, 'archives/GPT-SoVITS.git')]);
    const root = join(at, 'offline');
    const args = ['setup', '--dir', root, '--from', join(at, 'archives'), '--packages', join(at, 'packages'), '--commit', commit, '--device', 'cpu', '--installer', 'venv', '--json'];
    const dry = await cli([...args, '--dry-run']);
    expect([dry.code, dry.stderr, existsSync(root)]).toEqual([0, '', false]);
    const states = ({ stdout }: { stdout: string }) => stdout.trim().split('\n').map((line) => JSON.parse(line) as { event?: string; step?: string; state?: string }).filter(({ event }) => event === 'step').map(({ step, state }) => `${step} ${state}`);
    for (const before of [['checkout started', 'checkout done'], ['checkout there']]) {
      const killed = await cli(args, { killWhen: (event) => event['step'] === 'environment' && event['state'] === 'started' });
      expect([killed.signal, states(killed)]).toEqual(['SIGKILL', [...before, 'environment started']]);
    }
    expect(execFileSync('git', ['-C', root, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('');
    expect(execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()).toBe(commit);
  }, 400_000); // making an environment takes seconds, and on a busy machine minutes

  it('fills no folder of something else', async () => {
    put('photos/one.jpg', 'x');
    await expect(run(planSetup(options('photos')))).rejects.toMatchObject({ code: 'TRAINING_SETUP_DIR_OCCUPIED' });
    expect(readdirSync(join(at, 'photos'))).toEqual(['one.jpg']);
  });
});
