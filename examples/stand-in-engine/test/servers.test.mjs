import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ENGINE, hum, makeWork, names, parse, prepare, remove, require, runStep, start, writeConfigs } from './helper.mjs';

const built = existsSync(fileURLToPath(new URL('../../../libs/inference-client/dist/testing.js', import.meta.url)));
const { toInt16, wavOfInt16 } = require('../stand-in/wav.cjs');

let work;
const running = [];
const weights = () => ({ t2s_weights_path: join(work.gpt, 'v-e3.ckpt'), vits_weights_path: join(work.sovits, 'v_e2_s26.pth') });
const prompt = () => join(work.root, 'prompt.wav');

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Writes a private yaml, as a driver does. */
function config(custom) {
  const file = join(work.root, `tts-${running.length}-${Math.random().toString(36).slice(2)}.yaml`);
  writeFileSync(file, `custom:\n${Object.entries({ device: 'cpu', is_half: false, version: 'v2Pro', ...custom }).map(([key, value]) => `  ${key}: ${typeof value === 'string' ? JSON.stringify(value) : value}\n`).join('')}`);
  return file;
}

async function serve(args, { faults, ready = true } = {}) {
  const port = await freePort();
  const env = { PATH: process.env.PATH, ...(faults === undefined ? {} : { STAND_IN_FAULTS: faults }) };
  const run = start([...args, '-a', '127.0.0.1', '-p', String(port)].flat(), { env });
  running.push(run);
  if (ready) await expect.poll(() => run.out.stderr, { timeout: 20_000 }).toContain(`Uvicorn running on http://127.0.0.1:${port}`);
  return { ...run, port, url: `http://127.0.0.1:${port}` };
}
const v2 = (custom, options) => {
  const file = config(custom ?? weights());
  return serve(['api_v2.py', '-c', file], options).then((server) => ({ ...server, config: file }));
};
const tts = (url, extra = {}) =>
  fetch(`${url}/tts`, { method: 'POST', body: JSON.stringify({ text: '今天天气很好，我们出去走走吧。', text_lang: 'zh', ref_audio_path: prompt(), prompt_lang: 'zh', seed: 1, ...extra }) });
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

beforeAll(async () => {
  work = makeWork({ clips: 3 });
  await prepare(work);
  writeConfigs(work);
  await runStep(work, 's1');
  await runStep(work, 's2');
  writeFileSync(prompt(), wavOfInt16(toInt16(hum(110, 4)), 32000));
});
afterEach(async () => {
  for (const run of running.splice(0)) {
    run.child.kill('SIGKILL');
    await run.ended;
  }
});
afterAll(() => remove(work));

describe.skipIf(!built)(`the servers${built ? '' : ' (skipped: libs/inference-client is not built)'}`, () => {
  it('api_v2.py speaks with the clips of its weights, the same each time, and after the work folder is gone', async () => {
    const server = await v2();
    rmSync(join(work.exp, '5-wav32k'), { recursive: true });
    const [a, b] = [await bytesOf(await tts(server.url)), await bytesOf(await tts(server.url))];
    expect(a.equals(b)).toBe(true);
    expect(a.readUInt32LE(24)).toBe(32000);
    const seconds = (a.length - 44) / 64000;
    expect(seconds).toBeCloseTo(7 / 4.5 + 8 / 4.5 + 0.6, 0);
    expect(server.out.stdout).toContain(`Loading VITS weights from ${weights().vits_weights_path}`);
  });

  it('api_v2.py rewrites its yaml, keeps even a path that failed, and says whose file it is', async () => {
    const server = await v2();
    expect(Object.keys(parse(readFileSync(server.config, 'utf8')))).toEqual(['custom', 'v1', 'v2', 'v2Pro', 'v2ProPlus', 'v3', 'v4']);
    const swapped = await fetch(`${server.url}/set_gpt_weights?weights_path=${encodeURIComponent(weights().vits_weights_path)}`);
    expect([swapped.status, await swapped.json()]).toEqual([400, { message: 'change gpt weight failed', Exception: 'unpickling stack underflow' }]);
    const gone = await fetch(`${server.url}/set_sovits_weights?weights_path=/nope.pth`);
    expect(await gone.json()).toEqual({ message: 'change sovits weight failed', Exception: "[Errno 2] No such file or directory: '/nope.pth'" });
    expect(parse(readFileSync(server.config, 'utf8')).custom.vits_weights_path).toBe('/nope.pth');
  });

  it('api_v2.py replaces missing weights in silence: another voice', async () => {
    const right = await bytesOf(await tts((await v2()).url));
    const server = await v2({ ...weights(), vits_weights_path: '/nope.pth', t2s_weights_path: '/nope.ckpt' });
    expect(server.out.stdout).toContain('fall back to default t2s_weights_path: GPT_SoVITS/pretrained_models/s1v3.ckpt');
    expect((await bytesOf(await tts(server.url))).equals(right)).toBe(false);
  });

  it('ends with 3 when its port is taken, after saying that startup is complete', async () => {
    const first = await v2();
    const second = start(['api_v2.py', '-a', '127.0.0.1', '-p', String(first.port), '-c', config(weights())], { env: { PATH: process.env.PATH } });
    const { code, stderr } = await second.ended;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/Application startup complete\.[\s\S]*\[Errno 98\]/)]);
  });

  it('ends by SIGTERM, by /control, and by a planted death', async () => {
    const a = await v2();
    a.child.kill('SIGTERM');
    expect((await a.ended).signal).toBe('SIGTERM');
    const b = await v2();
    expect((await fetch(`${b.url}/control?command=exit`)).status).toBe(500);
    expect((await b.ended).signal).toBe('SIGTERM');
    const c = await v2(undefined, { faults: 'api:die' });
    await expect(tts(c.url)).rejects.toThrow('fetch failed');
    expect((await c.ended).signal).toBe('SIGKILL');
  });

  it('comes back by itself after /control?command=restart', async () => {
    const server = await v2();
    await expect(fetch(`${server.url}/control?command=restart`)).rejects.toThrow('fetch failed');
    await expect.poll(() => fetch(`${server.url}/docs`).then(({ status }) => status, () => 0), { timeout: 10_000 }).toBe(200);
  });

  it('plants faults by number and in words', async () => {
    const server = await v2(undefined, { faults: 'api:silence=2,api:400=CUDA out of memory' });
    const refused = await tts(server.url);
    expect([refused.status, await refused.json()]).toEqual([400, { message: 'tts failed', Exception: 'CUDA out of memory' }]);
    const other = await v2(undefined, { faults: 'api:silence=2' });
    expect((await bytesOf(await tts(other.url))).length).not.toBe(32044);
    const silent = await bytesOf(await tts(other.url));
    expect([silent.length, silent.readUInt32LE(24), silent.subarray(44).every((byte) => byte === 0)]).toEqual([32044, 16000, true]);
  });

  it('hangs for ever on batch_size 0, deaf to SIGTERM', async () => {
    const server = await v2();
    await expect(fetch(`${server.url}/tts`, { method: 'POST', signal: AbortSignal.timeout(300), body: JSON.stringify({ text: 'x', text_lang: 'zh', prompt_lang: 'zh', ref_audio_path: prompt(), batch_size: 0 }) })).rejects.toThrow('timeout');
    await expect(fetch(`${server.url}/docs`, { signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
    server.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.child.exitCode ?? server.child.signalCode).toBeNull();
  });

  it('api.py speaks with its default prompt, and comes up without weights too', async () => {
    const { t2s_weights_path: gpt, vits_weights_path: sovits } = weights();
    const server = await serve(['api.py', '-s', sovits, '-g', gpt, '-dr', prompt(), '-dt', 'hello', '-dl', 'en', '-d', 'cpu', '-fp']);
    expect((await bytesOf(await fetch(`${server.url}/?text=hello&text_language=en`))).length).toBeGreaterThan(20_000);
    const bare = await serve(['api.py', '-s', '/nope.pth', '-g', '/nope.ckpt', '-dr', prompt(), '-dt', 'hello', '-dl', 'en', '-d', 'cpu', '-fp']);
    await expect(fetch(`${bare.url}/?text=hello&text_language=en`).then((r) => r.arrayBuffer())).rejects.toThrow('terminated');
  });

  it("the guide's command line serves /synthesize", async () => {
    const { t2s_weights_path: gpt, vits_weights_path: sovits } = weights();
    const port = await freePort();
    const run = start(['api.py', '--gpt_model', gpt, '--sovits_model', sovits, '--reference_audio', prompt(), '--port', String(port), '--device', 'cpu', '--half', 'false'], { env: { PATH: process.env.PATH } });
    running.push(run);
    await expect.poll(() => run.out.stderr, { timeout: 20_000 }).toContain('Uvicorn running');
    const response = await fetch(`http://127.0.0.1:${port}/synthesize`, { method: 'POST', body: JSON.stringify({ text: '您好。', text_language: 'zh', ref_audio_path: prompt() }) });
    expect([response.status, (await bytesOf(response)).length > 20_000]).toEqual([200, true]);
  });
});

describe("the guide's training commands", () => {
  it('train from its lists and configurations', async () => {
    const list = join(work.root, 'gpt_train_list.txt');
    writeFileSync(list, `# a comment\n${names(join(work.root, 'wavs')).map((name) => `${join(work.root, 'wavs', name)}|staff001|您好`).join('\n')}\n`);
    const s1 = join(work.root, 's1longer.yaml');
    writeFileSync(s1, 'model:\n  batch_size: 4\n  epochs: 2\n  save_every_epoch: 1\ndata: {}\ntraining:\n  precision: fp32\n');
    const env = { PATH: process.env.PATH, STAND_IN_EPOCH_MS: '5' };
    const out = join(work.root, 'logs/staff001/gpt');
    const gpt = await start(['GPT_SoVITS/s1_train.py', '--config_path', s1, '--train_list', list, '--valid_list', list, '--output_dir', out, '--pretrained_s1', 'pretrained_models/s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt'], { env }).ended;
    expect([gpt.code, names(out).filter((name) => name.endsWith('.ckpt'))]).toEqual([0, ['staff001-e1.ckpt', 'staff001-e2.ckpt']]);
    const s2 = join(work.root, 'guide-s2.json');
    writeFileSync(s2, JSON.stringify({ train: { epochs: 4, batch_size: 8, learning_rate: 0.0002, lr_decay: 0.999875, log_interval: 200 }, data: { training_files: list } }));
    const name = `stand-in-test-${process.pid}`;
    const sovits = await start(['GPT_SoVITS/s2_train.py', '--config_path', s2, '--model_name', name, '--pretrained_s2G', 'pretrained_models/s2G488k.pth', '--pretrained_s2D', 'pretrained_models/s2D488k.pth'], { env }).ended;
    const folder = join(ENGINE, 'logs', name);
    try {
      expect([sovits.code, sovits.stderr.includes('Traceback'), names(join(folder, 'sovits'))]).toEqual([0, false, [`${name}_e4_s52.pth`]]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
