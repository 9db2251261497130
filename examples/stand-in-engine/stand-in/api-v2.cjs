'use strict';
// api_v2.py -a HOST -p PORT -c YAML
const fs = require('node:fs');
const { PyError, atRoot, fileNotFound, parseArgs, print, run } = require('./python.cjs');
const { writeWhole } = require('./files.cjs');
const { atStart, faultsOf } = require('./faults.cjs');
const { loadWeights, serve } = require('./serve.cjs');
const { dump, parse } = require('./yaml.cjs');

const MODELS = 'GPT_SoVITS/pretrained_models';
/** The engine's fallbacks by version (GPT-SoVITS 48b1a01, TTS.py `TTS_Config.default_configs`). */
const DEFAULTS = {
  v1: ['s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt', 's2G488k.pth'],
  v2: ['gsv-v2final-pretrained/s1bert25hz-5kh-longer-epoch=12-step=369668.ckpt', 'gsv-v2final-pretrained/s2G2333k.pth'],
  v2Pro: ['s1v3.ckpt', 'v2Pro/s2Gv2Pro.pth'],
  v2ProPlus: ['s1v3.ckpt', 'v2Pro/s2Gv2ProPlus.pth'],
  v3: ['s1v3.ckpt', 's2Gv3.pth'],
  v4: ['s1v3.ckpt', 'gsv-v4-pretrained/s2Gv4.pth'],
};

const block = (version) => ({
  bert_base_path: `${MODELS}/chinese-roberta-wwm-ext-large`,
  cnhuhbert_base_path: `${MODELS}/chinese-hubert-base`,
  device: 'cpu',
  is_half: false,
  t2s_weights_path: `${MODELS}/${DEFAULTS[version][0]}`,
  version,
  vits_weights_path: `${MODELS}/${DEFAULTS[version][1]}`,
});

function readConfig(file) {
  if (!fs.existsSync(file)) {
    print('Paths Not Found, Using Default Config');
    return {};
  }
  return parse(fs.readFileSync(file, 'utf8'));
}

async function main() {
  const args = parseArgs({ '-a': ['host', true], '--bind_addr': ['host', true], '-p': ['port', true], '--port': ['port', true], '-c': ['config', true], '--tts_config': ['config', true] });
  if (!atRoot()) throw new PyError('ModuleNotFoundError', "No module named 'ERes2NetV2'", [['api_v2.py', 124, '<module>', 'from GPT_SoVITS.TTS_infer_pack.TTS import TTS, TTS_Config'], ['GPT_SoVITS/sv.py', 7, '<module>', 'from ERes2NetV2 import ERes2NetV2']]);
  const file = args.config ?? 'GPT_SoVITS/configs/tts_infer.yaml';
  const asked = readConfig(file);
  const version = asked.custom?.version in DEFAULTS ? asked.custom.version : 'v2';
  const custom = { ...block(version), ...(asked.custom ?? {}), version };
  for (const field of ['t2s_weights_path', 'vits_weights_path']) {
    if (fs.existsSync(custom[field])) continue;
    custom[field] = block(version)[field];
    print(`fall back to default ${field}: ${custom[field]}`);
  }
  // The file is rewritten at every start and every change of weights, with all versions in it.
  const all = { custom, ...Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, block(name)])) };
  const save = () => writeWhole(file, dump(all));
  save();
  const rule = '-'.repeat(45);
  print(`${rule}TTS Config${rule}`);
  for (const key of ['device', 'is_half', 'version', 't2s_weights_path', 'vits_weights_path', 'bert_base_path', 'cnhuhbert_base_path']) {
    print(`${key.padEnd(20)}: ${custom[key] === false ? 'False' : custom[key] === true ? 'True' : custom[key]}`);
  }
  print(`${'-'.repeat(100)}\n`);
  await atStart({ ...faultsOf('api'), has: (kind) => faultsOf('api').has(`start-${kind}`), value: (kind) => faultsOf('api').value(`start-${kind}`) });
  for (const [kind, field, name, line] of [['gpt', 't2s_weights_path', 'Text2Semantic', 599], ['sovits', 'vits_weights_path', 'VITS', 523]]) {
    print(`Loading ${name} weights from ${custom[field]}`);
    const frames = [['api_v2.py', 149, '<module>', 'tts_pipeline = TTS(tts_config)'], ['GPT_SoVITS/TTS_infer_pack/TTS.py', line, `init_${kind === 'gpt' ? 't2s' : 'vits'}_weights`, 'torch.load(weights_path, map_location=self.configs.device, weights_only=False)']];
    if (!fs.existsSync(custom[field])) throw fileNotFound(custom[field], frames);
    try {
      loadWeights(kind, custom[field]);
    } catch (error) {
      throw new PyError('RuntimeError', error.message, frames);
    }
  }
  print(`Loading BERT weights from ${custom.bert_base_path}\nLoading CNHuBERT weights from ${custom.cnhuhbert_base_path}`);
  await serve({
    dialect: 'api-v2',
    host: args.host ?? '127.0.0.1',
    port: Number(args.port ?? 9880),
    version,
    weights: { gptPath: custom.t2s_weights_path, sovitsPath: custom.vits_weights_path },
    onWeights(kind, path) {
      custom[kind === 'gpt' ? 't2s_weights_path' : 'vits_weights_path'] = path; // kept even when loading it fails
      save();
    },
  });
}

run(main);
