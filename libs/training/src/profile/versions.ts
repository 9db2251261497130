/** Engine versions that can be planned. v3 and v4 train a LoRA. */
export const ENGINE_VERSIONS = ['v1', 'v2', 'v2Pro', 'v2ProPlus', 'v3', 'v4'] as const;
export type EngineVersion = (typeof ENGINE_VERSIONS)[number];

/** What a version needs from the checkout; paths are relative to its root. */
export type VersionFacts = {
  readonly s1Config: string;
  readonly s2Config: string;
  readonly s2Script: string;
  readonly pretrainedGpt: string;
  readonly pretrainedS2G: string;
  /** Null where the version trains without a discriminator. */
  readonly pretrainedS2D: string | null;
  /** Speaker embedding stage (2-get-sv.py): versions whose name holds "Pro". */
  readonly speaker: boolean;
  readonly lora: boolean;
  /** First two bytes of an exported SoVITS weight file. */
  readonly weightHead: string;
  /** Folder name of weights exported by the web UI. */
  readonly gptWeightsFolder: string;
  readonly sovitsWeightsFolder: string;
};

const S2_TRAIN = 'GPT_SoVITS/s2_train.py';
const S2_LORA = 'GPT_SoVITS/s2_train_v3_lora.py';
const S1_V2 = 'GPT_SoVITS/configs/s1longer-v2.yaml';
const MODELS = 'GPT_SoVITS/pretrained_models';

// Source of the table: GPT-SoVITS 48b1a01, config.py (pretrained names, weight folders), webui.py open1Ba/open1Bb (configs,
// scripts), process_ckpt.py model_version2byte and head2version (first bytes).
/** One row per version. */
export const VERSION_FACTS = {
  v1: {
    s1Config: 'GPT_SoVITS/configs/s1longer.yaml', s2Config: 'GPT_SoVITS/configs/s2.json', s2Script: S2_TRAIN,
    pretrainedGpt: `${MODELS}/s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt`,
    pretrainedS2G: `${MODELS}/s2G488k.pth`, pretrainedS2D: `${MODELS}/s2D488k.pth`,
    speaker: false, lora: false, weightHead: 'PK', gptWeightsFolder: 'GPT_weights', sovitsWeightsFolder: 'SoVITS_weights',
  },
  v2: {
    s1Config: S1_V2, s2Config: 'GPT_SoVITS/configs/s2.json', s2Script: S2_TRAIN,
    pretrainedGpt: `${MODELS}/gsv-v2final-pretrained/s1bert25hz-5kh-longer-epoch=12-step=369668.ckpt`,
    pretrainedS2G: `${MODELS}/gsv-v2final-pretrained/s2G2333k.pth`, pretrainedS2D: `${MODELS}/gsv-v2final-pretrained/s2D2333k.pth`,
    speaker: false, lora: false, weightHead: 'PK', gptWeightsFolder: 'GPT_weights_v2', sovitsWeightsFolder: 'SoVITS_weights_v2',
  },
  v2Pro: {
    s1Config: S1_V2, s2Config: 'GPT_SoVITS/configs/s2v2Pro.json', s2Script: S2_TRAIN,
    pretrainedGpt: `${MODELS}/s1v3.ckpt`, pretrainedS2G: `${MODELS}/v2Pro/s2Gv2Pro.pth`, pretrainedS2D: `${MODELS}/v2Pro/s2Dv2Pro.pth`,
    speaker: true, lora: false, weightHead: '05', gptWeightsFolder: 'GPT_weights_v2Pro', sovitsWeightsFolder: 'SoVITS_weights_v2Pro',
  },
  v2ProPlus: {
    s1Config: S1_V2, s2Config: 'GPT_SoVITS/configs/s2v2ProPlus.json', s2Script: S2_TRAIN,
    pretrainedGpt: `${MODELS}/s1v3.ckpt`, pretrainedS2G: `${MODELS}/v2Pro/s2Gv2ProPlus.pth`, pretrainedS2D: `${MODELS}/v2Pro/s2Dv2ProPlus.pth`,
    speaker: true, lora: false, weightHead: '06', gptWeightsFolder: 'GPT_weights_v2ProPlus', sovitsWeightsFolder: 'SoVITS_weights_v2ProPlus',
  },
  v3: {
    s1Config: S1_V2, s2Config: 'GPT_SoVITS/configs/s2.json', s2Script: S2_LORA,
    pretrainedGpt: `${MODELS}/s1v3.ckpt`, pretrainedS2G: `${MODELS}/s2Gv3.pth`, pretrainedS2D: null,
    speaker: false, lora: true, weightHead: '03', gptWeightsFolder: 'GPT_weights_v3', sovitsWeightsFolder: 'SoVITS_weights_v3',
  },
  v4: {
    s1Config: S1_V2, s2Config: 'GPT_SoVITS/configs/s2.json', s2Script: S2_LORA,
    pretrainedGpt: `${MODELS}/s1v3.ckpt`, pretrainedS2G: `${MODELS}/gsv-v4-pretrained/s2Gv4.pth`, pretrainedS2D: null,
    speaker: false, lora: true, weightHead: '04', gptWeightsFolder: 'GPT_weights_v4', sovitsWeightsFolder: 'SoVITS_weights_v4',
  },
} as const satisfies Record<EngineVersion, VersionFacts>;

/** Models every version needs; webui.py 48b1a01 defaults, relative to the checkout. */
export const SHARED_MODELS = {
  bert: `${MODELS}/chinese-roberta-wwm-ext-large`,
  hubert: `${MODELS}/chinese-hubert-base`,
  speaker: `${MODELS}/sv/pretrained_eres2netv2w24s4ep4.ckpt`,
  g2pw: 'GPT_SoVITS/text/G2PWModel/g2pW.onnx',
  languageDetector: `${MODELS}/fast_langdetect/lid.176.bin`,
} as const;

/** The web UI's epochs, and how often weights are saved (webui.py 48b1a01, set_default): v3 and v4 train 2 epochs. */
export function defaultEpochs(version: EngineVersion): Readonly<Record<'gpt' | 'sovits', { readonly epochs: number; readonly saveEvery: number }>> {
  const { lora }: VersionFacts = VERSION_FACTS[version];
  return { gpt: { epochs: 15, saveEvery: 5 }, sovits: lora ? { epochs: 2, saveEvery: 1 } : { epochs: 8, saveEvery: 4 } };
}

/** Whether a text names a version this library plans. */
export const isEngineVersion = (text: string): text is EngineVersion => (ENGINE_VERSIONS as readonly string[]).includes(text);

/** The pretrained files that a version's stages open, relative to the checkout. G2PW only where Chinese is read with it. */
export function pretrainedFiles(version: EngineVersion, languages: readonly string[] = ['zh']): readonly string[] {
  const facts: VersionFacts = VERSION_FACTS[version];
  const chinese = languages.includes('zh'); // Cantonese is read by ToJyutping alone (text/cantonese.py 48b1a01)
  return [
    SHARED_MODELS.bert,
    SHARED_MODELS.hubert,
    ...(facts.speaker ? [SHARED_MODELS.speaker] : []),
    ...(chinese && version !== 'v1' ? [SHARED_MODELS.g2pw] : []),
    facts.pretrainedGpt,
    facts.pretrainedS2G,
    ...(facts.pretrainedS2D === null ? [] : [facts.pretrainedS2D]),
  ];
}
