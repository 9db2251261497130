'use strict';
// Makes the small files at the names of the pretrained models and the configurations. Run once: node stand-in/make-placeholders.cjs
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./python.cjs');
const { dump } = require('./yaml.cjs');

const NOTE = 'A placeholder of the stand-in engine: no model. See README.md.\n';
const MODELS = 'GPT_SoVITS/pretrained_models';
const FILES = [
  's1v3.ckpt', 's2Gv3.pth', 's2G488k.pth', 's2D488k.pth', 's1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt',
  'v2Pro/s2Gv2Pro.pth', 'v2Pro/s2Dv2Pro.pth', 'v2Pro/s2Gv2ProPlus.pth', 'v2Pro/s2Dv2ProPlus.pth',
  'gsv-v2final-pretrained/s1bert25hz-5kh-longer-epoch=12-step=369668.ckpt', 'gsv-v2final-pretrained/s2G2333k.pth', 'gsv-v2final-pretrained/s2D2333k.pth',
  'gsv-v4-pretrained/s2Gv4.pth', 'gsv-v4-pretrained/vocoder.pth', 'sv/pretrained_eres2netv2w24s4ep4.ckpt', 'fast_langdetect/lid.176.bin',
  'chinese-roberta-wwm-ext-large/pytorch_model.bin', 'chinese-hubert-base/pytorch_model.bin',
];

const write = (file, data) => {
  const target = path.join(ROOT, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, data);
};

for (const file of FILES) write(`${MODELS}/${file}`, NOTE);
for (const file of ['s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt', 's2G488k.pth', 's2D488k.pth']) write(`pretrained_models/${file}`, NOTE); // the guide's own place
write('GPT_SoVITS/text/G2PWModel/g2pW.onnx', NOTE);
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
write(`${MODELS}/chinese-roberta-wwm-ext-large/config.json`, json({ model_type: 'bert', hidden_size: 1024, note: NOTE.trim() }));
write(`${MODELS}/chinese-roberta-wwm-ext-large/tokenizer.json`, json({ note: NOTE.trim() }));
write(`${MODELS}/chinese-hubert-base/config.json`, json({ model_type: 'hubert', hidden_size: 768, note: NOTE.trim() }));
write(`${MODELS}/chinese-hubert-base/preprocessor_config.json`, json({ sampling_rate: 16000, note: NOTE.trim() }));

// Keys and values are those of GPT-SoVITS 48b1a01, GPT_SoVITS/configs.
const s1 = (vocabulary, topK) => ({
  train: { seed: 1234, epochs: 20, batch_size: 8, save_every_n_epoch: 1, precision: '16-mixed', gradient_clip: 1 },
  optimizer: { lr: 0.01, lr_init: 0.00001, lr_end: 0.0001, warmup_steps: 2000, decay_steps: 40000 },
  data: { max_eval_sample: 8, max_sec: 54, num_workers: 4, pad_val: 1024 },
  model: { vocab_size: 1025, phoneme_vocab_size: vocabulary, embedding_dim: 512, hidden_dim: 512, head: 16, linear_units: 2048, n_layer: 24, dropout: 0, EOS: 1024, random_bert: 0 },
  inference: { top_k: topK },
});
write('GPT_SoVITS/configs/s1longer.yaml', dump(s1(512, 5)));
write('GPT_SoVITS/configs/s1longer-v2.yaml', dump(s1(732, 15)));
const s2 = ({ pro, plus }) => ({
  train: {
    log_interval: 100, eval_interval: 500, seed: 1234, epochs: 100, learning_rate: 0.0001, betas: [0.8, 0.99], eps: 1e-9, batch_size: 32, fp16_run: true,
    lr_decay: 0.999875, segment_size: 20480, init_lr_ratio: 1, warmup_epochs: 0, c_mel: 45, c_kl: 1, text_low_lr_rate: 0.4, grad_ckpt: false,
  },
  data: {
    max_wav_value: 32768, sampling_rate: 32000, filter_length: 2048, hop_length: 640, win_length: 2048, n_mel_channels: 128, mel_fmin: 0, mel_fmax: null,
    add_blank: true, n_speakers: 300, cleaned_text: true,
  },
  model: {
    inter_channels: 192, hidden_channels: 192, filter_channels: 768, n_heads: 2, n_layers: 6, kernel_size: 3, p_dropout: pro ? 0 : 0.1, resblock: '1',
    resblock_kernel_sizes: [3, 7, 11], resblock_dilation_sizes: [[1, 3, 5], [1, 3, 5], [1, 3, 5]], upsample_rates: [10, 8, 2, 2, 2],
    upsample_initial_channel: plus ? 768 : 512, upsample_kernel_sizes: plus ? [20, 16, 8, 2, 2] : [16, 16, 8, 2, 2], n_layers_q: 3,
    use_spectral_norm: false, gin_channels: pro ? 1024 : 512, semantic_frame_rate: '25hz', freeze_quantizer: true,
  },
  s2_ckpt_dir: 'logs/s2/big2k1',
  content_module: 'cnhubert',
});
write('GPT_SoVITS/configs/s2.json', json(s2({})));
write('GPT_SoVITS/configs/s2v2Pro.json', json(s2({ pro: true })));
write('GPT_SoVITS/configs/s2v2ProPlus.json', json(s2({ pro: true, plus: true })));
