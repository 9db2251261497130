import { z } from 'zod';

// Keys and defaults are the guide's; bounds are ours where the guide gives none.
const path = z.string().min(1);
const count = (max: number) => z.int().min(1).max(max);

/** The guide's `configs/s1longer.yaml`: GPT training. Rules between keys are in {@link checkGuideConfig}. */
export const guideS1Schema = z
  .strictObject({
    model: z
      .strictObject({
        semantic_frame_rate: z.int().min(1).max(100).default(25).describe('semantic tokens a second, hertz'),
        max_sec: z.number().min(1).max(54).default(30).describe('longest clip, seconds'),
        batch_size: count(64).default(4).describe('clips a step'),
        learning_rate: z.number().gt(0).max(1).default(0.0001).describe('of the optimizer, at its highest'),
        epochs: count(1000).default(15).describe('passes over the training list, in total'),
        save_every_epoch: count(1000).default(5).describe('epochs between saved weights'),
        warmup_epoch: z.int().min(0).max(1000).default(2).describe('epochs in which the learning rate rises'),
      })
      .prefault({}),
    data: z
      .strictObject({
        train_list: path.optional().describe('training list, audio_path|speaker_id|transcript'),
        valid_list: path.optional().describe('validation list, the same columns'),
      })
      .prefault({}),
    training: z
      .strictObject({
        precision: z.enum(['fp16', 'bf16', 'fp32']).default('fp16').describe('of the arithmetic'),
        gradient_accumulation_steps: count(128).default(4).describe('batches whose gradients make one step'),
        max_grad_norm: z.number().gt(0).max(1000).default(1).describe('gradients are scaled down to this norm'),
      })
      .prefault({}),
  })
  .describe('The guide’s s1longer.yaml: GPT training');

const share = z.number().min(0).max(1);

/** The guide's `configs/s2.json`: SoVITS training. Rules between keys are in {@link checkGuideConfig}. */
export const guideS2Schema = z
  .strictObject({
    train: z
      .strictObject({
        log_interval: count(1_000_000).default(200).describe('steps between lines of losses'),
        eval_interval: count(10_000_000).default(1000).describe('steps between evaluations'),
        seed: z.int().min(0).max(4_294_967_295).default(1234).describe('of the random source'),
        epochs: count(10_000).default(100).describe('passes over the training list, in total'),
        learning_rate: z.number().gt(0).max(1).default(0.0002).describe('of both optimizers, at the start'),
        betas: z.tuple([share, share]).default([0.8, 0.99]).describe('of AdamW, each 0 to 1'),
        eps: z.number().gt(0).max(1).default(1e-9).describe('of AdamW'),
        batch_size: count(256).default(8).describe('clips a step'),
        fp16_run: z.boolean().default(true).describe('half precision'),
        lr_decay: z.number().gt(0).max(1).default(0.999875).describe('the learning rate is multiplied by this after each epoch'),
        segment_size: count(1_000_000).default(17_920).describe('audio of a clip in one step, samples; a multiple of hop_length'),
        init_lr_ratio: z.number().gt(0).max(100).default(1).describe('learning rate of the warm-up’s start over learning_rate'),
        warmup_epochs: z.int().min(0).max(10_000).default(0).describe('epochs in which the learning rate rises'),
        c_mel: z.number().min(0).max(1000).default(45).describe('weight of the mel loss'),
        c_kl: z.number().min(0).max(1000).default(1).describe('weight of the Kullback-Leibler loss'),
      })
      .prefault({}),
    data: z
      .strictObject({
        training_files: path.optional().describe('training list, audio_path|speaker_id|transcript'),
        validation_files: path.optional().describe('validation list, the same columns'),
        max_wav_value: z.number().gt(0).max(2_147_483_648).default(32_768).describe('the sample value that counts as 1'),
        sampling_rate: z.int().min(8000).max(192_000).default(22_050).describe('of the clips, hertz'),
        filter_length: z.int().min(16).max(65_536).default(1024).describe('points of the Fourier transform, samples'),
        hop_length: z.int().min(1).max(65_536).default(256).describe('step between windows, samples'),
        win_length: z.int().min(16).max(65_536).default(1024).describe('window, samples; at most filter_length'),
        n_mel_channels: count(512).default(80).describe('mel bands'),
        mel_fmin: z.number().min(0).max(96_000).default(0).describe('lower edge of the mel bands, hertz'),
        mel_fmax: z.number().gt(0).max(96_000).nullable().default(null).describe('upper edge of the mel bands, hertz; null: half the rate'),
      })
      .prefault({}),
  })
  .describe('The guide’s s2.json: SoVITS training');

/** Which of the guide's two files. */
export type GuideConfigKind = 'guide-s1' | 'guide-s2';
/** Schemas by kind. */
export const GUIDE_SCHEMAS = { 'guide-s1': guideS1Schema, 'guide-s2': guideS2Schema } as const;
export type GuideS1 = z.infer<typeof guideS1Schema>;
export type GuideS2 = z.infer<typeof guideS2Schema>;

/** JSON Schema (2020-12) of one of the guide's files, for editors and other programs. */
export const guideJsonSchema = (kind: GuideConfigKind): Readonly<Record<string, unknown>> => z.toJSONSchema(GUIDE_SCHEMAS[kind], { io: 'input' });
