'use strict';
// 3-get-semantic.py: 4-cnhubert/*.pt → 6-name2semantic-<part>.tsv; 25 ids a second, 0…1023.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, print, run, traceback } = require('./python.cjs');
const { sweep, writeWhole } = require('./files.cjs');
const { atStart, faultsOf, killSelf, outOfMemory } = require('./faults.cjs');
const { columns, need, readPart } = require('./list.cjs');
const { generator, hash32 } = require('./random.cjs');
const { readEntry } = require('./torch-file.cjs');

const SCRIPT = 'GPT_SoVITS/prepare_datasets/3-get-semantic.py';
const WIDTH = 768;

function row(name, file) {
  const features = readEntry(file, 'data/0');
  if (features === null) throw new PyError('RuntimeError', 'PytorchStreamReader failed reading zip archive: failed finding central directory', [[SCRIPT, 85, 'name2go', 'ssl_content = torch.load(hubert_path, map_location="cpu")']]);
  const frames = features.length / 4 / WIDTH;
  const random = generator(hash32('semantic', name, String(frames)));
  return `${name}\t${Array.from({ length: Math.ceil(frames / 2) }, () => Math.floor(random() * 1024)).join(' ')}`;
}

function main() {
  const weights = need('pretrained_s2G');
  if (!fs.existsSync(weights)) throw new PyError('FileNotFoundError', weights, [[SCRIPT, 16, '<module>', 'raise FileNotFoundError(pretrained_s2G)']]);
  const out = need('opt_dir');
  const part = path.join(out, `6-name2semantic-${process.env.i_part ?? 0}.tsv`);
  if (fs.existsSync(part)) return;
  const config = need('s2config_path');
  if (!fs.existsSync(config)) throw fileNotFound(config, [[SCRIPT, 57, '<module>', 'hps = utils.get_hparams_from_file(s2config_path)']]);
  sweep(out);
  const faults = faultsOf('semantic');
  return atStart(faults).then(() => {
    const pro = /Pro/.test(path.basename(config)) || /Pro/.test(path.basename(weights));
    print(`_IncompatibleKeys(missing_keys=[], unexpected_keys=[${pro ? "'sv_emb.weight', 'sv_emb.bias', 'ge_to512.weight', 'ge_to512.bias', 'prelu.weight'" : ''}])`);
    const rows = [];
    for (const line of readPart(SCRIPT, 96)) {
      if (faults.has('empty')) continue;
      try {
        const { name } = columns(line, SCRIPT, 105);
        if (faults.has('oom')) throw outOfMemory([[SCRIPT, 109, '<module>', 'name2go(wav_name, lines1)']]);
        const file = path.join(out, '4-cnhubert', `${name}.pt`);
        if (!fs.existsSync(file) || faults.hits('swallow', name)) continue; // not a word, as the real one
        rows.push(row(name, file));
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        print(`${line} ${traceback(error)}\n`);
      }
      if (faults.has('killed-midway')) killSelf();
    }
    writeWhole(part, rows.join('\n'));
  });
}

run(main);
