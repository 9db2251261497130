import { join, type EngineStep } from './engine-step.js';
import { type ResolvedOptions } from './options.js';
import { setYamlKeys } from './engine-yaml.js';

// Values of the guide's two configurations, as it lists them.
/** The guide's `configs/s1longer.yaml`. */
export const GUIDE_S1 = `model:
  semantic_frame_rate: 25
  max_sec: 30
  batch_size: 4
  learning_rate: 0.0001
  epochs: 15
  save_every_epoch: 5
  warmup_epoch: 2
data: {}
training:
  precision: fp16
  gradient_accumulation_steps: 4
  max_grad_norm: 1.0
`;

/** The guide's `configs/s2.json`. */
export const GUIDE_S2 = {
  train: {
    log_interval: 200, eval_interval: 1000, seed: 1234, epochs: 100, learning_rate: 0.0002, betas: [0.8, 0.99], eps: 1e-9, batch_size: 8, fp16_run: true,
    lr_decay: 0.999875, segment_size: 17920, init_lr_ratio: 1, warmup_epochs: 0, c_mel: 45, c_kl: 1,
  },
  data: {
    max_wav_value: 32768, sampling_rate: 22050, filter_length: 1024, hop_length: 256, win_length: 1024, n_mel_channels: 80, mel_fmin: 0, mel_fmax: null,
  },
} as const;

/** Base weights that the guide's commands name. */
export const GUIDE_PRETRAINED = {
  gpt: 'pretrained_models/s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt',
  s2G: 'pretrained_models/s2G488k.pth',
  s2D: 'pretrained_models/s2D488k.pth',
} as const;

/** Where the guide's lists are, unless the caller says otherwise: relative to the checkout. */
export const guideLists = (name: string) => ({
  gptTrain: `logs/${name}/gpt_train_list.txt`, gptValid: `logs/${name}/gpt_valid_list.txt`,
  sovitsTrain: `logs/${name}/sovits_train_list.txt`, sovitsValid: `logs/${name}/sovits_valid_list.txt`,
});

/** The guide's training command lines, their option names and order unchanged; paths are the voice's own. */
export function planGuide(options: ResolvedOptions): readonly EngineStep[] {
  const { interpreter, engineRoot, paths, gpt, sovits, name, device, half } = options;
  const lists = paths.guideLists ?? guideLists(name);
  const s1 = join(paths.configDir, 's1longer.yaml');
  const s2 = join(paths.configDir, 's2.json');
  const pretrained = { gpt: gpt.pretrained ?? GUIDE_PRETRAINED.gpt, g: sovits.pretrainedG ?? GUIDE_PRETRAINED.s2G, d: sovits.pretrainedD ?? GUIDE_PRETRAINED.s2D };
  const shared = { part: { index: 0, count: 1 }, command: interpreter.command, cwd: engineRoot, clears: [], merge: null } as const;
  const env = { PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8', CUDA_VISIBLE_DEVICES: device === 'cpu' ? '' : options.gpus.join(',') };
  return [
    {
      ...shared, id: 'train-gpt', title: 'GPT training', env,
      args: [
        ...interpreter.args, 'GPT_SoVITS/s1_train.py', '--config_path', s1, '--train_list', lists.gptTrain, '--valid_list', lists.gptValid,
        '--output_dir', paths.gptWeightsDir, '--pretrained_s1', pretrained.gpt,
      ],
      files: [{
        path: s1,
        content: setYamlKeys(GUIDE_S1, {
          'model.batch_size': gpt.batchSize, 'model.epochs': gpt.epochs, 'model.save_every_epoch': gpt.saveEvery,
          'data.train_list': lists.gptTrain, 'data.valid_list': lists.gptValid, 'training.precision': half ? 'fp16' : 'fp32',
        }),
      }],
      makesDirs: [paths.configDir, paths.gptWeightsDir],
      expects: [{ what: 'GPT weights', path: join(paths.gptWeightsDir, '*.ckpt') }],
      progress: { kind: 'gpt', weightsDir: paths.gptWeightsDir, name, outputDir: paths.gptWeightsDir, epochs: gpt.epochs },
      needs: [pretrained.gpt],
    },
    {
      ...shared, id: 'train-sovits', title: 'SoVITS training', env,
      args: [
        ...interpreter.args, 'GPT_SoVITS/s2_train.py', '--config_path', s2, '--model_name', name,
        '--pretrained_s2G', pretrained.g, '--pretrained_s2D', pretrained.d,
      ],
      files: [{
        path: s2,
        content: `${JSON.stringify({
          train: { ...GUIDE_S2.train, epochs: sovits.epochs, batch_size: sovits.batchSize, fp16_run: half },
          data: { training_files: lists.sovitsTrain, validation_files: lists.sovitsValid, ...GUIDE_S2.data },
        }, null, 2)}\n`,
      }],
      makesDirs: [paths.configDir, paths.sovitsWeightsDir],
      expects: [{ what: 'SoVITS weights', path: join(paths.sovitsWeightsDir, '*.pth') }],
      progress: { kind: 'sovits', epochs: sovits.epochs },
      needs: [pretrained.g, pretrained.d],
    },
  ];
}
