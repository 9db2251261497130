'use strict';
// api.py -s SOVITS -g GPT -dr REF -dt TEXT -dl LANG -d DEVICE -a HOST -p PORT …, and the guide's api.py --gpt_model … --port …
const fs = require('node:fs');
const { PyError, atRoot, parseArgs, printError, run } = require('./python.cjs');
const { serve } = require('./serve.cjs');

const value = (name) => [name, true];
const flag = (name) => [name, false];

async function main() {
  const args = parseArgs({
    '-s': value('sovits'), '--sovits_path': value('sovits'), '-g': value('gpt'), '--gpt_path': value('gpt'),
    '-dr': value('prompt'), '--default_refer_path': value('prompt'), '-dt': value('text'), '--default_refer_text': value('text'), '-dl': value('language'), '--default_refer_language': value('language'),
    '-d': value('device'), '--device': value('device'), '-a': value('host'), '--bind_addr': value('host'), '-p': value('port'), '--port': value('port'),
    '-fp': flag('full'), '--full_precision': flag('full'), '-hp': flag('halfPrecision'), '--half_precision': flag('halfPrecision'),
    '-sm': value('streamMode'), '-mt': value('mediaType'), '-st': value('subType'), '-cp': value('cut'), '-hb': value('hubert'), '-b': value('bert'),
    '--gpt_model': value('guideGpt'), '--sovits_model': value('guideSovits'), '--reference_audio': value('prompt'), '--half': value('half'),
  });
  if (!atRoot()) throw new PyError('ModuleNotFoundError', "No module named 'feature_extractor'", [['api.py', 150, '<module>', 'from feature_extractor import cnhubert']]);
  const guide = args.guideGpt !== undefined;
  const gpt = args.guideGpt ?? args.gpt ?? 'GPT_SoVITS/pretrained_models/s1v3.ckpt';
  const sovits = args.guideSovits ?? args.sovits ?? 'GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth';
  const loaded = fs.existsSync(gpt) && fs.existsSync(sovits);
  if (!loaded) printError(`FileNotFoundError: [Errno 2] No such file or directory: '${fs.existsSync(gpt) ? sovits : gpt}'`); // and it serves all the same
  const complete = args.prompt !== undefined && args.text !== undefined && args.language !== undefined;
  await serve({
    dialect: guide ? 'guide' : 'api',
    host: args.host ?? (guide ? '127.0.0.1' : '0.0.0.0'),
    port: Number(args.port ?? 9880),
    version: 'v2Pro',
    ...(loaded ? { weights: { gptPath: gpt, sovitsPath: sovits } } : {}),
    ...(complete ? { prompt: { path: args.prompt, text: args.text, language: args.language } } : {}),
    lines: [
      complete ? `INFO:     默认参考音频路径: ${args.prompt}` : 'INFO:     未指定默认参考音频',
      `INFO:     半精: ${args.halfPrecision === true ? 'True' : 'False'}`, 'INFO:     编码格式: wav', 'INFO:     数据类型: int16', 'INFO:     模型版本: v2Pro',
    ],
  });
}

run(main);
