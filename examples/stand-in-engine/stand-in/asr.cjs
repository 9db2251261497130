'use strict';
// tools/asr/funasr_asr.py and fasterwhisper_asr.py: -i DIR -o DIR -s SIZE -l LANG -p PRECISION, or the guide's --input FILE --output FILE --language LANG --model NAME.
// It hears nothing: what it writes is made of the clip's length, so that two runs and two machines agree.
const fs = require('node:fs');
const path = require('node:path');
const { PyError, parseArgs, print, run, traceback } = require('./python.cjs');
const { makeDir, writeWhole } = require('./files.cjs');
const { atStart, faultsOf } = require('./faults.cjs');
const { loadAudio } = require('./wav.cjs');

const RATE_HZ = 16000;
const WORDS = { zh: ['您好', '请问', '谢谢', '稍等'], yue: ['你好', '請問', '多謝', '等等'], en: [' hello', ' please', ' thanks', ' moment'], ja: ['はい', 'どうも', 'すみません', 'ください'], ko: [' 네', ' 안녕', ' 감사', ' 잠시'] };

function invent(file, language) {
  const seconds = loadAudio(file, RATE_HZ).length / RATE_HZ;
  const words = WORDS[language] ?? WORDS.en;
  const count = Math.max(1, Math.round(seconds * 2));
  const text = Array.from({ length: count }, (_, at) => words[(at + Math.round(seconds * 100)) % words.length]).join('').trim();
  return `${text}${language === 'en' || language === 'ko' ? '.' : '。'}`;
}

/** @param script - The name of the script that was called. */
module.exports = (script) => run(async () => {
  const faults = faultsOf('asr');
  await atStart(faults);
  if (process.argv.includes('--input')) {
    const { input, output, language = 'zh' } = parseArgs({ '--input': ['input', true], '--output': ['output', true], '--language': ['language', true], '--model': ['model', true] });
    if (faults.has('empty')) return;
    writeWhole(output, `${invent(input, language)}\n`);
    return;
  }
  const flag = (short, long) => [[short, [long.slice(2), true]], [long, [long.slice(2), true]]];
  const args = parseArgs(Object.fromEntries([['-i', '--input_folder'], ['-o', '--output_folder'], ['-s', '--model_size'], ['-l', '--language'], ['-p', '--precision']].flatMap(([short, long]) => flag(short, long))));
  const language = args.language ?? (script === 'funasr_asr.py' ? 'zh' : 'ja');
  const folder = args.input_folder;
  const name = path.basename(folder);
  const rows = [];
  for (const file of fs.readdirSync(folder).sort()) {
    try {
      print(`\n${file}`);
      if (faults.has('empty') || faults.hits('swallow', file)) throw new PyError('RuntimeError', `cannot hear ${file}`, [[`tools/asr/${script}`, 88, 'execute_asr', 'text = model.generate(input=file_path)[0]["text"]']]);
      rows.push(`${path.join(folder, file)}|${name}|${language.toUpperCase()}|${invent(path.join(folder, file), language)}`);
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      print(traceback(error));
    }
  }
  makeDir(args.output_folder);
  const list = path.resolve(args.output_folder, `${name}.list`);
  writeWhole(list, rows.join('\n'));
  print(`ASR 任务完成->标注文件路径: ${list}\n`);
});
