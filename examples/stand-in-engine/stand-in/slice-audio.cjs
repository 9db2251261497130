'use strict';
// tools/slice_audio.py INP OUT threshold min_length min_interval hop_size max_sil_kept _max alpha i_part all_part, or the guide's --input … --output …
const fs = require('node:fs');
const path = require('node:path');
const { PyError, onPythonPath, parseArgs, print, run, traceback } = require('./python.cjs');
const { makeDir, writeWhole } = require('./files.cjs');
const { atStart, faultsOf } = require('./faults.cjs');
const { slice } = require('./slicer.cjs');
const { loadAudio, toInt16, wavOfInt16 } = require('./wav.cjs');

const SCRIPT = 'tools/slice_audio.py';
const RATE_HZ = 32000;
const NAMES = ['inp', 'opt_root', 'threshold', 'min_length', 'min_interval', 'hop_size', 'max_sil_kept', '_max', 'alpha', 'i_part', 'all_part'];
const TOP = [[SCRIPT, 53, '<module>', 'print(slice(*sys.argv[1:]))']];

function readArgs(argv) {
  if (argv.some((arg) => arg.startsWith('--'))) {
    const known = Object.fromEntries(['input', 'output', 'threshold', 'min_length', 'max_length', 'min_interval', 'hop_size', 'max_sil_kept'].map((name) => [`--${name}`, [name, true]]));
    const args = parseArgs(known);
    return [args.input, args.output, args.threshold ?? -40, args.min_length ?? 3000, args.min_interval ?? 300, args.hop_size ?? 10, args.max_sil_kept ?? 500, 0.9, 0.25, 0, 1];
  }
  if (argv.length < NAMES.length) {
    const missing = NAMES.slice(argv.length).map((name) => `'${name}'`);
    const list = missing.length > 1 ? `${missing.slice(0, -1).join(', ')}, and ${missing.at(-1)}` : missing[0];
    throw new PyError('TypeError', `slice() missing ${missing.length} required positional argument${missing.length > 1 ? 's' : ''}: ${list}`, TOP);
  }
  return argv;
}

function main() {
  if (!onPythonPath('.') && !process.argv.slice(2).some((arg) => arg.startsWith('--'))) throw new PyError('ModuleNotFoundError', "No module named 'tools'", [[SCRIPT, 6, '<module>', 'from tools.my_utils import load_audio']]);
  const [input, output, ...rest] = readArgs(process.argv.slice(2));
  const [threshold, minLength, minInterval, hopSize, maxSilKept, peakWanted, alpha, part, parts] = rest.map(Number);
  makeDir(output);
  if (!(minLength >= minInterval && minInterval >= hopSize)) {
    throw new PyError('ValueError', 'The following condition must be satisfied: min_length >= min_interval >= hop_size', [...TOP, [SCRIPT, 21, 'slice', 'slicer = Slicer(']]);
  }
  const stat = fs.existsSync(input) ? fs.statSync(input) : null;
  if (stat === null) return print('输入路径存在但既不是文件也不是文件夹');
  const files = stat.isFile() ? [input] : fs.readdirSync(input).sort().map((name) => path.join(input, name));
  const faults = faultsOf('slice');
  return atStart(faults).then(() => {
    for (const file of files.filter((_, i) => i % parts === part)) {
      if (faults.has('empty') || faults.hits('swallow', path.basename(file))) continue;
      try {
        const samples = loadAudio(file, RATE_HZ);
        for (const [from, to] of slice(samples, RATE_HZ, { threshold, minLength, minInterval, hopSize, maxSilKept })) {
          const clip = samples.slice(from, to);
          const peak = clip.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          if (peak === 0) continue;
          const scale = ((peakWanted * alpha) / peak + (1 - alpha)) / Math.max(1, peak); // the script's own loudness rule
          const number = (value) => String(value).padStart(10, '0');
          writeWhole(path.join(output, `${path.basename(file)}_${number(from)}_${number(to)}.wav`), wavOfInt16(toInt16(clip, scale * 32767), RATE_HZ));
        }
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        print(`${file} ->fail-> ${traceback(error)}\n`);
      }
    }
    print('执行完毕，请检查输出文件');
  });
}

run(main);
