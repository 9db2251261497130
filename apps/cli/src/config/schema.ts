// voxtune.yaml: every key, its type, range and default. The JSON Schema for editors is made from this.
import { z } from 'zod';

const path = z.string().min(1);

/** Languages that GPT-SoVITS is trained for (GPT-SoVITS 48b1a01, GPT_SoVITS/prepare_datasets/1-get-text.py). */
export const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'yue'] as const;
export const ENGINE_VERSIONS = ['v1', 'v2', 'v2Pro', 'v2ProPlus', 'v3', 'v4'] as const;

const trainSchema = (defaults: string) =>
  z.strictObject({
    epochs: z.int().min(1).max(1000).nullable().default(null).describe(`passes over the training list, in total (not additional); null: ${defaults.split(';')[0]}`),
    saveEvery: z.int().min(1).max(1000).nullable().default(null).describe(`epochs between saved weights; the last epoch is always saved; null: ${defaults.split(';')[1]?.trim()}`),
    batchSize: z.int().min(1).max(64).nullable().default(null).describe('clips a step; null chooses by the data, so that training really steps'),
  });

const overridesOf = (file: string) => z.record(z.string(), z.unknown()).default({}).describe(`keys of the engine’s own ${file} with other values, by block; checked against the checkout`);

/** A recogniser: a program, a server with OpenAI's transcription route, the checkout's own scripts, or an ONNX model in a process of its own. */
const backendSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), command: z.array(z.string()).min(2).describe('program and arguments; {wav} is the clip') }),
  z.strictObject({ kind: z.literal('server'), url: z.url({ protocol: /^https?$/ }).describe('up to /v1'), model: z.string().min(1), apiKeyEnv: z.string().regex(/^[A-Z_][A-Z0-9_]*$/i).nullable().default(null).describe('environment variable that holds the key') }),
  z.strictObject({ kind: z.literal('engine'), script: z.enum(['funasr', 'fasterwhisper']), model: z.string().nullable().default(null), precision: z.enum(['float16', 'float32', 'int8']).nullable().default(null) }),
  z.strictObject({ kind: z.literal('sherpa'), model: z.enum(['paraformer', 'sense-voice', 'whisper']), dir: path.describe('folder with the model’s .onnx files and tokens.txt'), threads: z.int().min(1).max(64).default(2) }),
]);
export type BackendConfig = z.infer<typeof backendSchema>;

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(1).default(1).describe('of this file format'),
    voice: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, 'letters, digits, dot, dash and underscore; at most 64; no path').describe('name of the voice'),
    language: z.enum(LANGUAGES).default('zh').describe('language of the recordings'),
    consent: z.string().nullable().default(null).describe("reference to the speaker's consent (contract number, file); publishing without one warns"),
    recordings: path.default('recordings').describe('folder of audio as received; never written to'),
    transcripts: z.array(path).default(['transcripts']).describe('files or folders with known words: .srt .vtt .TextGrid .list .csv .tsv .json .jsonl .txt .lab, Audacity labels, Kaldi and Lhotse folders'),
    enrolment: path.nullable().default(null).describe('a clip known to be the speaker; with a speaker model, only their speech is cut from calls'),
    channel: z.enum(['auto', 'left', 'right', 'mix']).default('auto').describe('of stereo recordings; auto: the side that is nearer to the enrolment, without one the mean'),
    models: path.nullable().default(null).describe('folder of ONNX model files for measuring; recognised by content'),
    engine: z
      .strictObject({
        path: path.nullable().default(null).describe('folder of a GPT-SoVITS checkout; null: nothing is trained'),
        profile: z.enum(['upstream', 'guide']).default('upstream').describe('whose command lines the checkout takes'),
        version: z.enum(ENGINE_VERSIONS).default('v2Pro').describe('model version to fine-tune'),
        device: z.enum(['auto', 'cuda', 'cpu']).default('auto').describe('auto: cuda where nvidia-smi lists a GPU that the engine uses'),
        gpus: z.array(z.int().min(0).max(63)).min(1).nullable().default(null).describe('GPUs to train on at once, as CUDA counts them; features run in parts, one a GPU; null: the first that the engine uses'),
        precision: z.enum(['auto', 'fp16', 'bf16', 'fp32']).default('auto').describe('of the arithmetic on a GPU; auto: the engine’s own rule by compute capability; bf16 is GPT training’s, the rest then takes fp16'),
        silenceLimitSec: z.number().min(1).max(604_800).nullable().default(null).describe('the engine is ended when it neither prints nor writes for so long, seconds; null: 15 minutes for features, 2 hours for training'),
        python: path.nullable().default(null).describe("the engine's Python; null searches runtime/, venv/, .venv/ of the checkout, then PATH"),
      })
      .prefault({}),
    ingest: z
      .strictObject({
        reject: z.array(z.string()).nullable().default(null).describe('codes of findings that reject a recording; null: only undecodable, empty, silent or under 1 s'),
        ffmpeg: path.nullable().default(null).describe('ffmpeg program for M4A and other formats; null searches PATH'),
      })
      .prefault({}),
    separate: z
      .strictObject({
        enabled: z.boolean().default(false).describe('take music and other sounds off the recordings with the checkout’s UVR5 models before they are cut'),
        model: z.string().regex(/^[\w.-]+$/, 'a file name without its ending').default('HP2_all_vocals').describe('file in tools/uvr5/uvr5_weights without its ending'),
      })
      .prefault({}),
    denoise: z
      .strictObject({
        enabled: z.boolean().default(false).describe('take noise off the recordings before they are cut'),
        model: path.nullable().default(null).describe('a denoiser of sherpa-onnx: an ONNX file, or its name in voxtune models (gtcrn, dpdfnet2-48khz); null: the checkout’s denoiser, which works at 16 kHz'),
      })
      .prefault({}),
    diarization: z
      .strictObject({
        segmentation: path.nullable().default(null).describe('segmentation model of sherpa-onnx (pyannote): an ONNX file, or its name in voxtune models (pyannote-segmentation); null: voxtune tells who speaks when itself'),
        embedding: path.nullable().default(null).describe('speaker model for it: an ONNX file, or its name in voxtune models (eres2netv2-zh, campplus-zh, wespeaker-resnet34)'),
        speakers: z.int().min(1).max(20).nullable().default(null).describe('how many speak in each recording, where that is known; null: found by threshold'),
        threshold: z.number().min(0.01).max(2).default(0.5).describe('cosine distance from which two groups are two voices; less makes more voices'),
      })
      .refine(({ segmentation, embedding }) => (segmentation === null) === (embedding === null), { message: 'segmentation and embedding belong together: give both, or neither' })
      .prefault({}),
    slice: z
      .strictObject({
        preset: z.enum(['guide', 'webui']).default('guide').describe('where the values below that are null come from'),
        thresholdDbfs: z.number().min(-100).max(0).nullable().default(null).describe('below this level a hop is silence, dBFS'),
        minLengthMs: z.int().min(100).max(60_000).nullable().default(null).describe('a piece is at least this long before it is cut, ms'),
        maxLengthMs: z.int().min(1000).max(54_000).nullable().default(10_000).describe('no clip is longer, ms'),
        minIntervalMs: z.int().min(10).max(10_000).nullable().default(null).describe('shortest silence to cut at, ms'),
        hopSizeMs: z.int().min(1).max(100).nullable().default(null).describe('step of the level curve, ms'),
        maxSilKeptMs: z.int().min(0).max(10_000).nullable().default(null).describe('silence kept at both ends of a clip, ms'),
      })
      .prefault({}),
    transcribe: z
      .strictObject({
        command: z.array(z.string()).min(2).nullable().default(null).describe('a recogniser for clips without known words: program and arguments, {wav} is the clip; it prints text, or JSON with "text"'),
        backends: z.array(backendSchema).max(2).default([]).describe('recognisers for clips without known words; a second one hears what the first heard, and where they differ is a finding'),
        characters: z.enum(['keep', 'simplified', 'traditional']).default('keep').describe('of Chinese words: as they are, or converted'),
        timeoutSec: z.number().min(1).max(3600).default(120).describe('longest time for one clip, seconds'),
        concurrency: z.int().min(1).max(64).default(1).describe('clips heard at once'),
      })
      .refine(({ command }) => command === null || command.slice(1).some((arg) => arg.includes('{wav}')), { path: ['command'], message: 'needs {wav} among its arguments' })
      .prefault({}),
    list: z
      .strictObject({
        seed: z.int().min(0).default(1234),
        validShare: z.number().min(0).max(0.5).default(0.05).describe('share of the speech for validation, 0 to 0.5'),
        testShare: z.number().min(0).max(0.5).default(0.1).describe('share of the speech held out for evaluation, 0 to 0.5'),
      })
      .prefault({}),
    train: z
      .strictObject({
        gpt: trainSchema('15; 5').extend({ dpo: z.boolean().nullable().default(null).describe('direct preference optimisation; halves the batch; null: off') }).prefault({}),
        sovits: trainSchema('8, of v3 and v4 2; 4, of v3 and v4 1').extend({ gradCheckpoint: z.boolean().nullable().default(null).describe('v3 and v4: less memory, more time; null: off, or as the preset says'), loraRank: z.literal([16, 32, 64, 128]).nullable().default(null).describe('v3 and v4: size of what is trained; null: 32'), textLowLrRate: z.number().min(0.2).max(0.6).nullable().default(null).describe('learning rate of the text encoder over the rest’s; null: 0.4') }).prefault({}),
        keepCheckpoints: z.int().min(1).max(1000).default(1).describe('newest optimizer checkpoints kept of each training, to resume from; each has hundreds of megabytes'),
        overrides: z.strictObject({ s1: overridesOf('s1longer-v2.yaml'), s2: overridesOf('s2*.json') }).prefault({}),
      })
      .prefault({}),
    evaluate: z
      .strictObject({
        sentences: z.int().min(1).max(1000).default(8).describe('sentences spoken for the evaluation: held-out ones first, then built-in ones'),
        seed: z.int().min(0).default(1234),
        seeds: z.int().min(1).max(20).default(1).describe('takes of each sentence by the chosen checkpoints, with seeds one apart; more make the intervals narrower'),
        workers: z.int().min(1).max(64).default(1).describe('sentences spoken and measured at once; with more than one the real-time factor holds the waiting for one another'),
        timeoutSec: z.number().min(1).max(3600).default(300).describe('longest time for one sentence, seconds; then it has failed'),
        checkpoints: z.enum(['measured', 'last']).default('measured').describe('which of the saved epochs speak: the best by a sweep of all pairs (needs a model or a recogniser), or the last ones'),
        thresholds: z
          .strictObject({
            mos: z.number().min(1).max(5).default(3.5).describe('DNSMOS P.808, above, of 5'),
            similarity: z.number().min(-1).max(1).default(0.75).describe('cosine to the speaker, above'),
            naturalness: z.number().min(0).max(1).default(0.7).describe('of 1, above'),
            intelligibility: z.number().min(0).max(1).default(0.8).describe('1 − error rate, above'),
            rtf: z.number().min(0).default(2).describe('compute seconds per audio second, below'),
          })
          .prefault({}),
      })
      .prefault({}),
    serve: z
      .strictObject({
        host: z.string().default('127.0.0.1').describe('beyond loopback the gateway requires API keys'),
        port: z.int().min(0).max(65_535).default(9977).describe('0: any free port'),
      })
      .prefault({}),
  })
  .describe('A voxtune voice: see the README of voxtune');

export type Config = z.infer<typeof configSchema>;

/** JSON Schema (2020-12) of voxtune.yaml, for editors and other programs. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: 'input' });
}
