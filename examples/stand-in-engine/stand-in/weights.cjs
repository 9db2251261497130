'use strict';
// Weight files: real zips with the right names and heads, a few small tensors, and what the stand-in needs to speak.
const fs = require('node:fs');
const { Float, OrderedDict, PosixPath, Tensor } = require('./pickle.cjs');
const { generator, hash32 } = require('./random.cjs');
const { half, readEntry, torchFile } = require('./torch-file.cjs');

const NOTE = 'stand-in.json';

/** Halves that look like weights. */
function numbers(count, seed, nan) {
  const random = generator(seed);
  return Uint16Array.from({ length: count }, () => half(nan ? NaN : (random() - 0.5) / 8));
}

/** A configuration with JavaScript's numbers as Python's. */
const plain = (value) => (value === undefined ? null : value);

/** GPT weights (`.ckpt`): OrderedDict(weight, config, info), plain zip. */
function gptWeights({ config, epoch, seed, nan = false }) {
  const weight = new OrderedDict([
    ['model.bert_proj.bias', new Tensor('Half', [512], 0)],
    ['model.ar_text_position.alpha', new Tensor('Half', [1], 1)],
  ]);
  const value = new OrderedDict([['weight', weight], ['config', plain(config)], ['info', `GPT-e${epoch}`]]);
  return torchFile(value, [numbers(512, seed, nan), numbers(1, seed + 1, nan)], { [NOTE]: JSON.stringify({ kind: 'gpt', epoch }) });
}

/** Lightning's own checkpoint; it holds a path object, which is what breaks resuming since torch 2.6. */
function lightningCheckpoint({ epoch, steps, seed, folder, nan = false }) {
  const value = {
    epoch,
    global_step: steps,
    'pytorch-lightning_version': '2.6.6',
    state_dict: new OrderedDict([['model.bert_proj.bias', new Tensor('Half', [512], 0)]]),
    optimizer_states: [],
    lr_schedulers: [],
    hyper_parameters: { output_dir: new PosixPath(folder), lr: new Float(0.01) },
  };
  return torchFile(value, [numbers(512, seed, nan)], { [NOTE]: JSON.stringify({ kind: 'gpt-state', epoch: epoch + 1 }) });
}

/** First two bytes of SoVITS weights in place of `PK` (GPT-SoVITS 48b1a01, process_ckpt.py `model_version2byte`). */
const HEADS = { v3: '03', v4: '04', v2Pro: '05', v2ProPlus: '06' };

/** SoVITS weights (`.pth`); `voice` is {pcm: Int16Array, units: [{start, end}], rate}. */
function sovitsWeights({ config, epoch, steps, version, seed, voice, nan = false }) {
  const weight = new OrderedDict([
    ['enc_p.ssl_proj.bias', new Tensor('Half', [192], 0)],
    ['stand_in.clips', new Tensor('Short', [voice.pcm.length], 1)],
  ]);
  const value = new OrderedDict([['weight', weight], ['config', plain(config)], ['info', `${epoch}epoch_${steps}iteration`]]);
  const note = { kind: 'sovits', epoch, version, rate: voice.rate, units: voice.units };
  const bytes = torchFile(value, [numbers(192, seed, nan), voice.pcm], { [NOTE]: JSON.stringify(note) });
  if (HEADS[version] !== undefined) bytes.write(HEADS[version], 0, 'latin1');
  return bytes;
}

/** The training state of SoVITS, G_ or D_. */
function sovitsState({ epoch, seed, nan = false }) {
  const value = { model: new OrderedDict([['emb.bias', new Tensor('Half', [192], 0)]]), iteration: epoch, optimizer: {}, learning_rate: new Float(0.0001) };
  return torchFile(value, [numbers(192, seed, nan)], { [NOTE]: JSON.stringify({ kind: 'sovits-state', epoch }) });
}

/** What a file of this folder says of itself; null for a placeholder or a foreign file. */
function readNote(file) {
  const note = fs.statSync(file).isFile() ? readEntry(file, NOTE) : null;
  return note === null ? null : JSON.parse(note.toString('utf8'));
}

/** The clips inside SoVITS weights. */
function readClips(file) {
  const bytes = readEntry(file, 'data/1');
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

module.exports = { gptWeights, hash32, lightningCheckpoint, readClips, readNote, sovitsState, sovitsWeights };
