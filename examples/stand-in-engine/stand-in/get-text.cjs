'use strict';
// 1-get-text.py: list → 2-name2text-<part>.txt and 3-bert/*.pt.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, atRoot, onPythonPath, print, repr, run, traceback } = require('./python.cjs');
const { makeDir, sweep, writeWhole } = require('./files.cjs');
const { atStart, faultsOf, killSelf, outOfMemory } = require('./faults.cjs');
const { columns, need, readPart } = require('./list.cjs');
const { LANGUAGES, toPhones } = require('./phones.cjs');
const { hash32 } = require('./random.cjs');
const { tensorFile } = require('./features.cjs');

const SCRIPT = 'GPT_SoVITS/prepare_datasets/1-get-text.py';
const BERT_WIDTH = 1024;

function checkBert(folder) {
  if (!fs.existsSync(folder)) throw new PyError('FileNotFoundError', folder, [[SCRIPT, 60, '<module>', 'raise FileNotFoundError(bert_pretrained_dir)']]);
  if (!fs.existsSync(path.join(folder, 'config.json'))) {
    const message = 'stat: path should be string, bytes, os.PathLike or integer, not NoneType';
    throw new PyError('TypeError', message, [[SCRIPT, 61, '<module>', 'tokenizer = AutoTokenizer.from_pretrained(bert_pretrained_dir)']]);
  }
}

const where = (line, code) => [[SCRIPT, line, 'process', code]];

/** Whether this is the first call for a marker; it is left on disk, so the next process says no. */
function firstTime(marker) {
  if (fs.existsSync(marker)) return false;
  fs.writeFileSync(marker, '');
  return true;
}

/** One line of the list → the row of the text file; throws what the real script prints. */
function row({ name, text, language }, folder, faults) {
  const normalise = where(91, 'phones, word2ph, norm_text = clean_text(text.replace("%", "-").replace("￥", ","), lan, version)');
  if (faults.has('oom')) throw outOfMemory(normalise);
  if (faults.hits('cache-cut', name) && firstTime(path.join(path.dirname(folder), '.cache-cut'))) throw new PyError('_pickle.UnpicklingError', 'pickle data was truncated', normalise); // another process is writing the dictionary cache
  if (faults.hits('swallow', name)) throw new PyError('IndexError', 'list index out of range', normalise);
  const chinese = language === 'zh'; // Cantonese has neither G2PW nor BERT features
  if (chinese && !(atRoot() && fs.existsSync('GPT_SoVITS/text/G2PWModel/g2pW.onnx'))) {
    throw new PyError('requests.exceptions.ConnectionError', "HTTPSConnectionPool(host='www.modelscope.cn', port=443): Max retries exceeded with url: /models/kamiorinn/g2pw/resolve/master/G2PWModel_1.1.zip", normalise);
  }
  const { phones, word2ph, norm } = toPhones(text, language);
  if (chinese) {
    if (phones.length === 0) throw new PyError('ValueError', 'torch.cat(): expected a non-empty list of Tensors', where(95, 'bert_feature = get_bert_feature(norm_text, word2ph)'));
    const file = path.join(folder, `${name}.pt`);
    if (!fs.existsSync(file)) writeWhole(file, tensorFile([BERT_WIDTH, phones.length + (faults.hits('shape', name) ? 1 : 0)], hash32('bert', name, norm), { nan: faults.hits('nan', name) }));
  }
  return [name, phones.join(' '), repr(word2ph), norm].join('\t');
}

function main() {
  if (!onPythonPath('GPT_SoVITS')) throw new PyError('ModuleNotFoundError', "No module named 'text'", [[SCRIPT, 20, '<module>', 'from text.cleaner import clean_text']]);
  const out = need('opt_dir');
  const part = path.join(out, `2-name2text-${process.env.i_part ?? 0}.txt`);
  makeDir(out);
  if (fs.existsSync(part)) return;
  const faults = faultsOf('text');
  const bert = path.join(out, '3-bert');
  makeDir(bert);
  sweep(out);
  sweep(bert);
  checkBert(need('bert_pretrained_dir'));
  return atStart(faults).then(() => {
    const todo = [];
    for (const line of readPart(SCRIPT, 107)) {
      try {
        const entry = columns(line, SCRIPT, 129);
        if (entry.language in LANGUAGES) todo.push({ ...entry, language: LANGUAGES[entry.language] });
        else print(`\x1b[33m[Waring] The language = '${entry.language}' of ${entry.wav} is not supported for training.\x1b[0m`);
      } catch (error) {
        print(`${line} ${traceback(error)}\n`);
      }
    }
    const rows = [];
    for (const entry of todo) {
      print(entry.name);
      try {
        rows.push(row(entry, bert, faults));
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        print(`${entry.name} ${entry.text} ${traceback(error)}\n`);
      }
      if (faults.has('killed-midway')) killSelf();
    }
    writeWhole(part, faults.has('empty') ? '\n' : `${rows.join('\n')}\n`);
  });
}

run(main);
