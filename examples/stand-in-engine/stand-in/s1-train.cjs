'use strict';
// s1_train.py: the GPT model. Epochs pass, losses fall, files appear; nothing is learned.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, print, printError, run, sleep, write } = require('./python.cjs');
const { makeDir, sweep, writeWhole } = require('./files.cjs');
const { faultsOf, hang, killSelf, outOfMemory } = require('./faults.cjs');
const { readList } = require('./guide-list.cjs');
const { generator, hash32 } = require('./random.cjs');
const { loadDataset } = require('./s1-data.cjs');
const { readSettings } = require('./s1-config.cjs');
const tfevents = require('./tfevents.cjs');
const { isWhole } = require('./torch-file.cjs');
const { gptWeights, lightningCheckpoint } = require('./weights.cjs');

const SCRIPT = 'GPT_SoVITS/s1_train.py';
const TOP = [[SCRIPT, 171, '<module>', 'main(args)']];
const FIT = [...TOP, [SCRIPT, 147, 'main', 'trainer.fit(model, data_module, ckpt_path=ckpt_path)']];
const WEIGHTS_ONLY =
  'Weights only load failed. This file can still be loaded, to do so you have two options, do those steps only if you trust the source of the checkpoint. \n' +
  '\t(1) In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`.\n' +
  '\tWeightsUnpickler error: Unsupported global: GLOBAL pathlib.PosixPath was not an allowed global by default.';
/** How long an epoch lasts, ms. */
const EPOCH_MS = Number(process.env.STAND_IN_EPOCH_MS ?? 60);

/** The state to go on from: the highest epoch, as the engine chooses it. */
function newest(folder) {
  const found = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => /^epoch=(\d+)-step=(\d+)\.ckpt$/.exec(name)).filter(Boolean) : [];
  found.sort((a, b) => Number(b[1]) - Number(a[1]) || Number(b[2]) - Number(a[2]));
  return found.length === 0 ? null : { file: path.join(folder, found[0][0]), epoch: Number(found[0][1]), steps: Number(found[0][2]) };
}

function checkResume(resume) {
  printError(`Restoring states from the checkpoint path at ${resume.file}`);
  if (!isWhole(resume.file)) throw new PyError('RuntimeError', 'PytorchStreamReader failed reading zip archive: failed finding central directory', FIT);
  if (process.env.TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD !== '1') throw new PyError('_pickle.UnpicklingError', WEIGHTS_ONLY, FIT);
  printError('UserWarning: Environment variable TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD detected, since the`weights_only` argument was not explicitly passed to `torch.load`, forcing weights_only=False.');
  printError(`Restored all states from the checkpoint at ${resume.file}`);
}

function eventFile(output) {
  const versions = path.join(output, path.basename(output));
  makeDir(versions);
  const taken = fs.readdirSync(versions).map((name) => Number(/^version_(\d+)$/.exec(name)?.[1] ?? -1));
  const folder = path.join(versions, `version_${Math.max(-1, ...taken) + 1}`);
  makeDir(folder);
  const file = path.join(folder, tfevents.fileName());
  fs.writeFileSync(file, tfevents.header());
  return file;
}

/** The one picture of the progress bar that reaches a pipe: the last epoch's, wrapped at 80 columns. */
function lastRender(epoch, last, batches, { loss, lr, accuracy }) {
  const head = `Epoch ${epoch}/${last}  ━━━━━━━━━━━━━━━━━ ${batches}/${batches} 0:00:01 • 0:00:00 9.99it/s `;
  const lines = ['v_num: 0.000', 'total_loss_step:', `${loss.toFixed(3)} lr_step:`, lr.toFixed(3), 'top_3_acc_step:', accuracy.toFixed(3), 'total_loss_epoch:', `${loss.toFixed(3)} lr_epoch:`, lr.toFixed(3), 'top_3_acc_epoch:', accuracy.toFixed(3)];
  lines.forEach((line, i) => print(`${i === 0 ? head : ' '.repeat(head.length)}${line.padEnd(18)}`));
}

/** Falling losses with a little noise; the same for the same data. */
function figures(epoch, seed, plateau) {
  const random = generator(seed + epoch);
  return { loss: 500 + 2600 * (plateau ? 1 : Math.exp(-0.12 * epoch)) * (0.97 + 0.06 * random()), lr: 0.002 + 0.008 * Math.exp(-0.1 * epoch), accuracy: Math.min(0.95, 0.02 + 0.06 * epoch) };
}

function save(settings, faults, { epoch, steps, seed, nan }) {
  const folder = path.join(settings.output, 'ckpt');
  const state = path.join(folder, `epoch=${epoch}-step=${steps}.ckpt`);
  const stateBytes = lightningCheckpoint({ epoch, steps, seed, folder: settings.output, nan });
  if (faults.has('disk-full')) {
    fs.writeFileSync(state, stateBytes.subarray(0, stateBytes.length >> 1));
    throw new PyError('OSError', `[Errno 28] No space left on device: '${path.join(process.env.TEMP ?? 'TEMP', 'tmps05bip87')}' -> '${state}'`, FIT);
  }
  if (settings.saveWeights && !faults.has('no-weights')) {
    const file = path.join(settings.weightsDir, `${settings.exp}-e${epoch + 1}.ckpt`);
    if (!fs.existsSync(settings.weightsDir)) {
      writeWhole(state, stateBytes);
      throw fileNotFound(file, [...FIT, [SCRIPT, 73, 'on_train_epoch_end', 'my_save('], ['GPT_SoVITS/process_ckpt.py', 17, 'my_save', 'shutil.move(tmp_path, "%s/%s" % (dir, name))']]);
    }
    writeWhole(file, gptWeights({ config: settings.config, epoch: epoch + 1, seed, nan }));
  }
  writeWhole(state, stateBytes);
  if (settings.saveLatest) {
    for (const name of fs.readdirSync(folder)) if (name.endsWith('.ckpt') && name !== path.basename(state)) fs.rmSync(path.join(folder, name), { force: true });
  }
}

async function train(settings) {
  const faults = faultsOf('s1');
  printError('Seed set to 1234');
  const folder = path.join(settings.output, 'ckpt');
  makeDir(folder);
  sweep(folder);
  if (fs.existsSync(settings.weightsDir)) sweep(settings.weightsDir);
  if (settings.pretrained !== '') {
    if (!fs.existsSync(settings.pretrained)) throw fileNotFound(settings.pretrained, [...TOP, [SCRIPT, 128, 'main', 'model: Text2SemanticLightningModule = Text2SemanticLightningModule(config, output_dir)']]);
    print('<All keys matched successfully>');
  }
  const resume = faults.has('start-over') ? null : newest(folder);
  print(`ckpt_path: ${resume === null ? 'None' : resume.file}`);
  printError('GPU available: False, used: False\nTPU available: False, using: 0 TPU cores');
  const { length, names, longestSec = 0 } = settings.guide ? readList(settings.list) : loadDataset(settings);
  if (resume !== null) checkResume(resume);
  const events = eventFile(settings.output);
  print('┏━━━┳━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━┳━━━━━━━┓\n┃   ┃ Name  ┃ Type                 ┃ Params ┃ Mode  ┃ FLOPs ┃\n┡━━━╇━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━╇━━━━━━━┩\n│ 0 │ model │ Text2SemanticDecoder │ 0      │ train │     0 │\n└───┴───────┴──────────────────────┴────────┴───────┴───────┘\nTrainable params: 0 (stand-in: nothing is learned)\nTotal FLOPs: 0');
  if (faults.outgrows({ batchSize: settings.batchSize, longestSec })) throw outOfMemory([...FIT, ['GPT_SoVITS/AR/models/t2s_lightning_module.py', 36, 'training_step', 'loss, acc = forward(']]);
  const batch = Math.max(1, Math.min(settings.dpo ? Math.floor(settings.batchSize / 2) : settings.batchSize, Math.floor(length / 4) || 1));
  const batches = Math.ceil(length / batch);
  const stepsPerEpoch = faults.has('untrained') ? 0 : Math.floor((batches - 1) / 4); // the optimizer steps at batches 4, 8, … only
  const data = hash32('s1', ...names);
  const nan = faults.has('nan');
  let steps = resume === null ? 0 : resume.steps;
  let last = null;
  for (let epoch = resume === null ? 0 : resume.epoch + 1; epoch < settings.epochs; epoch++) {
    await sleep(EPOCH_MS);
    if (faults.has('killed') && epoch + 1 >= Number(faults.value('killed') ?? 1)) killSelf();
    if (faults.has('terminated')) process.kill(process.pid, 'SIGTERM');
    if (faults.has('hang') || faults.has('terminated')) await hang(false);
    if (faults.has('deaf')) await hang(true);
    if (faults.has('slow')) await sleep(Number(faults.value('slow') ?? 2000));
    steps += stepsPerEpoch;
    const { loss, lr, accuracy } = figures(epoch, data, faults.has('plateau'));
    last = { loss: nan ? NaN : loss, lr, accuracy };
    const step = (epoch + 1) * batches - 1;
    const scalars = { total_loss_epoch: last.loss, lr_epoch: lr, top_3_acc_epoch: accuracy, epoch };
    for (const [tag, value] of Object.entries(scalars)) fs.appendFileSync(events, tfevents.scalar(tag, value, step));
    // With no optimizer step the weights are those of the pretrained model.
    const seed = steps === 0 ? hash32('pretrained') : hash32(data, epoch, steps);
    if ((epoch + 1) % settings.saveEvery === 0) save(settings, faults, { epoch, steps, seed, nan });
  }
  if (last !== null) lastRender(settings.epochs - 1, settings.epochs - 1, batches, last);
  printError(`\`Trainer.fit\` stopped: \`max_epochs=${settings.epochs}\` reached.`);
}

process.on('SIGTERM', () => {
  if (faultsOf('s1').has('deaf')) return;
  printError('[rank: 0] Received SIGTERM: 15');
  process.exit(0);
});
process.on('SIGINT', () => {
  if (faultsOf('s1').has('deaf')) return;
  write(2, '\nDetected KeyboardInterrupt, attempting graceful shutdown ...\n');
  process.exit(1);
});

run(() => train(readSettings()));
