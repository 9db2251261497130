import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { decodeFile, downmix } from '@voxtune/audio';
import { calibrateSimilarity, cosine, createSpeakerEncoder, equalErrorRate, type SpeakerEncoder } from '@voxtune/eval';
import { recognizeModels, verifyModel, type ModelFile } from '@voxtune/models';
import { defineCommand } from '../define-command.js';
import { CliError, Exit } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { measuringModels, PROVIDER_FLAG, providersOf } from '../measuring.js';
import { textTable } from '../render/table.js';

type Embed = (path: string) => Promise<Float32Array>;

export default defineCommand({
  name: 'similarity',
  summary: 'how alike two speakers sound: the cosine of their embeddings, −1 to 1',
  positionals: [{ name: 'A', help: 'an audio file', optional: true }, { name: 'B', help: 'audio files to compare it with', optional: true, many: true }],
  flags: {
    model: { type: 'string', value: 'FILE', help: 'ONNX speaker encoder, or a folder that holds one (required)' },
    genuine: { type: 'string', value: 'DIR', help: 'clips of one speaker, two or more: with --impostors, each cosine also on a scale from 0 (another speaker) to 1 (the same)' },
    impostors: { type: 'string', value: 'DIR', help: 'clips of other speakers' },
    trials: { type: 'string', value: 'FILE', help: 'instead of A and B: lines "1 A B" (same speaker) or "0 A B"; gives the equal error rate' },
    provider: PROVIDER_FLAG,
  },
  example: 'voxtune similarity agent.wav spoken.wav --model ./models/ge2e.onnx\nvoxtune similarity --trials pairs.txt --model ./models/ge2e.onnx',
  async run({ args, flags, out, signal, cwd }) {
    if (flags.model === undefined) throw new CliError('CLI_USAGE', 'similarity: missing --model FILE');
    if (flags.trials === undefined && args.length < 2) throw new CliError('CLI_USAGE', `similarity: missing ${args.length === 0 ? 'A' : 'B'}`);
    if (flags.trials !== undefined && args.length > 0) throw new CliError('CLI_USAGE', 'similarity: --trials takes the place of A and B');
    if ((flags.genuine === undefined) !== (flags.impostors === undefined)) throw new CliError('CLI_USAGE', `similarity: --genuine and --impostors go together; missing --${flags.genuine === undefined ? 'genuine' : 'impostors'} DIR`);
    const model = await speakerModel(resolve(cwd, flags.model), signal);
    if (model.kind !== 'speaker') throw new CliError('CLI_MODEL_MISSING', `${model.path} is ${model.id}, not a speaker encoder`);
    const encoder = await createSpeakerEncoder({ model: model.path, descriptor: { id: model.id, ...model.descriptor }, ...providersOf(flags.provider) });
    try {
      const embed = embedder(encoder, signal);
      if (flags.trials !== undefined) {
        const { rate, threshold, genuine, impostors } = await scoreTrials(resolve(cwd, flags.trials), embed);
        if (out.json) out.data({ model: encoder.model, equalErrorRate: rate, threshold, genuine, impostors });
        else out.print(textTable(['equal error rate', 'at cosine', 'same', 'different'], [[`${(100 * rate).toFixed(2)} %`, threshold.toFixed(4), String(genuine), String(impostors)]]));
        return Exit.ok;
      }
      const scale = flags.genuine === undefined ? null : await scaleOf(await expandPaths([flags.genuine], cwd), await expandPaths([flags.impostors!], cwd), embed);
      const [a, ...others] = args.map((path) => resolve(cwd, path)) as [string, ...string[]];
      const reference = await embed(a);
      const pairs: { a: string; b: string; cosine: number; calibrated: number | null }[] = [];
      for (const b of others) {
        const value = cosine(reference, await embed(b));
        pairs.push({ a, b, cosine: value, calibrated: scale === null ? null : calibrateSimilarity(value, scale) });
      }
      if (out.json) out.data({ model: encoder.model, pairs, scale });
      else out.print(textTable(['with', 'cosine', ...(scale === null ? [] : ['0 others … 1 same'])], pairs.map((p) => [p.b, p.cosine.toFixed(4), ...(p.calibrated === null ? [] : [p.calibrated.toFixed(3)])]), [1, 2]));
    } finally {
      await encoder.dispose();
    }
    return Exit.ok;
  },
});

/** The model of a file, or the speaker model of a folder. */
async function speakerModel(path: string, signal: AbortSignal): Promise<ModelFile> {
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  if (!isFolder) return verifyModel(path, { signal });
  const { speaker } = measuringModels(await recognizeModels(path));
  if (speaker === null) throw new CliError('CLI_MODEL_MISSING', `no speaker encoder in ${path}`, { path }, { hint: 'Get one: voxtune models pull campplus-zh or eres2netv2-zh; or give its file.' });
  return speaker;
}

/** Embeds files, each once. */
function embedder(encoder: SpeakerEncoder, signal: AbortSignal): Embed {
  const known = new Map<string, Promise<Float32Array>>();
  return (path) => {
    signal.throwIfAborted();
    const embedding = known.get(path) ?? decodeFile(path, { signal }).then((audio) => encoder.embed(downmix(audio), audio.sampleRateHz));
    known.set(path, embedding);
    return embedding;
  };
}

/** Mean cosine within the speaker's clips, and between them and others'. */
async function scaleOf(own: readonly string[], others: readonly string[], embed: Embed): Promise<{ readonly genuine: number; readonly impostor: number; readonly genuinePairs: number; readonly impostorPairs: number }> {
  if (own.length < 2 || others.length < 1) throw new CliError('CLI_UNPAIRED', `--genuine needs two clips or more and --impostors one, got ${own.length} and ${others.length}`, { genuine: own.length, impostors: others.length }, { hint: 'Give folders with clips of the speaker, and of other people.' });
  const mine: Float32Array[] = [], theirs: Float32Array[] = [];
  for (const path of own) mine.push(await embed(path));
  for (const path of others) theirs.push(await embed(path));
  const genuine = mine.flatMap((a, i) => mine.slice(i + 1).map((b) => cosine(a, b)));
  const impostor = mine.flatMap((a) => theirs.map((b) => cosine(a, b)));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { genuine: mean(genuine), impostor: mean(impostor), genuinePairs: genuine.length, impostorPairs: impostor.length };
}

/** The equal error rate of a list of labelled pairs; paths are relative to the list. */
async function scoreTrials(file: string, embed: Embed): Promise<ReturnType<typeof equalErrorRate>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there is no ${file}`, { path: file }, { cause }); });
  const genuine: number[] = [], impostors: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, label, a, b] = /^([01])[\t ]+(\S+)[\t ]+(\S+)\s*$/.exec(line) ?? [];
    if (a === undefined || b === undefined) throw new CliError('CLI_UNPAIRED', `${file}:${index + 1}: a line is "1 A B" or "0 A B", got ${JSON.stringify(line)}`, { path: file, line: index + 1 }, { hint: 'Paths are relative to the list and hold no spaces.' });
    (label === '1' ? genuine : impostors).push(cosine(await embed(resolve(dirname(file), a)), await embed(resolve(dirname(file), b))));
  }
  if (genuine.length === 0 || impostors.length === 0) throw new CliError('CLI_UNPAIRED', `${file} needs pairs of both kinds, got ${genuine.length} of one speaker and ${impostors.length} of two`, { path: file }, { hint: 'Lines "1 A B" are pairs of one speaker, "0 A B" of two.' });
  return equalErrorRate(genuine, impostors);
}
