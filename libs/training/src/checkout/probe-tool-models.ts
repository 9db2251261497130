import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveUrls } from '../setup/sources.js';

/** A model that the engine's own tools use, and training does not. */
export type ToolModel = {
  readonly tool: 'asr' | 'uvr5';
  /** Name of its folder or file. */
  readonly name: string;
  readonly present: boolean;
  /** Where it belongs, relative to the checkout. */
  readonly path: string;
  /** How to get it. */
  readonly from: string;
};

// Folders and repositories: GPT-SoVITS 48b1a01, tools/asr/funasr_asr.py, tools/asr/fasterwhisper_asr.py, install.sh.
const ASR = 'tools/asr/models';
const UVR5 = 'tools/uvr5/uvr5_weights';
const FUNASR = ['speech_paraformer-large_asr_nat-zh-cn-16k-common-vocab8404-pytorch', 'speech_fsmn_vad_zh-cn-16k-common-pytorch', 'punc_ct-transformer_zh-cn-common-vocab272727-pytorch'] as const;
const WHISPER = [['faster-whisper-large-v3', 'Systran/faster-whisper-large-v3'], ['faster-whisper-large-v3-turbo', 'mobiuslabsgmbh/faster-whisper-large-v3-turbo']] as const;

/** Names in a folder but hidden ones; a folder counts only when something is in it. */
async function filled(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir).catch((): string[] => [])).filter((name) => !name.startsWith('.'));
  const whole = await Promise.all(names.map(async (name) => {
    const entry = await stat(join(dir, name)).catch(() => null);
    return entry !== null && (entry.isDirectory() ? (await readdir(join(dir, name)).catch(() => [])).length > 0 : entry.size > 0);
  }));
  return names.filter((_, index) => whole[index]).sort();
}

/** Recognition (ASR) and separation (UVR5) models of a checkout: the usual ones, there or not, and any other that lies there. Reads folders only. */
export async function probeToolModels(root: string): Promise<readonly ToolModel[]> {
  const [asr, uvr5] = await Promise.all([filled(join(root, ASR)), filled(join(root, UVR5))]);
  const usual: readonly (readonly [string, string])[] = [
    ...FUNASR.map((name) => [name, `downloaded from ModelScope (iic/${name}) when the engine’s Chinese recogniser first runs`] as const),
    ...WHISPER.map(([name, repository]) => [name, `huggingface-cli download ${repository} --local-dir ${ASR}/${name}`] as const),
  ];
  const others = asr.filter((name) => !usual.some(([known]) => known === name)).map((name) => [name, ''] as const);
  const models = [...usual, ...others].map(([name, from]): ToolModel => ({ tool: 'asr', name, present: asr.includes(name), path: `${ASR}/${name}`, from }));
  const separators = uvr5.map((name): ToolModel => ({ tool: 'uvr5', name, present: true, path: `${UVR5}/${name}`, from: '' }));
  if (separators.length > 0) return [...models, ...separators];
  return [...models, { tool: 'uvr5', name: 'HP2_all_vocals.pth', present: false, path: `${UVR5}/HP2_all_vocals.pth`, from: `${archiveUrls('uvr5_weights.zip', 'hf', null)[0]}, unpacked into tools/uvr5 (or: bash install.sh --download-uvr5)` }];
}
