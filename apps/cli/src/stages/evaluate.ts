// evaluate: speaks held-out and built-in sentences with the trained weights and measures them beside the real recordings.
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, encodeWav, downmix } from '@voxtune/audio';
import type { ClipEntry, Utterance } from '@voxtune/dataset';
import { createSpeakerEncoder, evaluateVoice, type EvaluationReport, type TestSentence } from '@voxtune/eval';
import type { ModelFile } from '@voxtune/models';
import { hashFile, hashValue, readJsonLines, removeStray, writeFileAtomic, type Stage } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { measuringModels, openOpinionModels, type Providers } from '../measuring.js';
import { checkpointPairs, type CheckpointPair } from '../voice/checkpoints.js';
import { startSpeaker, type Engine } from '../voice/engine.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { choosePrompt, rankVoicePrompts } from '../voice/prompt.js';
import { backendsOf, hearWith, openRecogniser } from '../voice/recognisers.js';
import { SERVICE_SENTENCES } from '../voice/sentences.js';
import { readLists } from './list.js';
import { writeEvaluationPage } from '../report/evaluation.js';
import { chooseCheckpoints, type CheckpointChoice } from './sweep.js';

/** Clips that the speaker's centroid and the ceiling are taken from; more change the figures little and cost time. */
const CEILING_CLIPS = 24;

export type EvaluationFile = EvaluationReport & { readonly id: string; readonly prompt: { readonly clip: string; readonly why: string }; readonly checkpoints: CheckpointChoice & { readonly sha256: { readonly gpt: string; readonly sovits: string } } };

/** Samples of an utterance's clip, mono. */
export const readClip = async (voice: Voice, { clip }: Utterance) => {
  const audio = decodeWav(await readFile(join(voice.at('reviewedClips'), `${clip}.wav`)));
  return { samples: downmix(audio), sampleRateHz: audio.sampleRateHz };
};

const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);

export function evaluateStage(voice: Voice, speaking: Engine | null, models: readonly ModelFile[], providers: Providers = {}): Stage {
  const { evaluate: { workers, timeoutSec, ...evaluate }, language, engine } = voice.config; // how many at once and for how long is no part of what is measured
  const means = measuringModels(models);
  const { transcribe } = voice.config;
  const options = {
    evaluate, language, transcribe: transcribe.command ?? transcribe.backends[0] ?? null, version: engine.version, engine: speaking === null ? null : { kind: speaking.checkout.kind, commit: speaking.checkout.commit },
    models: Object.values(means).map((m) => m?.sha256 ?? null),
  };
  const id = hashValue(options).slice(0, 12);
  const folder = () => join(voice.at('evaluation'), id);
  return {
    id: 'evaluate', title: 'measure the voice', version: 4, needs: ['list', 'train-gpt', 'train-sovits'],
    reads: [PLACES.lists, PLACES.checkpoints, PLACES.reviewedManifest], writes: [PLACES.evaluation], options,
    async run(ctx) {
      if (speaking === null) throw new CliError('CLI_ENGINE_UNKNOWN', 'no engine to speak with');
      const lists = await readLists(voice);
      const clips = new Map((await readJsonLines<ClipEntry>(voice.at('reviewedManifest'))).map((c) => [c.id, c]));
      const pairs = await checkpointPairs(voice);
      const sentences = await chooseSentences(voice, lists.test);
      await mkdir(join(folder(), 'audio', 'spoken'), { recursive: true });
      const speakerClips = await Promise.all(spread([...lists.train, ...lists.valid], CEILING_CLIPS).map(async (u) => ({ id: u.clip, ...(await readClip(voice, u)) })));
      const encoder = means.speaker === null ? null : await createSpeakerEncoder({ model: means.speaker.path, descriptor: { id: means.speaker.id, ...means.speaker.descriptor }, ...providers });
      const embed = encoder === null ? null : async (u: Utterance) => {
        const { samples, sampleRateHz } = await readClip(voice, u);
        return encoder.embed(samples, sampleRateHz);
      };
      const prompt = choosePrompt(await rankVoicePrompts(lists.train, clips, embed)) ?? choosePrompt(await rankVoicePrompts([...lists.valid, ...lists.test], clips, embed));
      if (prompt === null) { await encoder?.dispose(); throw new CliError('CLI_NO_WORDS', 'no utterance is 3 to 10 s long, so there is no prompt audio to speak with', {}, { hint: 'Add recordings with sentences of 3 to 10 s and their words.' }); }
      const opinion = await openOpinionModels(means, providers);
      const [backend] = backendsOf(transcribe);
      const recogniser = backend === undefined ? null : openRecogniser(backend, voice, speaking, process.env);
      const hear = recogniser === null ? null : hearWith(recogniser, ctx.scratchDir);
      const promptPath = join(voice.at('reviewedClips'), `${prompt.utterance.clip}.wav`);
      const promptSha256 = await hashFile(promptPath);
      let loaded = pairs[0];
      let switching: Promise<unknown> = Promise.resolve(); // one at a time, however many sentences wait for their weights
      const speaker = await startSpeaker(voice, speaking, { gpt: loaded.gpt.path, sovits: loaded.sovits.path }, { logDir: ctx.runDir, scratchDir: ctx.scratchDir, signal: ctx.signal });
      const kept: string[] = [];
      /** Speaks a sentence, or takes what the same weights said before; what it took is told by name. */
      const speak = async (pair: CheckpointPair, { text, language: textLanguage }: Pick<TestSentence, 'text' | 'language'>, seed = evaluate.seed, signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(timeoutSec * 1000)])) => {
        const key = hashValue({ gpt: pair.gpt.sha256, sovits: pair.sovits.sha256, prompt: promptSha256, promptText: prompt.utterance.text, text, textLanguage, options: { seed, engine: options.engine, version: engine.version } }).slice(0, 16);
        const path = (name: string) => join(folder(), 'audio', 'spoken', `${key}.${name}`);
        kept.push(`${key}.wav`, `${key}.json`);
        const note = await readFile(path('json'), 'utf8').then((json) => JSON.parse(json) as { timing: { elapsedSec: number } }, () => null); // written after the audio: it says that the audio is whole
        if (note !== null) {
          const audio = decodeWav(await readFile(path('wav')));
          return { samples: downmix(audio), sampleRateHz: audio.sampleRateHz, elapsedSec: note.timing.elapsedSec };
        }
        const own = switching.then(async () => {
          if (loaded === pair) return;
          await speaker.client.setWeights({ gptPath: pair.gpt.path, sovitsPath: pair.sovits.path }, { signal });
          loaded = pair;
        });
        switching = own.catch(() => undefined);
        await own;
        const started = performance.now();
        const { audio } = await speaker.client.synthesize({ text, textLanguage, promptAudioPath: promptPath, promptText: prompt.utterance.text, promptLanguage: prompt.utterance.language, seed }, { signal });
        const elapsedSec = (performance.now() - started) / 1000;
        await writeFileAtomic(path('wav'), audio.bytes);
        await writeFileAtomic(path('json'), JSON.stringify({ timing: { elapsedSec } }));
        return { samples: downmix(decodeWav(audio.bytes)), sampleRateHz: audio.sampleRateHz, elapsedSec };
      };
      try {
        const { pair, choice } = await chooseCheckpoints({ pairs, sentences, speakerClips, encoder, p808: means.p808, transcribe: hear, providers, how: evaluate.checkpoints, speak }, ctx);
        ctx.log(choice.why);
        const spoken: string[] = [];
        const takes = takesOf(sentences, evaluate.seeds, evaluate.seed);
        const seedOf = new Map(takes.map(({ sentence, seed }) => [sentence.id, seed]));
        const report = await evaluateVoice({
          sentences: takes.map(({ sentence }) => sentence), speakerClips, thresholds: evaluate.thresholds, judged: speaking.checkout.kind !== 'stand-in', signal: ctx.signal, seed: evaluate.seed,
          ...(encoder === null ? {} : { encoder }), ...(opinion.dnsmos === undefined ? {} : { dnsmos: opinion.dnsmos }), ...(opinion.utmos === undefined ? {} : { utmos: opinion.utmos }), onProgress: (p) => ctx.progress(p),
          ...(hear === null ? {} : { transcribe: hear }),
          workers, timeoutMs: timeoutSec * 1000,
          synthesize: (text, signal, { id: take, language: textLanguage }) => speak(pair, { text, language: textLanguage }, seedOf.get(take), signal),
          onAudio: async (sentence, { samples, sampleRateHz }) => {
            await writeFileAtomic(join(folder(), 'audio', `${sentence}.wav`), encodeWav({ sampleRateHz, channels: [samples] }));
            spoken.push(`${sentence}.wav`);
          },
        });
        const file: EvaluationFile = { ...report, id, prompt: { clip: prompt.utterance.clip, why: prompt.why }, checkpoints: { ...choice, sha256: { gpt: pair.gpt.sha256, sovits: pair.sovits.sha256 } } };
        await writeFileAtomic(join(folder(), 'report.json'), `${JSON.stringify(file, null, 1)}\n`);
        await writeEvaluationPage(voice, file);
        await removeStray(voice.at('evaluation'), [`${id}/report.json`, `${id}/report.html`, ...spoken.map((name) => `${id}/audio/${name}`), ...kept.map((name) => `${id}/audio/spoken/${name}`)]);
      } finally {
        await recogniser?.close?.();
        await speaker.stop();
        await encoder?.dispose();
        await opinion.dispose();
      }
    },
    async accept() {
      const report = await readEvaluation(voice, id);
      const failed = report.sentences.filter((s) => s.error !== null);
      const [first] = failed;
      if (first !== undefined && failed.length === report.sentences.length) {
        const { error } = first;
        throw Object.assign(new Error(`no sentence could be spoken: ${error!.message}`), { code: error!.code, hint: 'The engine server answered, but without speech; its log is in the run folder.', facts: { sentences: failed.length } });
      }
      return { in: report.sentences.length, kept: report.sentences.length - failed.length, dropped: failed.map((s) => ({ id: s.id, reason: `${s.error!.code}: ${s.error!.message}` })), notes: [`checkpoints: ${report.checkpoints.why}`] };
    },
  };
}

/** The evaluation that this voice has, by id or the only one there. */
export async function readEvaluation(voice: Voice, id?: string): Promise<EvaluationFile> {
  const folder = id ?? (await readdir(voice.at('evaluation'))).sort().find((name) => !name.startsWith('.'));
  return JSON.parse(await readFile(join(voice.at('evaluation'), folder ?? '', 'report.json'), 'utf8')) as EvaluationFile;
}

/** Every sentence once for each seed; the first take keeps the sentence's id and its real recording, so that the ceiling counts it once. */
export function takesOf(sentences: readonly TestSentence[], seeds: number, seed: number): { readonly sentence: TestSentence; readonly seed: number }[] {
  return Array.from({ length: seeds }, (_, take) => sentences.map(({ id, text, language, real }) => ({
    sentence: take === 0 ? { id, text, language, ...(real === undefined ? {} : { real }) } : { id: `${id}.take${take + 1}`, text, language }, seed: seed + take,
  }))).flat();
}

async function chooseSentences(voice: Voice, test: readonly Utterance[]): Promise<TestSentence[]> {
  const { language, evaluate } = voice.config;
  const held = await Promise.all(spread(test, Math.ceil(evaluate.sentences / 2)).map(async (u) => ({ id: u.clip, text: u.text, language: u.language, real: await readClip(voice, u) })));
  const builtIn = (SERVICE_SENTENCES[language] ?? []).map((s) => ({ ...s, language }));
  return [...held, ...builtIn].slice(0, evaluate.sentences);
}
