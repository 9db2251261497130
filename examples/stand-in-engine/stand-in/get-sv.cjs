'use strict';
// 2-get-sv.py: 5-wav32k/* → 7-sv_cn/*.pt (versions with "Pro").
const fs = require('node:fs');
const path = require('node:path');
const { PyError, fileNotFound, print, run, traceback } = require('./python.cjs');
const { makeDir, sweep, writeWhole } = require('./files.cjs');
const { atStart, faultsOf, killSelf, outOfMemory } = require('./faults.cjs');
const { columns, need, readPart } = require('./list.cjs');
const { hash32 } = require('./random.cjs');
const { tensorFile } = require('./features.cjs');

const SCRIPT = 'GPT_SoVITS/prepare_datasets/2-get-sv.py';

function main() {
  const out = need('opt_dir');
  const wavs = path.join(out, '5-wav32k');
  const folder = path.join(out, '7-sv_cn');
  makeDir(wavs);
  makeDir(folder);
  sweep(folder);
  const model = need('sv_path');
  if (!fs.existsSync(model)) {
    throw fileNotFound(model, [[SCRIPT, 84, '<module>', 'sv = SV(device, is_half)'], [SCRIPT, 60, '__init__', 'pretrained_state = torch.load(sv_path, map_location="cpu")']]);
  }
  const faults = faultsOf('sv');
  return atStart(faults).then(() => {
    for (const line of readPart(SCRIPT, 97)) {
      if (faults.has('empty')) continue;
      const at = [[SCRIPT, 113, '<module>', 'name2go(wav_name, wav_path)'], [SCRIPT, 92, 'name2go', 'wav32k, sr0 = torchaudio.load(wav_path)']];
      try {
        const { name } = columns(line, SCRIPT, 105);
        const file = path.join(folder, `${name}.pt`);
        if (fs.existsSync(file) || faults.hits('swallow', name)) continue;
        if (faults.has('oom')) throw outOfMemory(at);
        const wav = path.join(wavs, name);
        if (!fs.existsSync(wav)) throw new PyError('soundfile.LibsndfileError', `Error opening '${wav}': System error.`, at);
        writeWhole(file, tensorFile([1, faults.hits('shape', name) ? 192 : 20480], hash32('sv', name), { nan: faults.hits('nan', name) }));
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        print(`${line} ${traceback(error)}\n`);
      }
      if (faults.has('killed-midway')) killSelf();
    }
  });
}

run(main);
