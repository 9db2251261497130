'use strict';
// 2-get-hubert-wav32k.py: clips → 5-wav32k/* and 4-cnhubert/*.pt. Silent when all goes well, as the real one.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, onPythonPath, print, run, traceback } = require('./python.cjs');
const { makeDir, sweep, writeWhole } = require('./files.cjs');
const { atStart, faultsOf, killSelf, outOfMemory } = require('./faults.cjs');
const { columns, need, readPart } = require('./list.cjs');
const { hash32 } = require('./random.cjs');
const { tensorFile } = require('./features.cjs');
const { loadAudio, toInt16, wavOfInt16 } = require('./wav.cjs');

const SCRIPT = 'GPT_SoVITS/prepare_datasets/2-get-hubert-wav32k.py';
const RATE_HZ = 32000;
const WIDTH = 768;
/** The script's own loudness rule: half as it is, half scaled to a peak of 0.95. */
const [PEAK, ALPHA] = [0.95, 0.5];

/** Frames that HuBERT makes of samples at 32 kHz: 50 a second, from windows of 400 at 16 kHz. */
const framesOf = (samples) => Math.max(1, Math.floor((Math.floor(samples / 2) - 400) / 320) + 1);

function process1({ name }, file, folders, faults) {
  const features = path.join(folders.features, `${name}.pt`);
  if (fs.existsSync(features)) return;
  const at = (line, code) => [[SCRIPT, 123, '<module>', 'name2go(wav_name, wav_path)'], [SCRIPT, line, 'name2go', code]];
  if (faults.has('oom')) throw outOfMemory(at(92, 'ssl = model.model(tensor_wav16.unsqueeze(0))["last_hidden_state"].transpose(1, 2).cpu()'));
  if (faults.hits('swallow', name)) return; // no file and no word: what a NaN filter does
  const samples = loadAudio(file, RATE_HZ);
  let peak = 0;
  for (const value of samples) peak = Math.max(peak, Math.abs(value));
  if (peak > 2.2) return print(`${name}-filtered,${peak}`);
  if (peak === 0) {
    process.stderr.write(`${SCRIPT}:87: RuntimeWarning: invalid value encountered in divide\n`);
    throw new PyError('librosa.util.exceptions.ParameterError', 'Audio buffer is not finite everywhere', at(89, 'tmp_audio = librosa.resample(tmp_audio32b, orig_sr=32000, target_sr=16000)'));
  }
  const scale = (PEAK * ALPHA) / peak + (1 - ALPHA);
  writeWhole(path.join(folders.wavs, name), wavOfInt16(toInt16(samples, scale * 32768), RATE_HZ));
  writeWhole(features, tensorFile([1, WIDTH, framesOf(samples.length) >> (faults.hits('shape', name) ? 1 : 0)], hash32('ssl', name), { nan: faults.hits('nan', name) }));
}

function main() {
  if (!onPythonPath('GPT_SoVITS')) throw new PyError('ModuleNotFoundError', "No module named 'feature_extractor'", [[SCRIPT, 10, '<module>', 'from feature_extractor import cnhubert']]);
  const out = need('opt_dir');
  const folders = { features: path.join(out, '4-cnhubert'), wavs: path.join(out, '5-wav32k') };
  makeDir(folders.features);
  makeDir(folders.wavs);
  sweep(folders.features);
  sweep(folders.wavs);
  const base = need('cnhubert_base_dir');
  if (!fs.existsSync(base)) {
    throw new PyError('FileNotFoundError', base, [[SCRIPT, 68, '<module>', 'model = cnhubert.get_model()'], ['GPT_SoVITS/feature_extractor/cnhubert.py', 30, '__init__', 'raise FileNotFoundError(base_path)']]);
  }
  const faults = faultsOf('ssl');
  return atStart(faults).then(() => {
    for (const line of readPart(SCRIPT, 104)) {
      if (faults.has('empty')) continue;
      try {
        const entry = columns(line, SCRIPT, 114);
        const dir = process.env.inp_wav_dir ?? '';
        process1(entry, dir === '' ? entry.wav : path.join(dir, entry.name), folders, faults);
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        print(`${line} ${traceback(error)}\n`);
      }
      if (faults.has('killed-midway')) killSelf();
    }
  });
}

run(main);
