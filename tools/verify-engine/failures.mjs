import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../shared/processes.mjs';
import { cutShort, isZip, linkTree, takeAway } from './links.mjs';
import { lastLines, logsOf, makeVoice, namesUnder, voxtune } from './voice.mjs';

// Exit codes of voxtune, as its help names them.
const CONFIGURATION = 2;
const REJECTED = 3;
const ENVIRONMENT = 4;
const MODELS = 'GPT_SoVITS/pretrained_models';
const SOVITS = {
  v1: `${MODELS}/s2G488k.pth`, v2: `${MODELS}/gsv-v2final-pretrained/s2G2333k.pth`, v2Pro: `${MODELS}/v2Pro/s2Gv2Pro.pth`, v2ProPlus: `${MODELS}/v2Pro/s2Gv2ProPlus.pth`,
  v3: `${MODELS}/s2Gv3.pth`, v4: `${MODELS}/gsv-v4-pretrained/s2Gv4.pth`,
}; // config.py of GPT-SoVITS 48b1a01

/** A refusal before Python is started: the file is named, and the exit code says "environment". */
async function refused(options, version, name, file, damage) {
  const engine = join(options.work, `engine-${name}`);
  linkTree(options.engine, engine);
  damage(engine, file);
  const { code, output } = await voxtune(['run', makeVoice(options, name, { version, engine, prepared: true })], { timeoutMs: options.timeoutMs });
  const named = output.includes(file);
  return { ok: code === ENVIRONMENT && named, said: `exit ${code}, the file is ${named ? '' : 'not '}named`, output };
}

/** @type {Record<string, (options: any, version: string) => Promise<{ok: boolean, said: string, output: string}>>} */
export const FAILURES = {
  'engine folder is not there': async (options, version) => {
    const { code, output } = await voxtune(['run', makeVoice(options, 'no-engine', { version, engine: join(options.work, 'nowhere') })], { timeoutMs: options.timeoutMs });
    return { ok: code === ENVIRONMENT && output.includes('nowhere'), said: `exit ${code}`, output };
  },
  'pretrained SoVITS missing': (options, version) => refused(options, version, 'no-weights', SOVITS[version], takeAway),
  'HuBERT missing': (options, version) => refused(options, version, 'no-hubert', `${MODELS}/chinese-hubert-base`, takeAway),
  'pretrained SoVITS cut short': (options, version) => !isZip(options.engine, SOVITS[version]) ? { ok: true, said: 'not looked at: the file is no zip archive', output: '' } : refused(options, version, 'cut-weights', SOVITS[version], cutShort),
  'a recording that is no audio': async (options, version) => {
    const folder = makeVoice(options, 'bad-audio', { version, prepared: true });
    writeFileSync(join(folder, 'recordings', 'broken.wav'), 'this is no audio');
    const result = await voxtune(['run', folder, '--until', 'list'], { timeoutMs: options.timeoutMs });
    const named = result.output.includes('broken.wav');
    return { ok: result.code === 0 && named, said: `exit ${result.code}, the file is ${named ? '' : 'not '}named`, output: result.output };
  },
  'recordings, and none is audio': async (options, version) => {
    const folder = makeVoice(options, 'no-audio', { version });
    for (const name of namesUnder(join(folder, 'recordings'))) rmSync(join(folder, 'recordings', name), { recursive: true, force: true });
    writeFileSync(join(folder, 'recordings', 'broken.wav'), 'this is no audio');
    const { code, output } = await voxtune(['run', folder], { timeoutMs: options.timeoutMs });
    const named = output.includes('broken.wav');
    return { ok: code === REJECTED && named, said: `exit ${code}, the file is ${named ? '' : 'not '}named`, output };
  },
  'a language that there is not': async (options, version) => {
    const folder = makeVoice(options, 'bad-language', { version });
    const file = join(folder, 'voxtune.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^language: .*$/m, 'language: xx'));
    const { code, output } = await voxtune(['run', folder], { timeoutMs: options.timeoutMs });
    const named = output.includes('CLI_CONFIG_INVALID') && /:2:\d+/.test(output);
    return { ok: code === CONFIGURATION && named, said: `exit ${code}, the line is ${named ? '' : 'not '}named`, output };
  },
  'kill -9 while GPT trains, then run again': async (options, version) => {
    const folder = makeVoice(options, 'killed', { version, gptEpochs: 3, prepared: true });
    const child = spawn(process.execPath, [join(ROOT, 'apps/cli/dist/main.js'), 'run', folder], { stdio: 'ignore' });
    const over = new Promise((done) => { child.on('close', done); });
    const limit = Date.now() + options.timeoutMs;
    let trained = false;
    while (child.exitCode === null && !trained && Date.now() < limit) {
      trained = namesUnder(join(folder, 'work')).some((name) => /-e1\.ckpt$/.test(name));
      if (!trained) await sleep(20);
    }
    child.kill('SIGKILL');
    await over;
    const { code, output } = await voxtune(['run', folder, '--until', 'train-gpt'], { timeoutMs: options.timeoutMs });
    const weights = namesUnder(join(folder, 'work')).filter((name) => /-e[123]\.ckpt$/.test(name)).length;
    const resumed = /resuming after epoch [123]/.test(logsOf(folder, 'train-gpt'));
    return { ok: code === 0 && trained && resumed && weights === 3, said: `exit ${code}, ${trained ? '' : 'not '}killed after an epoch, ${resumed ? '' : 'not '}resumed, weights of ${weights} epochs`, output };
  },
  'the port is taken': async (options, version) => {
    const server = createServer();
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    try {
      const { code, output } = await voxtune(['serve', join(options.work, version), '--port', String(server.address().port)], { timeoutMs: Math.min(options.timeoutMs, 120_000) });
      const named = /in use|EADDRINUSE|taken/i.test(output);
      return { ok: code !== 0 && named, said: `exit ${code}, the cause is ${named ? '' : 'not '}named: ${lastLines(output, 1)}`, output };
    } finally {
      server.close();
    }
  },
};
