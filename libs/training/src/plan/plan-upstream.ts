import { SHARED_MODELS, VERSION_FACTS, type VersionFacts } from '../profile/versions.js';
import { join, type EngineStep, type ProgressSource, type StepId } from './engine-step.js';
import { type ResolvedOptions } from './options.js';
import { enginePythonPath } from './python-path.js';
import { gptOutputDir, gptPretrained, renderS1, renderS2, sovitsCheckpointDir, sovitsPretrainedD, sovitsPretrainedG } from './render-config.js';

/** Environment of every engine process; webui.py 48b1a01, plus what makes a pipe readable (UTF-8, no buffering). */
export function engineEnv(options: Pick<ResolvedOptions, 'engineRoot' | 'platform' | 'version' | 'half' | 'pythonPath'>): Record<string, string> {
  return {
    PYTHONPATH: enginePythonPath(options.engineRoot, options.pythonPath, options.platform),
    PYTHONUNBUFFERED: '1',
    PYTHONIOENCODING: 'utf-8',
    PYTHONUTF8: '1',
    KMP_DUPLICATE_LIB_OK: 'TRUE',
    language: 'Auto',
    version: options.version,
    is_half: options.half ? 'True' : 'False', // eval()ed there: only these two strings may reach it
  };
}

type Feature = {
  readonly id: StepId;
  readonly title: string;
  readonly script: string;
  readonly env: Record<string, string>;
  readonly partFile: ((index: number) => string) | null;
  readonly merged: string | null;
  readonly header: string | null;
  readonly makesDirs: readonly string[];
  readonly progress: ProgressSource;
  readonly needs: readonly string[];
  readonly what: string;
};

function features(options: ResolvedOptions): readonly Feature[] {
  const { paths, version, language } = options;
  const facts: VersionFacts = VERSION_FACTS[version];
  const at = (...names: string[]): string => join(paths.expDir, ...names);
  const inputs = { inp_text: paths.listPath, inp_wav_dir: paths.clipsDir, exp_name: options.name, opt_dir: paths.expDir };
  const g2pw = language === 'zh' && version !== 'v1' ? [SHARED_MODELS.g2pw] : [];
  const speaker: Feature = {
    id: 'features-speaker', title: 'Speaker embeddings', script: '2-get-sv.py', env: { ...inputs, cnhubert_base_dir: SHARED_MODELS.hubert, sv_path: SHARED_MODELS.speaker },
    partFile: null, merged: null, header: null, makesDirs: [at('7-sv_cn')], progress: { kind: 'files', dir: at('7-sv_cn'), extension: '.pt' },
    needs: [SHARED_MODELS.speaker], what: 'one embedding a clip in 7-sv_cn',
  };
  return [
    {
      id: 'features-text', title: 'Phones and BERT features', script: '1-get-text.py', env: { ...inputs, bert_pretrained_dir: SHARED_MODELS.bert, bert_path: SHARED_MODELS.bert },
      partFile: (index) => at(`2-name2text-${index}.txt`), merged: at('2-name2text.txt'), header: null, makesDirs: [at('3-bert')],
      progress: { kind: 'stdout-names' }, needs: [SHARED_MODELS.bert, ...g2pw], what: 'one row a clip',
    },
    {
      id: 'features-ssl', title: 'HuBERT features and 32 kHz audio', script: '2-get-hubert-wav32k.py',
      env: { ...inputs, cnhubert_base_dir: SHARED_MODELS.hubert, sv_path: SHARED_MODELS.speaker }, partFile: null, merged: null, header: null,
      makesDirs: [at('4-cnhubert'), at('5-wav32k')], progress: { kind: 'files', dir: at('4-cnhubert'), extension: '.pt' },
      needs: [SHARED_MODELS.hubert], what: 'one file a clip in 4-cnhubert and 5-wav32k',
    },
    ...(facts.speaker ? [speaker] : []),
    {
      id: 'features-semantic', title: 'Semantic tokens', script: '3-get-semantic.py',
      env: { inp_text: inputs.inp_text, exp_name: inputs.exp_name, opt_dir: inputs.opt_dir, pretrained_s2G: sovitsPretrainedG(options), s2config_path: facts.s2Config },
      partFile: (index) => at(`6-name2semantic-${index}.tsv`), merged: at('6-name2semantic.tsv'), header: 'item_name\tsemantic_audio', makesDirs: [],
      progress: { kind: 'none' }, needs: [sovitsPretrainedG(options), facts.s2Config], what: 'one row a clip',
    },
  ];
}

function featureSteps(options: ResolvedOptions, feature: Feature): readonly EngineStep[] {
  const { interpreter, engineRoot, paths } = options;
  const gpus: readonly (number | null)[] = options.gpus.length === 0 ? [null] : options.gpus;
  const partFiles = feature.partFile === null ? [] : gpus.map((_, index) => feature.partFile?.(index) ?? '');
  return gpus.map((gpu, index) => ({
    id: feature.id,
    title: feature.title,
    part: { index, count: gpus.length },
    command: interpreter.command,
    args: [...interpreter.args, '-s', `GPT_SoVITS/prepare_datasets/${feature.script}`],
    env: { ...engineEnv(options), ...feature.env, i_part: String(index), all_parts: String(gpus.length), _CUDA_VISIBLE_DEVICES: gpu === null ? '' : String(gpu) },
    cwd: engineRoot,
    files: [],
    clears: index === 0 ? [...partFiles, ...(feature.merged === null ? [] : [feature.merged])] : [],
    makesDirs: index === 0 ? [paths.expDir, ...feature.makesDirs] : [],
    expects: [{ what: feature.what, path: partFiles[index] ?? feature.makesDirs[0] ?? paths.expDir }],
    merge: feature.merged !== null && index === gpus.length - 1 ? { parts: partFiles, into: feature.merged, header: feature.header } : null,
    progress: feature.progress,
    needs: feature.needs,
  }));
}

/** The engine's own command lines: GPT-SoVITS 48b1a01, as its web UI starts them. */
export function planUpstream(options: ResolvedOptions): readonly EngineStep[] {
  const { interpreter, engineRoot, paths, gpt, sovits, version, name, gpus } = options;
  const facts: VersionFacts = VERSION_FACTS[version];
  const s1 = join(paths.configDir, 'tmp_s1.yaml');
  const s2 = join(paths.configDir, 'tmp_s2.json');
  const discriminator = sovitsPretrainedD(options);
  const shared = { part: { index: 0, count: 1 }, command: interpreter.command, cwd: engineRoot, clears: [], merge: null } as const;
  const devices = gpus.join(',');
  return [
    ...features(options).flatMap((feature) => featureSteps(options, feature)),
    {
      ...shared, id: 'train-gpt', title: 'GPT training', args: [...interpreter.args, '-s', 'GPT_SoVITS/s1_train.py', '--config_file', s1],
      env: {
        ...engineEnv(options), hz: '25hz', exp_name: name, _CUDA_VISIBLE_DEVICES: devices,
        TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD: '1', // else a resume ends in UnpicklingError (seen on GPT-SoVITS 48b1a01)
      },
      files: [{ path: s1, content: renderS1(options) }],
      makesDirs: [paths.configDir, gptOutputDir(options), paths.gptWeightsDir],
      expects: [{ what: 'weights of the last epoch', path: join(paths.gptWeightsDir, `${name}-e${gpt.epochs}.ckpt`) }],
      progress: { kind: 'gpt', weightsDir: paths.gptWeightsDir, name, outputDir: gptOutputDir(options), epochs: gpt.epochs },
      needs: [gptPretrained(options)],
    },
    {
      ...shared, id: 'train-sovits', title: 'SoVITS training', args: [...interpreter.args, '-s', facts.s2Script, '--config', s2],
      env: {
        ...engineEnv(options), exp_name: name, _CUDA_VISIBLE_DEVICES: devices,
        ...(options.device === 'cpu' ? { OMP_NUM_THREADS: String(options.ompThreads) } : {}),
      },
      files: [{ path: s2, content: renderS2(options) }],
      makesDirs: [paths.configDir, sovitsCheckpointDir(options), paths.sovitsWeightsDir],
      expects: [{ what: 'weights of the last epoch', path: join(paths.sovitsWeightsDir, `${name}_e${sovits.epochs}_s*${facts.lora ? `_l${sovits.loraRank}` : ''}.pth`) }],
      progress: { kind: 'sovits', epochs: sovits.epochs },
      needs: [sovitsPretrainedG(options), ...(discriminator === null ? [] : [discriminator])],
    },
  ];
}
