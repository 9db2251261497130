import { type ModelKind } from './registry.js';

/** Where a file lies on a hub that mirrors can stand in for, or its plain address. */
export type ModelOrigin =
  | { readonly hub: 'huggingface' | 'modelscope'; readonly repository: string; readonly revision: string; readonly file: string }
  | { readonly hub: 'url'; readonly url: string };

/** A model file that can be downloaded. */
export type DownloadableModel = {
  readonly id: string;
  readonly kind: ModelKind;
  readonly title: string;
  readonly fileName: string;
  /** SPDX identifier of the weights. */
  readonly licence: string;
  /** False: the licence forbids commercial use, and `pull` wants to be told that this is known. */
  readonly commercialUse: boolean;
  /** In order of preference. */
  readonly origins: readonly ModelOrigin[];
  /** What the contents must be; null where nobody publishes it: then the first download is pinned in the lock file. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  /** What the program that opens it must know, as a descriptor file has it; absent where the registry of known contents says it. */
  readonly descriptor?: Readonly<Record<string, unknown>>;
};

const github = (repository: string, path: string): ModelOrigin => ({ hub: 'url', url: `https://raw.githubusercontent.com/${repository}/${path}` });
/** The release of k2-fsa/sherpa-onnx that holds speaker models, spelt so by its makers. */
const sherpaSpeaker = (fileName: string): readonly ModelOrigin[] => [
  { hub: 'huggingface', repository: 'csukuangfj/speaker-embedding-models', revision: 'main', file: fileName },
  { hub: 'url', url: `https://github.com/k2-fsa/sherpa-onnx/releases/download/speaker-recongition-models/${fileName}` },
];
/** Kaldi filter-bank, 80 bands, the clip's mean taken away. Source: modelscope/3D-Speaker 04d64dc, speakerlab/process/processor.py, FBank (Kaldi's own window, povey). */
const KALDI_FBANK = { kind: 'kaldi-fbank', mels: 80, mean: 'subtract' } as const;
/** A recogniser of k2-fsa/sherpa-onnx: the network and its tokens, two files of one repository. */
const sherpaAsr = (id: string, title: string, repository: string, revision: string, licence: string, type: string, contents: Readonly<Record<'model.int8.onnx' | 'tokens.txt', readonly [sha256: string, sizeBytes: number]>>): readonly DownloadableModel[] => (['model.int8.onnx', 'tokens.txt'] as const).map((file) => ({
  id: file === 'tokens.txt' ? `${id}-tokens` : id, kind: 'asr', title: file === 'tokens.txt' ? `tokens of ${title}` : title, fileName: file, licence, commercialUse: true,
  origins: [{ hub: 'huggingface', repository: `csukuangfj/${repository}`, revision, file }], sha256: contents[file][0], sizeBytes: contents[file][1],
  descriptor: { sampleRateHz: 16_000, runtime: 'sherpa-onnx', type, role: file === 'tokens.txt' ? 'tokens' : 'model', with: file === 'tokens.txt' ? id : `${id}-tokens` },
}));
/** A file of one of the project's releases on GitHub; the tag can be moved, the contents are pinned. */
const sherpaRelease = (tag: string, fileName: string): ModelOrigin => ({ hub: 'url', url: `https://github.com/k2-fsa/sherpa-onnx/releases/download/${tag}/${fileName}` });
const speaker = (id: string, title: string, fileName: string, rest: { readonly inputScale: number; readonly window?: 'hamming'; readonly embeddingLength: number; readonly licence?: string; readonly sha256: string; readonly sizeBytes: number }): DownloadableModel => ({
  id, kind: 'speaker', title, fileName, licence: rest.licence ?? 'Apache-2.0', commercialUse: true, origins: sherpaSpeaker(fileName), sha256: rest.sha256, sizeBytes: rest.sizeBytes,
  descriptor: { sampleRateHz: 16_000, frontEnd: { ...KALDI_FBANK, inputScale: rest.inputScale, ...(rest.window === undefined ? {} : { window: rest.window }) }, embeddingLength: rest.embeddingLength },
});

/**
 * The models that `models pull` knows. Hashes of DNSMOS, Silero and GTCRN are those of files that were opened here. The others
 * were not opened: repositories, file names, hashes and sizes are as several independent projects pin them, read 2026-11-27, and a file with other
 * contents is refused. NISQA's hash was found nowhere: its first download is pinned.
 */
export const DOWNLOADABLE_MODELS: readonly DownloadableModel[] = [
  { id: 'dnsmos-p835', kind: 'mos', title: 'DNSMOS P.835 (SIG, BAK, OVRL)', fileName: 'sig_bak_ovr.onnx', licence: 'CC-BY-4.0', commercialUse: true, origins: [github('microsoft/DNS-Challenge', 'master/DNSMOS/DNSMOS/sig_bak_ovr.onnx')], sha256: '269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd', sizeBytes: 1_157_965 },
  { id: 'dnsmos-p808', kind: 'mos', title: 'DNSMOS P.808 (overall)', fileName: 'model_v8.onnx', licence: 'CC-BY-4.0', commercialUse: true, origins: [github('microsoft/DNS-Challenge', 'master/DNSMOS/DNSMOS/model_v8.onnx')], sha256: '9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91', sizeBytes: 224_860 },
  { id: 'silero-vad', kind: 'vad', title: 'Silero voice activity detection', fileName: 'silero_vad.onnx', licence: 'MIT', commercialUse: true, origins: [github('snakers4/silero-vad', 'master/src/silero_vad/data/silero_vad.onnx')], sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3', sizeBytes: 2_327_524 },
  { id: 'utmos22-strong', kind: 'mos', title: 'UTMOS22 strong learner', fileName: 'utmos22_strong.onnx', licence: 'MIT', commercialUse: true, origins: [{ hub: 'huggingface', repository: 'TigreGotico/utmos-onnx', revision: 'ff41b8f440cb12ecda18261f9ff7326d058275ce', file: 'utmos22_strong.onnx' }], sha256: 'ece7ddb0999d0f12ffe8d7586b3618b8b6fa89269b5152288e4440d686409f69', sizeBytes: null, descriptor: { sampleRateHz: 16_000, input: { name: 'wave' }, outputs: ['mos'] } },
  { id: 'nisqa-v2', kind: 'mos', title: 'NISQA v2 (MOS and four dimensions), for other programs: no measure here reads it', fileName: 'nisqa.onnx', licence: 'CC-BY-NC-SA-4.0', commercialUse: false, origins: [{ hub: 'huggingface', repository: 'TigreGotico/nisqa-onnx', revision: '3de0221b7bb4919dc2ba9a891da7fba76b06e573', file: 'nisqa.onnx' }], sha256: null, sizeBytes: null, descriptor: { input: { name: 'segments' }, outputs: ['mos', 'noi', 'dis', 'col', 'loud'] } },
  speaker('campplus-zh', 'CAM++ of 3D-Speaker, Chinese', '3dspeaker_speech_campplus_sv_zh-cn_16k-common.onnx', { inputScale: 1, embeddingLength: 192, sha256: 'f682b514c05d947ee3fa91cd6ec6c5c7543479a128373fa29b1faedccd21fd11', sizeBytes: 28_281_138 }),
  speaker('eres2netv2-zh', 'ERes2NetV2 of 3D-Speaker, Chinese', '3dspeaker_speech_eres2netv2_sv_zh-cn_16k-common.onnx', { inputScale: 1, embeddingLength: 192, sha256: 'bf1a75b9930474cf3389ef415e6e5d38ca96fea4a3a00f7e301d080a58ee2239', sizeBytes: 71_441_526 }),
  ...sherpaAsr('paraformer-zh-int8', 'Paraformer, Chinese and English, int8', 'sherpa-onnx-paraformer-zh-2023-09-14', 'def027084691107096b5ebba69785756d63de6c5', 'Apache-2.0', 'paraformer', {
    'model.int8.onnx': ['f36a0433bcf096bd6d6f11b80a3ac8bed110bdca632fe0d731df8d1a84475945', 243_371_218], 'tokens.txt': ['59aba8873a2ed1e122c25fee421e25f283b63290efbde85c1f01a853d83cb6e6', 75_756],
  }),
  ...sherpaAsr('sense-voice-int8', 'SenseVoice small, zh, en, ja, ko, yue, int8', 'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17', '2365baeacb507f821a0c8120fcee3d484dba7a07', 'LicenseRef-FunASR-Model', 'sense-voice', {
    'model.int8.onnx': ['c71f0ce00bec95b07744e116345e33d8cbbe08cef896382cf907bf4b51a2cd51', 239_233_841], 'tokens.txt': ['f449eb28dc567533d7fa59be34e2abca8784f771850c78a47fb731a31429a1dc', 315_894],
  }),
  { id: 'gtcrn', kind: 'denoise', title: 'GTCRN denoiser, 16 kHz, for sherpa-onnx', fileName: 'gtcrn_simple.onnx', licence: 'MIT', commercialUse: true, origins: [sherpaRelease('speech-enhancement-models', 'gtcrn_simple.onnx')], sha256: 'e77603ac0c23dac3227dd2d7135b3a585cbee2679048aecfa886657d3ae1b534', sizeBytes: 535_638, descriptor: { sampleRateHz: 16_000, runtime: 'sherpa-onnx', type: 'gtcrn' } },
  { id: 'dpdfnet2-48khz', kind: 'denoise', title: 'DPDFNet2 denoiser, 48 kHz, for sherpa-onnx', fileName: 'dpdfnet2_48khz_hr.onnx', licence: 'Apache-2.0', commercialUse: true, origins: [sherpaRelease('speech-enhancement-models', 'dpdfnet2_48khz_hr.onnx')], sha256: '0b399f8a58dc4d70d8cd97541f5c39869406145193b957d00a03b66070944928', sizeBytes: 10_596_848, descriptor: { sampleRateHz: 48_000, runtime: 'sherpa-onnx', type: 'dpdfnet' } },
  { id: 'pyannote-segmentation', kind: 'segmentation', title: 'pyannote segmentation 3.0, for sherpa-onnx', fileName: 'model.onnx', licence: 'MIT', commercialUse: true, origins: [{ hub: 'huggingface', repository: 'csukuangfj/sherpa-onnx-pyannote-segmentation-3-0', revision: '9403a6902bb58e3d5ae8c7e77c3422de279db2e0', file: 'model.onnx' }], sha256: '220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079', sizeBytes: 5_992_913, descriptor: { sampleRateHz: 16_000, runtime: 'sherpa-onnx', type: 'pyannote' } },
  // Trained on frames under a Hamming window. Source: wenet-e2e/wespeaker 0c6cbad, wespeaker/bin/infer_onnx.py, compute_fbank.
  speaker('wespeaker-resnet34', 'ResNet34 of WeSpeaker, English', 'wespeaker_en_voxceleb_resnet34.onnx', { inputScale: 32_768, window: 'hamming', embeddingLength: 256, licence: 'CC-BY-4.0', sha256: '5ef208a9da1453335308a6b6f4e6dfbd7e183a38b604de0a57664f45d257fe94', sizeBytes: 26_534_365 }),
];
