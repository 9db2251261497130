'use strict';
// The arguments of s1_train.py: the checkout's own, and those of the guide's command line.
const fs = require('node:fs');
const path = require('node:path');
const { fileNotFound, parseArgs } = require('./python.cjs');
const { parse } = require('./yaml.cjs');

function readYaml(file) {
  if (!fs.existsSync(file)) throw fileNotFound(file, [['GPT_SoVITS/s1_train.py', 171, '<module>', 'main(args)'], ['GPT_SoVITS/s1_train.py', 86, 'main', 'config = load_yaml_config(args.config_file)']]);
  return parse(fs.readFileSync(file, 'utf8'));
}

/** What training needs to know, from either command line. */
function readSettings() {
  const args = parseArgs({
    '-c': ['config', true], '--config_file': ['config', true], '--config_path': ['guide', true], '--train_list': ['trainList', true],
    '--valid_list': ['validList', true], '--output_dir': ['output', true], '--pretrained_s1': ['pretrained', true],
  });
  if (args.guide === undefined) {
    const config = readYaml(args.config ?? 'conf/s1longer.yaml');
    const train = config.train ?? {};
    return {
      guide: false, config, exp: train.exp_name, epochs: train.epochs, saveEvery: train.save_every_n_epoch ?? 1, batchSize: train.batch_size ?? 8,
      dpo: train.if_dpo === true, saveLatest: train.if_save_latest === true, saveWeights: train.if_save_every_weights !== false,
      weightsDir: train.half_weights_save_dir, output: config.output_dir, pretrained: config.pretrained_s1 ?? '',
      semantic: config.train_semantic_path, phonemes: config.train_phoneme_path, maxSec: config.data?.max_sec ?? 54,
    };
  }
  const config = readYaml(args.guide);
  const model = config.model ?? {};
  return {
    guide: true, config, exp: path.basename(path.resolve(args.output, '..')), epochs: model.epochs ?? 15, saveEvery: model.save_every_epoch ?? 5, batchSize: model.batch_size ?? 4,
    dpo: false, saveLatest: false, saveWeights: true, weightsDir: args.output, output: args.output, pretrained: args.pretrained ?? '',
    list: args.trainList ?? config.data?.train_list, maxSec: model.max_sec ?? 30,
  };
}

module.exports = { readSettings };
