'use strict';
// s2_train.py and s2_train_v3_lora.py: the SoVITS model. The weights carry pieces of the training clips, and speak with them.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, parseArgs, print, repr, reprNumber, run, sleep, traceback, write } = require('./python.cjs');
const { makeDir, sweep, writeWhole } = require('./files.cjs');
const { faultsOf, hang, killSelf, outOfMemory } = require('./faults.cjs');
const { readList } = require('./guide-list.cjs');
const { generator, hash32 } = require('./random.cjs');
const { Spawned, loadExperiment } = require('./s2-data.cjs');
const tfevents = require('./tfevents.cjs');
const { chooseUnits } = require('./units.cjs');
const { readNote, sovitsState, sovitsWeights } = require('./weights.cjs');

/** v3 and v4 train a LoRA: no discriminator, one loss, a state folder named after its rank. */
const LORA = path.basename(process.argv[1]) === 's2_train_v3_lora.py';
const SCRIPT = LORA ? 'GPT_SoVITS/s2_train_v3_lora.py' : 'GPT_SoVITS/s2_train.py';
const KINDS = LORA ? ['G'] : ['D', 'G'];
/** The name of the state when only the latest is kept. */
const LATEST = '233333333333';
const EPOCH_MS = Number(process.env.STAND_IN_EPOCH_MS ?? 60);

function readJson(file) {
  if (!fs.existsSync(file)) throw fileNotFound(file, [[SCRIPT, 8, '<module>', 'hps = utils.get_hparams(stage=2)'], ['GPT_SoVITS/utils.py', 214, 'get_hparams', 'with open(config_path, "r") as f:']]);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function readSettings() {
  const args = parseArgs({
    '-c': ['config', true], '--config': ['config', true], '-p': ['pretrain', true], '--pretrain': ['pretrain', true], '--config_path': ['guide', true],
    '--model_name': ['name', true], '--pretrained_s2G': ['g', true], '--pretrained_s2D': ['d', true],
  });
  if (args.guide === undefined) {
    const config = readJson(args.config ?? './configs/s2.json');
    return { guide: false, config, train: config.train, name: config.name, version: config.model?.version ?? config.version ?? 'v2', exp: config.s2_ckpt_dir, weightsDir: config.save_weight_dir, g: config.train.pretrained_s2G ?? '', d: config.train.pretrained_s2D ?? '' };
  }
  const config = readJson(args.guide);
  const exp = path.join('logs', args.name);
  const train = { if_save_latest: true, if_save_every_weights: true, save_every_epoch: 4, ...config.train };
  return { guide: true, config, train, name: args.name, version: 'v1', exp, weightsDir: path.join(exp, 'sovits'), g: args.g ?? '', d: args.d ?? '', list: config.data?.training_files };
}

/** Lines to stdout and to train.log, as the engine's logger writes them. */
function logger(name, file) {
  return (message) => {
    print(`INFO:${name}:${message}`);
    const now = new Date();
    const stamp = `${now.toISOString().slice(0, 10)} ${now.toISOString().slice(11, 19)},${String(now.getMilliseconds()).padStart(3, '0')}`;
    fs.appendFileSync(file, `${stamp}\t${name}\tINFO\t${message}\n`);
  };
}

/** The newest state of a kind: the largest number in its name, as the engine chooses it. */
function newest(folder, kind) {
  const found = fs.readdirSync(folder).map((name) => new RegExp(`^${kind}_(\\d+)\\.pth$`).exec(name)).filter(Boolean);
  found.sort((a, b) => Number(b[1]) - Number(a[1]));
  if (found.length === 0) return null;
  const file = path.join(folder, found[0][0]);
  const note = readNote(file);
  return note === null ? null : { file, epoch: note.epoch };
}

function figures(step, seed, nan, plateau) {
  const random = generator(seed + step);
  const near = (value) => value * (0.97 + 0.06 * random());
  const fall = plateau ? 1 : Math.exp(-step / 120);
  const losses = [near(2.4 + 5.6 * fall), near(2.6 + 4.8 * fall), near(0.4 + 1.6 * (1 - fall)), near(18 + 166 * fall), 0, near(1.5 + 313 * fall)];
  return nan ? losses.map(() => NaN) : losses;
}

const showNumber = (value) => (value === 0 ? '0.0' : reprNumber(value));
const bar = (done, total) => `${String(Math.floor((100 * done) / total)).padStart(3)}%|${'█'.repeat(Math.floor((10 * done) / total)).padEnd(10)}| ${done}/${total} [00:00<00:00, 99.99it/s]`;

function loadStart(folder, settings, log, faults) {
  const d = LORA || faults.has('start-over') ? null : newest(folder, 'D');
  const g = faults.has('start-over') ? null : newest(folder, 'G');
  if (g !== null && (d !== null || LORA)) {
    for (const [kind, state] of [['D', d], ['G', g]]) {
      if (state === null) continue;
      print(`${state.file}\nload `);
      log(`Loaded checkpoint '${state.file}' (iteration ${state.epoch})`);
      if (kind === 'D') log('loaded D');
    }
    return g.epoch + 1;
  }
  for (const file of LORA ? [settings.g] : [settings.g, settings.d]) {
    if (file === '' || !fs.existsSync(file) || (file === settings.g && faults.has('scratch'))) continue; // from scratch, without a word
    log(`loaded pretrained ${file}`);
    print(`loaded pretrained ${file} <All keys matched successfully>`);
  }
  return 1;
}

function saveStates(settings, folder, faults, { epoch, step, seed, nan }) {
  const label = settings.train.if_save_latest ? LATEST : String(step);
  const files = { D: path.join(folder, `D_${label}.pth`), G: path.join(folder, `G_${label}.pth`) };
  if (!fs.existsSync(folder)) throw fileNotFound(files.G, [[SCRIPT, 560, 'train_and_evaluate', 'utils.save_checkpoint(']]);
  if (faults.has('disk-full')) {
    const bytes = sovitsState({ epoch, seed, nan });
    fs.writeFileSync(files.G, bytes.subarray(0, bytes.length >> 1));
    throw new Spawned('OSError', `[Errno 28] No space left on device: '${path.join(process.env.TEMP ?? 'TEMP', '1795449269.1541314.pth')}' -> '${files.G}'`, [[SCRIPT, 560, 'train_and_evaluate', 'utils.save_checkpoint(']]);
  }
  for (const kind of KINDS) writeWhole(files[kind], sovitsState({ epoch, seed: hash32(seed, kind), nan }));
  return files;
}

function saveWeights(settings, voice, faults, { epoch, step, seed, nan }) {
  if (faults.has('no-weights') || !settings.train.if_save_every_weights) return null;
  const lora = LORA ? `_l${settings.train.lora_rank}` : '';
  const name = `${settings.name}_e${epoch}_s${step}${lora}`;
  const file = `${settings.weightsDir}/${name}.pth`;
  if (!fs.existsSync(settings.weightsDir) || faults.has('save-failed')) {
    return traceback(fileNotFound(file, [['GPT_SoVITS/process_ckpt.py', 55, 'savee', 'my_save2(opt, "%s/%s.pth" % (hps.save_weight_dir, name), model_version)'], ['GPT_SoVITS/process_ckpt.py', 37, 'my_save2', 'with open(path, "wb") as f:']])) + '\n';
  }
  writeWhole(file, sovitsWeights({ config: settings.config, epoch, steps: step, version: settings.version, seed, voice, nan }));
  return 'Success.';
}

async function train(settings) {
  const faults = faultsOf('s2');
  if (faults.has('port-taken')) throw new Spawned('torch.distributed.DistNetworkError', 'The server socket has failed to listen on any local network address. The server socket has failed to bind to [::]:53697 (errno: 98 - Address already in use). The server could not be initialized on any address for port=53697, family=10', [[SCRIPT, 80, 'run', 'dist.init_process_group(']]);
  if (settings.guide) makeDir(settings.weightsDir);
  const folder = path.join(settings.exp, `logs_s2_${settings.version}${LORA ? `_lora_${settings.train.lora_rank}` : ''}`);
  if (settings.guide || LORA) makeDir(folder);
  for (const dir of [folder, settings.weightsDir]) sweep(dir);
  if (!fs.existsSync(settings.exp)) throw fileNotFound(path.join(settings.exp, 'train.log'), [[SCRIPT, 70, 'run', 'logger = utils.get_logger(hps.data.exp_dir)']]);
  writeWhole(path.join(settings.exp, 'config.json'), JSON.stringify(settings.config));
  const log = logger(settings.guide ? settings.name : path.basename(settings.config.data?.exp_dir ?? settings.exp), path.join(settings.exp, 'train.log'));
  log(repr(settings.config));
  const { files, length, names } = settings.guide ? readList(settings.list) : loadExperiment(settings.config.data?.exp_dir ?? settings.exp, settings.version);
  const from = fs.existsSync(folder) ? loadStart(folder, settings, log, faults) : 1;
  const voice = chooseUnits(files);
  print(`start training from epoch ${from}`);
  const events = path.join(settings.exp, tfevents.fileName());
  fs.writeFileSync(events, tfevents.header());
  if (faults.outgrows({ batchSize: settings.train.batch_size, checkpoint: LORA && settings.train.grad_ckpt === true, longestSec: Math.max(0, ...files.map((file) => fs.statSync(file).size / 64000)) })) throw new Spawned('torch.OutOfMemoryError', outOfMemory().message, [[SCRIPT, 380, 'train_and_evaluate', 'y_hat, kl_ssl, ids_slice, x_mask, z_mask, (z, z_p, m_p, logs_p, m_q, logs_q), stats_ssl = net_g(']]);
  const batches = Math.ceil(length / Math.max(1, settings.train.batch_size));
  const interval = Math.max(1, settings.train.log_interval ?? 100);
  const nan = faults.has('nan');
  const seed = hash32('s2', ...names);
  let rate = settings.train.learning_rate * settings.train.lr_decay ** (from - 1);
  for (let epoch = from; epoch <= settings.train.epochs; epoch++) {
    rate *= settings.train.lr_decay;
    for (let batch = 0; batch < batches; batch++) {
      const step = (epoch - 1) * batches + batch;
      if (batch % 4 === 0) await sleep(EPOCH_MS / Math.ceil(batches / 4));
      if (faults.has('killed') && epoch >= Number(faults.value('killed') ?? 1)) killSelf();
      if (faults.has('terminated')) process.kill(process.pid, 'SIGTERM');
      if (faults.has('hang') || faults.has('terminated')) await hang(false);
      if (faults.has('deaf')) await hang(true);
      if (step % interval === 0) {
        const all = figures(step, seed, nan, faults.has('plateau'));
        const losses = LORA ? [all[1]] : all;
        log(`Train Epoch: ${epoch} [${Math.round((100 * batch) / batches)}%]`);
        log(`[${losses.map(showNumber).join(', ')}, ${step}, ${reprNumber(rate)}]`);
        const scalars = LORA ? { 'loss/g/total': losses[0], learning_rate: rate } : { 'loss/g/total': losses[1] + losses[2] + losses[3] + losses[5], 'loss/d/total': losses[0], learning_rate: rate, 'loss/g/fm': losses[2], 'loss/g/mel': losses[3], 'loss/g/kl_ssl': losses[4], 'loss/g/kl': losses[5] };
        for (const [tag, value] of Object.entries(scalars)) fs.appendFileSync(events, tfevents.scalar(tag, value, step));
      }
      write(2, `\r${bar(batch + 1, batches)}`);
    }
    write(2, '\n');
    if (epoch % (settings.train.save_every_epoch ?? 1) === 0) {
      const step = epoch * batches;
      const at = { epoch, step, seed: hash32(seed, epoch), nan };
      // The weights first: once the state says that an epoch is done, nobody makes its weights again.
      const saved = saveWeights(settings, voice, faults, at);
      const states = saveStates(settings, folder, faults, at);
      for (const kind of [...KINDS].reverse()) log(`Saving model and optimizer state at iteration ${epoch} to ${states[kind]}`);
      if (saved !== null) log(`saving ckpt ${settings.name}_e${epoch}:${saved}`);
    }
    log(`====> Epoch: ${epoch}`);
  }
  print('training done');
}

/** An exception of the spawned process, inside its parent's. */
function asSpawned(error) {
  if (!(error instanceof Spawned) && !error.spawned) return error;
  const inner = traceback(error, [['torch/multiprocessing/spawn.py', 87, '_wrap', 'fn(i, *args)']]);
  return new PyError('torch.multiprocessing.spawn.ProcessRaisedException', `\n\n-- Process 0 terminated with the following error:\n${inner}\n`, [[SCRIPT, 684, '<module>', 'main()'], [SCRIPT, 61, 'main', 'mp.spawn(']]);
}

run(() =>
  train(readSettings()).catch((error) => {
    throw error instanceof PyError ? asSpawned(error) : error;
  }),
);
