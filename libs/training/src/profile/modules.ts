// What every stage and both servers of GPT-SoVITS 48b1a01 import, by the name that Python imports.
const EVERYWHERE = ['torch', 'torchaudio', 'transformers', 'pytorch_lightning', 'tensorboard', 'torchmetrics', 'librosa', 'numba', 'scipy', 'pandas', 'gradio', 'ffmpeg', 'peft', 'x_transformers', 'fastapi', 'soundfile'];
const OF_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  zh: ['jieba_fast', 'cn2an', 'pypinyin', 'onnxruntime', 'opencc'], en: ['g2p_en', 'wordsegment', 'nltk'], ja: ['pyopenjtalk'], ko: ['g2pk2', 'ko_pron'], yue: ['ToJyutping'],
};

/**
 * Python modules that the engine imports for these languages, `torch` first. Not among them is `torchcodec`: torchaudio 2.9 and newer read audio with it, older ones do not.
 * @param languages - Some of zh, en, ja, ko, yue; others add none.
 */
export const engineModules = (languages: readonly string[]): readonly string[] => [...EVERYWHERE, ...languages.flatMap((language) => OF_LANGUAGE[language] ?? [])];
