// Runs the stand-in's scripts on a small made data set, as a driver would.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ENGINE = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const require = createRequire(import.meta.url);
const { toInt16, wavOfInt16 } = require('../stand-in/wav.cjs');
const { dump, parse } = require('../stand-in/yaml.cjs');
const { readEntry } = require('../stand-in/torch-file.cjs');

const TEXTS = ['今天天气很好，我们出去走走吧。', '欢迎致电客服中心。', '请问有什么可以帮您？', '您的订单已经发出了。', '请稍等，我帮您查一下。', '感谢您的来电，再见。'];
const STEPS = { text: '1-get-text', ssl: '2-get-hubert-wav32k', sv: '2-get-sv', semantic: '3-get-semantic' };

/** Syllables of a hum with pauses: 4 s at 32 kHz. */
export const hum = (hz, seconds = 4) =>
  new Float32Array(32000 * seconds).map((_, i) => {
    const t = i / 32000;
    return t % 1.3 > 1.1 ? 0 : 0.3 * Math.abs(Math.sin(4 * Math.PI * t)) * (Math.sin(2 * Math.PI * hz * t) + 0.5 * Math.sin(4 * Math.PI * hz * t));
  });

/** A new folder with clips, a list, and where an experiment goes. */
export function makeWork({ clips = TEXTS.length, language = 'ZH', texts = TEXTS, config = {} } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'stand-in-engine-'));
  mkdirSync(join(root, 'wavs'));
  const lines = [];
  for (let i = 0; i < clips; i++) {
    const file = join(root, 'wavs', `clip_${i}.wav`);
    writeFileSync(file, wavOfInt16(toInt16(hum(110 + 10 * i)), 32000));
    lines.push(`${file}|speaker|${language}|${texts[i % texts.length]}`);
  }
  const work = { root, list: join(root, 'train.list'), exp: join(root, 'exp'), gpt: join(root, 'GPT_weights'), sovits: join(root, 'SoVITS_weights') };
  writeFileSync(work.list, lines.join('\n'));
  for (const folder of [join(work.exp, 'logs_s2_v2Pro'), work.gpt, work.sovits]) mkdirSync(folder, { recursive: true });
  writeConfigs(work, config);
  return work;
}

/** Renders tmp_s1.yaml and tmp_s2.json as the web UI does. */
export function writeConfigs(work, { s1 = {}, s2 = {}, pretrainedS1 } = {}) {
  const base = parse(readFileSync(join(ENGINE, 'GPT_SoVITS/configs/s1longer-v2.yaml'), 'utf8'));
  Object.assign(base.train, { batch_size: 4, epochs: 3, save_every_n_epoch: 1, if_save_every_weights: true, if_save_latest: true, if_dpo: false, half_weights_save_dir: work.gpt, exp_name: 'v', ...s1 });
  Object.assign(base, { pretrained_s1: pretrainedS1 ?? 'GPT_SoVITS/pretrained_models/s1v3.ckpt', train_semantic_path: join(work.exp, '6-name2semantic.tsv'), train_phoneme_path: join(work.exp, '2-name2text.txt'), output_dir: join(work.exp, 'logs_s1_v2Pro') });
  writeFileSync(join(work.root, 's1.yaml'), dump(base));
  const json = JSON.parse(readFileSync(join(ENGINE, 'GPT_SoVITS/configs/s2v2Pro.json'), 'utf8'));
  const models = 'GPT_SoVITS/pretrained_models/v2Pro';
  Object.assign(json.train, { batch_size: 8, epochs: 2, pretrained_s2G: `${models}/s2Gv2Pro.pth`, pretrained_s2D: `${models}/s2Dv2Pro.pth`, if_save_latest: true, if_save_every_weights: true, save_every_epoch: 1, gpu_numbers: '0', lora_rank: '32', ...s2 });
  json.model.version = json.version = 'v2Pro';
  json.data.exp_dir = json.s2_ckpt_dir = work.exp;
  Object.assign(json, { save_weight_dir: s2.weightsDir ?? work.sovits, name: 'v' });
  writeFileSync(join(work.root, 's2.json'), JSON.stringify(json));
}

const environment = (work, extra) => ({
  PATH: process.env.PATH, PYTHONPATH: [ENGINE, join(ENGINE, 'GPT_SoVITS')].join(':'), STAND_IN_EPOCH_MS: '5', TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD: '1',
  inp_text: work.list, inp_wav_dir: '', exp_name: 'v', opt_dir: work.exp, i_part: '0', all_parts: '1', is_half: 'False', version: 'v2Pro',
  bert_pretrained_dir: 'GPT_SoVITS/pretrained_models/chinese-roberta-wwm-ext-large', cnhubert_base_dir: 'GPT_SoVITS/pretrained_models/chinese-hubert-base',
  sv_path: 'GPT_SoVITS/pretrained_models/sv/pretrained_eres2netv2w24s4ep4.ckpt', pretrained_s2G: 'GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth', s2config_path: 'GPT_SoVITS/configs/s2v2Pro.json',
  ...extra,
});

/** Starts a script; `kill(ms)` ends it early. */
export function start(args, { env, cwd = ENGINE }) {
  const child = spawn(process.execPath, [join(ENGINE, 'python.mjs'), '-s', ...args], { cwd, env });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (out.stderr += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...out })));
  return { child, ended, out };
}

const args = (work, step) => {
  if (step === 's1') return ['GPT_SoVITS/s1_train.py', '--config_file', join(work.root, 's1.yaml')];
  if (step === 'lora') return ['GPT_SoVITS/s2_train_v3_lora.py', '--config', join(work.root, 's2.json')];
  if (step === 's2') return ['GPT_SoVITS/s2_train.py', '--config', join(work.root, 's2.json')];
  return [`GPT_SoVITS/prepare_datasets/${STEPS[step]}.py`];
};

/** Runs one step to its end. */
export const runStep = (work, step, { env = {}, cwd, faults } = {}) =>
  start(cwd === undefined ? args(work, step) : args(work, step).map((arg, i) => (i === 0 ? join(ENGINE, arg) : arg)), { env: environment(work, { ...env, ...(faults === undefined ? {} : { STAND_IN_FAULTS: faults }) }), cwd: cwd ?? ENGINE }).ended;
export const startStep = (work, step, { env = {} } = {}) => start(args(work, step), { env: environment(work, env) });

/** What the web UI does between the steps. */
export function merge(work) {
  const part = (name) => readFileSync(join(work.exp, name), 'utf8').replace(/^\n+|\n+$/g, '');
  writeFileSync(join(work.exp, '2-name2text.txt'), `${part('2-name2text-0.txt')}\n`);
  writeFileSync(join(work.exp, '6-name2semantic.tsv'), `item_name\tsemantic_audio\n${part('6-name2semantic-0.tsv')}\n`);
}

/** The four feature steps and the merge. */
export async function prepare(work) {
  for (const step of Object.keys(STEPS)) {
    const { code, stderr } = await runStep(work, step);
    if (code !== 0) throw new Error(`${step} ended with ${code}: ${stderr}`);
  }
  merge(work);
}

/** Hashes of all files of a work folder that must be the same each time: no logs, no events. */
export function outputs(work) {
  const all = readdirSync(work.root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(work.root, name)).isFile() && !/train\.log$|tfevents|config\.json$|s1\.yaml$|s2\.json$|train\.list$/.test(name));
  const [, own] = /([^/]+)$/.exec(work.root);
  const plain = (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(own, 'WORK'), 'latin1');
  const read = (file) => {
    if (!/\.(ckpt|pth)$/.test(file)) return plain(readFileSync(file));
    // Weights hold their configuration, and with it paths: entry by entry, since the zip's checksums cover them.
    return Buffer.concat(['data.pkl', 'data/0', 'data/1', 'stand-in.json'].map((name) => plain(readEntry(file, name) ?? Buffer.alloc(0))));
  };
  return Object.fromEntries(all.sort().map((name) => [name, createHash('sha256').update(read(join(work.root, name))).digest('hex')]));
}

export const names = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
export const remove = (work) => rmSync(work.root, { recursive: true, force: true });
/** A copy of prepared work, so that features are made once. */
export function copy(work) {
  const root = mkdtempSync(join(tmpdir(), 'stand-in-engine-'));
  cpSync(work.root, root, { recursive: true });
  const moved = Object.fromEntries(Object.entries(work).map(([key, path]) => [key, key === 'root' ? root : join(root, relative(work.root, path))]));
  writeConfigs(moved);
  return moved;
}
export { parse, require };
