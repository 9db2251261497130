// The engine's own base configurations, used where a checkout (and so its template) is not there.
// Source: GPT-SoVITS 48b1a01, GPT_SoVITS/configs/{s1longer.yaml, s1longer-v2.yaml, s2.json, s2v2Pro.json, s2v2ProPlus.json}: values only.
import { type EngineVersion } from './versions.js';

const s1 = (phonemeVocabSize: number, topK: number): string => `train:
  seed: 1234
  epochs: 20
  batch_size: 8
  save_every_n_epoch: 1
  precision: 16-mixed
  gradient_clip: 1.0
optimizer:
  lr: 0.01
  lr_init: 0.00001
  lr_end: 0.0001
  warmup_steps: 2000
  decay_steps: 40000
data:
  max_eval_sample: 8
  max_sec: 54
  num_workers: 4
  pad_val: 1024
model:
  vocab_size: 1025
  phoneme_vocab_size: ${phonemeVocabSize}
  embedding_dim: 512
  hidden_dim: 512
  head: 16
  linear_units: 2048
  n_layer: 24
  dropout: 0
  EOS: 1024
  random_bert: 0
inference:
  top_k: ${topK}
`;

/** The base of tmp_s1.yaml, as YAML text. */
export const builtInS1 = (version: EngineVersion): string => (version === 'v1' ? s1(512, 5) : s1(732, 15));

/** The base of tmp_s2.json, as JSON text. */
export function builtInS2(version: EngineVersion): string {
  const pro = version === 'v2Pro' || version === 'v2ProPlus';
  const plus = version === 'v2ProPlus';
  return JSON.stringify({
    train: {
      log_interval: 100, eval_interval: 500, seed: 1234, epochs: 100, learning_rate: 0.0001, betas: [0.8, 0.99], eps: 1e-9,
      batch_size: 32, fp16_run: true, lr_decay: 0.999875, segment_size: 20480, init_lr_ratio: 1, warmup_epochs: 0, c_mel: 45, c_kl: 1,
      text_low_lr_rate: 0.4, grad_ckpt: false,
    },
    data: {
      max_wav_value: 32768, sampling_rate: 32000, filter_length: 2048, hop_length: 640, win_length: 2048, n_mel_channels: 128,
      mel_fmin: 0, mel_fmax: null, add_blank: true, n_speakers: 300, cleaned_text: true,
    },
    model: {
      inter_channels: 192, hidden_channels: 192, filter_channels: 768, n_heads: 2, n_layers: 6, kernel_size: 3, p_dropout: pro ? 0 : 0.1,
      resblock: '1', resblock_kernel_sizes: [3, 7, 11], resblock_dilation_sizes: [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
      upsample_rates: [10, 8, 2, 2, 2], upsample_initial_channel: plus ? 768 : 512, upsample_kernel_sizes: plus ? [20, 16, 8, 2, 2] : [16, 16, 8, 2, 2],
      n_layers_q: 3, use_spectral_norm: false, gin_channels: pro ? 1024 : 512, semantic_frame_rate: '25hz', freeze_quantizer: true,
    },
    s2_ckpt_dir: 'logs/s2/big2k1', content_module: 'cnhubert',
  });
}
