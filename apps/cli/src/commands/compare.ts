// Two evaluated voices, two report.json, or two folders of audio: what is better, sentence by sentence, and a page to hear it blind.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { decodeFile, downmix, encodeWav } from '@voxtune/audio';
import { centroid, compareRuns, createSpeakerEncoder, EvaluationReportSchema, measureClip, measureProsody, profileProsody, renderComparisonPage, type ScoredSentence, type Target } from '@voxtune/eval';
import { recognizeModels } from '@voxtune/models';
import { writeFileAtomic } from '@voxtune/pipeline';
import { defineCommand } from '../define-command.js';
import { CliError, Exit, failureOf } from '../exit.js';
import { expandPaths } from '../expand-paths.js';
import { measuringModels, openOpinionModels, PROVIDER_FLAG, providersOf } from '../measuring.js';
import { textTable } from '../render/table.js';
import { readEvaluation } from '../stages/evaluate.js';
import { openVoice } from '../voice/folder.js';

/** One side: its sentences, and where their audio lies. */
type Side = { readonly name: string; readonly sentences: readonly ScoredSentence[]; readonly wavOf: (id: string) => Promise<Uint8Array | null>; readonly problems: readonly { readonly path: string; readonly code: string; readonly message: string }[] };

export default defineCommand({
  name: 'compare',
  summary: 'compare two runs or two folders, sentence by sentence, with intervals; --out writes a page to hear them blind',
  positionals: [{ name: 'A', help: 'a voice that was evaluated, a report.json, or a folder of audio' }, { name: 'B', help: 'the other; sentences are paired by their id, files by their name' }],
  flags: {
    models: { type: 'string', value: 'DIR', help: 'folders only: models to measure with' },
    speaker: { type: 'string', value: 'DIR', help: 'folders only: real clips of the speaker, for similarity and prosody' },
    out: { type: 'string', value: 'FILE', help: 'write an HTML page with the figures and a blind A/B comparison by ear' },
    seed: { type: 'number', min: 0, max: 2 ** 31 - 1, help: 'of intervals, sides and order (default 1)' },
    provider: PROVIDER_FLAG,
  },
  example: 'voxtune compare staff001 staff002 --out ab.html\nvoxtune compare ./old ./new --models ./models --speaker ./recordings --json',
  async run({ args, flags, out, signal, cwd }) {
    const seed = Math.trunc(flags.seed ?? 1);
    const folders = await Promise.all(args.map((path) => isAudioFolder(resolve(cwd, path))));
    const measure = folders.some(Boolean) ? await openMeasures({ modelsDir: flags.models, speakerDir: flags.speaker, provider: flags.provider }, cwd, signal) : null;
    try {
      const [a, b] = [await readSide(args[0]!, cwd, measure, signal), await readSide(args[1]!, cwd, measure, signal)];
      const comparison = compareRuns(a.sentences, b.sentences, { seed });
      if (comparison.pairs.length === 0) throw new CliError('CLI_UNPAIRED', `${a.name} and ${b.name} have no sentence in common (${a.sentences.length} and ${b.sentences.length})`, { first: a.sentences.length, second: b.sentences.length }, { hint: 'Runs are paired by the ids of their sentences, folders by file names without extension.' });
      const names = a.name === b.name ? { firstName: args[0]!, secondName: args[1]! } : { firstName: a.name, secondName: b.name };
      let page: string | null = null;
      if (flags.out !== undefined) {
        page = resolve(cwd, flags.out);
        const audio = new Map<string, string>();
        for (const { id } of comparison.pairs) {
          for (const [system, side] of [['first', a], ['second', b]] as const) {
            const bytes = await side.wavOf(id);
            if (bytes !== null) audio.set(`${system} ${id}`, `data:audio/wav;base64,${Buffer.from(bytes).toString('base64')}`);
          }
        }
        await writeFileAtomic(page, renderComparisonPage(comparison, { ...names, seed, audio: (id, system) => audio.get(`${system} ${id}`) }));
      }
      const problems = [...a.problems, ...b.problems];
      if (out.json) out.data({ first: a.name, second: b.name, ...comparison, problems, page });
      else {
        const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
        out.print(textTable(['measure', names.firstName, names.secondName, 'difference', '95 % interval', 'n', 'better'], comparison.rows.map((row) => [row.measure, shown(row.firstMean), shown(row.secondMean), shown(row.mean), row.low === null ? '–' : `${shown(row.low)} … ${shown(row.high)}`, String(row.n), row.better === 'undecided' ? `undecided${row.neededPairs === null ? '' : ` (about ${row.neededPairs} pairs would tell)`}` : row.better === 'first' ? names.firstName : names.secondName]), [1, 2, 3, 5]));
        if (comparison.rows.length === 0) out.note('nothing was measured of both: give --models DIR, or listen to the page of --out FILE');
        const alone = comparison.unpaired.first.length + comparison.unpaired.second.length;
        if (alone > 0) out.note(`${alone} sentences are in one of the two only and were not compared`);
        for (const { path, code, message } of problems) out.note(`${path}: ${code}: ${message}`);
        if (page !== null) out.print(page);
      }
      return Exit.ok;
    } finally {
      await measure?.dispose();
    }
  },
});

type Measures = { readonly scoresOf: (path: string) => Promise<ScoredSentence['scores']>; dispose(): Promise<void> };

async function openMeasures({ modelsDir, speakerDir, provider }: { readonly modelsDir: string | undefined; readonly speakerDir: string | undefined; readonly provider: string | undefined }, cwd: string, signal: AbortSignal): Promise<Measures> {
  const models = measuringModels(modelsDir === undefined ? [] : await recognizeModels(resolve(cwd, modelsDir)));
  const clips = speakerDir === undefined ? [] : await expandPaths([speakerDir], cwd);
  const opinion = await openOpinionModels(models, providersOf(provider));
  const encoder = models.speaker === null || clips.length === 0 ? undefined : await createSpeakerEncoder({ model: models.speaker.path, descriptor: { id: models.speaker.id, ...models.speaker.descriptor }, ...providersOf(provider) });
  const read = async (path: string) => { const audio = await decodeFile(path, { signal }); return { samples: downmix(audio), sampleRateHz: audio.sampleRateHz }; };
  const embeddings: Float32Array[] = [], spoken = [];
  for (const path of clips) {
    const clip = await read(path);
    if (encoder !== undefined) embeddings.push(await encoder.embed(clip.samples, clip.sampleRateHz));
    spoken.push(measureProsody(clip.samples, clip.sampleRateHz));
  }
  const target: Target = { embedding: embeddings.length === 0 ? null : centroid(embeddings), prosody: profileProsody(spoken) };
  return {
    scoresOf: async (path) => (await measureClip(await read(path), { text: '', language: '' }, { ...opinion, encoder }, target, {}, signal)).scores,
    dispose: async () => { await opinion.dispose(); await encoder?.dispose(); },
  };
}

const isAudioFolder = async (path: string): Promise<boolean> => {
  const directory = (await stat(path).catch(() => null))?.isDirectory() === true;
  return directory && (await stat(join(path, 'voxtune.yaml')).catch(() => null)) === null;
};

async function readSide(given: string, cwd: string, measure: Measures | null, signal: AbortSignal): Promise<Side> {
  const path = resolve(cwd, given);
  if (await isAudioFolder(path)) return readFolder(path, measure!, signal); // opened because this is one
  const file = extname(path) === '.json' ? path : null;
  const voice = file === null ? await openVoice(given, cwd, {}).catch((cause: unknown) => {
    if (failureOf(cause).code !== 'CLI_CONFIG_MISSING') throw cause;
    throw new CliError('CLI_PATH_MISSING', `${given} is no voice, no report.json and no folder of audio`, { path }, { cause });
  }) : null;
  const value: unknown = voice === null ? await readFile(path, 'utf8').then(JSON.parse, (cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there is no ${path}`, { path }, { cause }); })
    : await readEvaluation(voice).catch((cause: unknown) => { throw new CliError('CLI_NO_VOICE', `${voice.name} was not evaluated yet`, { voice: voice.name }, { cause, hint: `Evaluate it first: voxtune evaluate ${given}.` }); });
  const parsed = EvaluationReportSchema.safeParse(value);
  if (!parsed.success) throw new CliError('CLI_CONFIG_INVALID', `${path} is no evaluation report: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`, { path }, { hint: 'Give the report.json of an evaluation, a voice, or a folder of audio.' });
  const folder = voice === null ? dirname(path) : join(voice.at('evaluation'), (value as { readonly id: string }).id);
  return {
    name: voice?.name ?? basename(dirname(path)), problems: [],
    sentences: parsed.data.sentences.map(({ id, text, scores }) => ({ id, text, scores })),
    wavOf: (id) => readFile(join(folder, 'audio', `${basename(id)}.wav`)).catch(() => null),
  };
}

async function readFolder(path: string, measure: Measures, signal: AbortSignal): Promise<Side> {
  const files = await expandPaths([path], path);
  const stem = (file: string): string => basename(file, extname(file));
  const problems: Side['problems'][number][] = [];
  const sentences: ScoredSentence[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    try {
      sentences.push({ id: stem(file), text: stem(file), scores: await measure.scoresOf(file) });
    } catch (error) {
      const { code, message } = failureOf(error);
      if (signal.aborted || !/^(AUDIO|EVAL_CLIP)_/.test(code)) throw error;
      problems.push({ path: file, code, message });
      sentences.push({ id: stem(file), text: stem(file), scores: null });
    }
  }
  const byStem = new Map(files.map((file) => [stem(file), file]));
  return {
    name: basename(path), sentences, problems,
    wavOf: async (id) => { // any format: the page plays WAV
      const audio = await decodeFile(byStem.get(id)!, { signal }).catch(() => null);
      return audio === null ? null : encodeWav({ sampleRateHz: audio.sampleRateHz, channels: [downmix(audio)] });
    },
  };
}
