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
/** Kaldi filter-bank, 80 bands, the clip's mean taken away. Source: modelscope/3D-Speaker 04d64dc, speakerlab/process/processor.py, FBank; wenet-e2e/wespeaker 00c0a26, wespeaker/cli/speaker.py. */
const KALDI_FBANK = { kind: 'kaldi-fbank', mels: 80, mean: 'subtract' } as const;
/** A recogniser of k2-fsa/sherpa-onnx: the network and its tokens, two files of one repository. */
const sherpaAsr = (id: string, title: string, repository: string, licence: string, type: string): readonly DownloadableModel[] => (['model.int8.onnx', 'tokens.txt'] as const).map((file) => ({
  id: file === 'tokens.txt' ? `${id}-tokens` : id, kind: 'asr', title: file === 'tokens.txt' ? `tokens of ${title}` : title, fileName: file, licence, commercialUse: true,
  origins: [{ hub: 'huggingface', repository: `csukuangfj/${repository}`, revision: 'main', file }], sha256: null, sizeBytes: null,
  descriptor: { sampleRateHz: 16_000, runtime: 'sherpa-onnx', type, role: file === 'tokens.txt' ? 'tokens' : 'model', with: file === 'tokens.txt' ? id : `${id}-tokens` },
}));
const speaker = (id: string, title: string, fileName: string, rest: { readonly inputScale: number; readonly embeddingLength: number; readonly licence?: string; readonly sha256?: string; readonly sizeBytes?: number }): DownloadableModel => ({
  id, kind: 'speaker', title, fileName, licence: rest.licence ?? 'Apache-2.0', commercialUse: true, origins: sherpaSpeaker(fileName), sha256: rest.sha256 ?? null, sizeBytes: rest.sizeBytes ?? null,
  descriptor: { sampleRateHz: 16_000, frontEnd: { ...KALDI_FBANK, inputScale: rest.inputScale }, embeddingLength: rest.embeddingLength },
});

/**
 * The models that `models pull` knows. Hashes of DNSMOS and Silero are those of the registry of known contents; that of ERes2NetV2 is on the
 * card of moeru-ai/sherpaw-eres2netv2-zh-cn; the others publish none.
 */
export const DOWNLOADABLE_MODELS: readonly DownloadableModel[] = [
  { id: 'dnsmos-p835', kind: 'mos', title: 'DNSMOS P.835 (SIG, BAK, OVRL)', fileName: 'sig_bak_ovr.onnx', licence: 'CC-BY-4.0', commercialUse: true, origins: [github('microsoft/DNS-Challenge', 'master/DNSMOS/DNSMOS/sig_bak_ovr.onnx')], sha256: '269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd', sizeBytes: 1_157_965 },
  { id: 'dnsmos-p808', kind: 'mos', title: 'DNSMOS P.808 (overall)', fileName: 'model_v8.onnx', licence: 'CC-BY-4.0', commercialUse: true, origins: [github('microsoft/DNS-Challenge', 'master/DNSMOS/DNSMOS/model_v8.onnx')], sha256: '9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91', sizeBytes: 224_860 },
  { id: 'silero-vad', kind: 'vad', title: 'Silero voice activity detection', fileName: 'silero_vad.onnx', licence: 'MIT', commercialUse: true, origins: [github('snakers4/silero-vad', 'master/src/silero_vad/data/silero_vad.onnx')], sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3', sizeBytes: 2_327_524 },
  { id: 'utmos22-strong', kind: 'mos', title: 'UTMOS22 strong learner', fileName: 'utmos22_strong.onnx', licence: 'MIT', commercialUse: true, origins: [{ hub: 'huggingface', repository: 'TigreGotico/utmos-onnx', revision: 'main', file: 'utmos22_strong.onnx' }], sha256: null, sizeBytes: null, descriptor: { sampleRateHz: 16_000, input: { name: 'wave' }, outputs: ['mos'] } },
  speaker('campplus-zh', 'CAM++ of 3D-Speaker, Chinese', '3dspeaker_speech_campplus_sv_zh-cn_16k-common.onnx', { inputScale: 1, embeddingLength: 192 }),
  speaker('eres2netv2-zh', 'ERes2NetV2 of 3D-Speaker, Chinese', '3dspeaker_speech_eres2netv2_sv_zh-cn_16k-common.onnx', { inputScale: 1, embeddingLength: 192, sha256: 'bf1a75b9930474cf3389ef415e6e5d38ca96fea4a3a00f7e301d080a58ee2239', sizeBytes: 71_441_526 }),
  ...sherpaAsr('paraformer-zh-int8', 'Paraformer, Chinese and English, int8', 'sherpa-onnx-paraformer-zh-2023-09-14', 'Apache-2.0', 'paraformer'),
  ...sherpaAsr('sense-voice-int8', 'SenseVoice small, zh, en, ja, ko, yue, int8', 'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17', 'LicenseRef-FunASR-Model', 'sense-voice'),
  speaker('wespeaker-resnet34', 'ResNet34 of WeSpeaker, English', 'wespeaker_en_voxceleb_resnet34.onnx', { inputScale: 32_768, embeddingLength: 256, licence: 'CC-BY-4.0' }),
];
