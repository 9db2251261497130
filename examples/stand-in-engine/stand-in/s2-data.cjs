'use strict';
// What SoVITS training reads of an experiment, and its complaints.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, print, write } = require('./python.cjs');
const { parseWav } = require('./wav.cjs');

const LOADER = 'GPT_SoVITS/module/data_utils.py';
const LEAST = 100;
const [SHORTEST_SEC, LONGEST_SEC] = [0.6, 54];

/** An exception inside the spawned process, as its parent prints it. */
class Spawned extends PyError {}

const inLoader = (type, message, line, code) =>
  new Spawned(type, message, [
    ['GPT_SoVITS/s2_train.py', 90, 'run', 'train_dataset = TextAudioSpeakerLoader(hps.data, version=hps.model.version)'],
    [LOADER, line, '__init__', code],
  ]);

/** Seconds of a 16-bit mono WAV at 32 kHz by its size, as the engine reckons it. */
const seconds = (file) => fs.statSync(file).size / 2 / 32000;

/** Reads the experiment; returns the names trained on, repeated length, and the files of 5-wav32k. */
function loadExperiment(folder, version) {
  const texts = path.join(folder, '2-name2text.txt');
  if (!fs.existsSync(texts)) throw Object.assign(fileNotFound(texts, []), { spawned: true });
  const needed = [[31, '4-cnhubert', 'self.path4'], [32, '5-wav32k', 'self.path5'], ...(/Pro/.test(version) ? [[35, '7-sv_cn', 'self.path7']] : [])];
  for (const [line, name, code] of needed) {
    if (!fs.existsSync(path.join(folder, name))) throw inLoader('AssertionError', '', line, `assert os.path.exists(${code})`);
  }
  const phones = new Map(fs.readFileSync(texts, 'utf8').split('\n').map((row) => row.split('\t')).filter((row) => row.length === 4).map((row) => [row[0], row]));
  const has = (dir, name) => fs.existsSync(path.join(folder, dir, name));
  const names = [...phones.keys()].filter((name) => has('4-cnhubert', `${name}.pt`) && has('5-wav32k', name) && (!/Pro/.test(version) || has('7-sv_cn', `${name}.pt`))).sort();
  if (names.length === 0) throw inLoader('ZeroDivisionError', 'division by zero', 58, 'for _ in range(max(2, int(min_num / leng))):');
  const times = names.length < LEAST ? Math.max(2, Math.floor(LEAST / names.length)) : 1;
  print(`phoneme_data_len: ${phones.size}`);
  print(`wav_data_len: ${names.length * times}`);
  write(2, `\r  0%|          | 0/${names.length * times} [00:00<?, ?it/s]\r100%|██████████| ${names.length * times}/${names.length * times} [00:00<00:00, 217659.78it/s]\n`);
  const kept = names.filter((name) => {
    const length = seconds(path.join(folder, '5-wav32k', name));
    return length > SHORTEST_SEC && length < LONGEST_SEC;
  });
  print(`skipped_phone:  0 , skipped_dur:  ${(names.length - kept.length) * times}`);
  print(`total left:  ${kept.length * times}`);
  if (kept.length * times <= 1) throw inLoader('AssertionError', '', 105, 'assert len(audiopaths_sid_text_new) > 1  # 至少能凑够batch size，这里todo');
  for (const name of kept) {
    if (parseWav(fs.readFileSync(path.join(folder, '5-wav32k', name))) === null) print(`load audio or ssl error!!!!!! ${name}`);
  }
  return { names: kept, length: kept.length * times, files: kept.map((name) => path.join(folder, '5-wav32k', name)) };
}

module.exports = { Spawned, loadExperiment };
