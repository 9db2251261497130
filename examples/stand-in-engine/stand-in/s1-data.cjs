'use strict';
// The two files that GPT training reads, joined as the engine joins them.
const fs = require('node:fs');
const { PyError, fileNotFound, print, printError } = require('./python.cjs');

const DATASET = 'GPT_SoVITS/AR/data/dataset.py';
const TOP = [
  ['GPT_SoVITS/s1_train.py', 171, '<module>', 'main(args)'],
  ['GPT_SoVITS/s1_train.py', 147, 'main', 'trainer.fit(model, data_module, ckpt_path=ckpt_path)'],
  ['GPT_SoVITS/AR/data/data_module.py', 31, 'setup', 'self._train_dataset = Text2SemanticDataset('],
];
/** Fewer items than this are repeated up to about it (dataset.py `min_num`). */
const LEAST = 100;
const HZ = 25;

function readRows(file, line, code) {
  if (!fs.existsSync(file)) throw fileNotFound(file, [...TOP, [DATASET, line, '__init__', code]]);
  return fs.readFileSync(file, 'utf8').split('\n').filter((row) => row !== '').map((row) => row.split('\t'));
}

/** pandas' rendering of the first rows. */
function printFrame(rows) {
  const width = Math.max('item_name'.length, ...rows.map(([name]) => name.length));
  print(`${' '.repeat(String(rows.length).length)}  ${'item_name'.padStart(width)}  ${'semantic_audio'.padStart(50)}`);
  for (const [i, [name, ids]] of rows.entries()) {
    print(`${i}  ${name.padStart(width)}  ${(ids.length > 50 ? `${ids.slice(0, 46)}...` : ids).padStart(50)}`);
  }
}

/**
 * Reads, joins and repeats; prints what the engine prints.
 * @returns The number of items after repeating, and the names kept.
 */
function loadDataset({ semantic, phonemes, maxSec }) {
  const texts = new Map(readRows(phonemes, 52, 'with open(phoneme_path, "r", encoding="utf8") as f:').filter((row) => row.length === 4).map((row) => [row[0], row[1].split(' ')]));
  const rows = readRows(semantic, 57, 'self.semantic_data = pd.read_csv(').slice(1).filter((row) => row.length === 2);
  print(`semantic_data_len: ${rows.length}`);
  print(`phoneme_data_len: ${texts.size}`);
  printFrame(rows.slice(0, 10));
  const kept = [];
  let deletedLong = 0;
  let deletedPace = 0;
  let longestSec = 0;
  for (const [name, ids] of rows) {
    const phones = texts.get(name);
    if (phones === undefined) {
      print(`Warning: File "${name}" not in self.phoneme_data! Skipped. `);
      printError(`Traceback (most recent call last):\n  File "${DATASET}", line 133, in init_batch\n    phoneme, word2ph, text = self.phoneme_data[item_name]\nKeyError: '${name}'`);
      continue;
    }
    const seconds = ids.split(' ').length / HZ;
    const pace = phones.length / seconds;
    if (seconds > maxSec) deletedLong += 1;
    else if (pace > 25 || pace < 3) deletedPace += 1;
    else {
      kept.push(name);
      longestSec = Math.max(longestSec, seconds);
    }
  }
  if (deletedLong > 0) print(`deleted ${deletedLong} audios who's duration are bigger than ${maxSec} seconds`);
  if (deletedPace > 0) print(`deleted ${deletedPace} audios who's phoneme/sec are bigger than 25 or smaller than 3`);
  if (kept.length === 0) throw new PyError('ZeroDivisionError', 'division by zero', [...TOP, [DATASET, 186, 'init_batch', 'for _ in range(max(2, int(min_num / leng))):']]);
  const length = kept.length < LEAST ? kept.length * Math.max(2, Math.floor(LEAST / kept.length)) : kept.length;
  print(`dataset.__len__(): ${length}`);
  return { length, names: kept, longestSec };
}

module.exports = { loadDataset };
