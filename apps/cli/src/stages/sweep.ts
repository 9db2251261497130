// Chooses the checkpoints of a voice by measurement, for the evaluate stage.
import { centroid, clipMerit, createDnsmos, detectFaults, measureClip, planSweep, SWEEP_RULE, sweepCheckpoints, type SpeakerClip, type SpeakerEncoder, type TestSentence, type Transcribe } from '@voxtune/eval';
import type { ModelFile } from '@voxtune/models';
import type { StageContext } from '@voxtune/pipeline';
import { type Providers } from '../measuring.js';
import { checkpointPairs, type CheckpointPair } from '../voice/checkpoints.js';
import { type Voice } from '../voice/folder.js';

type Audio = { readonly samples: Float32Array; readonly sampleRateHz: number };
type Epochs = { readonly gptEpoch: number; readonly sovitsEpoch: number };

/** How the checkpoints were chosen, as report.json holds it. */
export type CheckpointChoice = {
  readonly pick: Epochs; readonly runnerUp: Epochs | null; /** Whether the two could be told apart; null when nothing was compared. */ readonly distinguishable: boolean | null; readonly why: string;
  readonly sweep: null | {
    readonly rule: string; readonly syntheses: number; readonly rounds: readonly { readonly pairs: number; readonly sentences: number; readonly syntheses: number }[];
    readonly entries: readonly (Epochs & { readonly merit: number; readonly sentences: number; readonly failed: number; readonly rounds: number })[];
    readonly problems: readonly (Epochs & { readonly sentence: string; readonly code: string; readonly message: string })[];
  };
};

export type SweepMeans = {
  readonly pairs: readonly [CheckpointPair, ...CheckpointPair[]];
  readonly sentences: readonly TestSentence[];
  readonly speakerClips: readonly SpeakerClip[];
  readonly encoder: SpeakerEncoder | null;
  readonly p808: ModelFile | null;
  readonly transcribe: Transcribe | null;
  /** Where models run. */
  readonly providers: Providers;
  readonly how: 'measured' | 'last';
  readonly speak: (pair: CheckpointPair, sentence: TestSentence) => Promise<Audio>;
};

/** What `evaluate` will speak to choose checkpoints, before anything is spoken: exact when the checkpoints are there, else by the epochs that the configuration saves. */
export async function foreseeSweep(voice: Voice): Promise<{ readonly pairs: number | null; readonly foreseen: boolean; readonly syntheses: number | null; readonly words: string }> {
  const { evaluate, train } = voice.config;
  const there = await checkpointPairs(voice).catch(() => null);
  const saved = ({ epochs, saveEvery }: { readonly epochs: number | null; readonly saveEvery: number | null }): number | null => (epochs === null || saveEvery === null ? null : Math.ceil(epochs / saveEvery));
  const [gpt, sovits] = [saved(train.gpt), saved(train.sovits)];
  const pairs = there?.length ?? (gpt === null || sovits === null ? null : gpt * sovits);
  const { sentences, seeds } = evaluate;
  const foreseen = there === null;
  if (evaluate.checkpoints === 'last' || pairs === 1) return { pairs, foreseen, syntheses: sentences * seeds, words: `evaluate: the last checkpoints speak ${sentences} sentences with ${seeds} seed${seeds === 1 ? '' : 's'}, ${sentences * seeds} syntheses.` };
  if (pairs === null) return { pairs, foreseen, syntheses: null, words: 'evaluate: how many checkpoint pairs there will be is known after training, for their epochs are left to the version.' };
  const { rounds, syntheses } = planSweep({ pairs, sentences });
  const total = syntheses + sentences * (seeds - 1);
  return { pairs, foreseen, syntheses: total, words: `evaluate: ${pairs} checkpoint pairs${foreseen ? ' (by the epochs to be saved)' : ''}; ${rounds.map((r) => `${r.pairs} × ${r.sentences}`).join(', ')} sentences: ${total} syntheses at most.` };
}

const epochsOf = ({ gptEpoch, sovitsEpoch }: Epochs): Epochs => ({ gptEpoch, sovitsEpoch });

/** Picks the pair to evaluate and publish: by a sweep, or the last epochs where there is nothing to choose from or to measure with. */
export async function chooseCheckpoints({ pairs, sentences, speakerClips, encoder, p808, transcribe, providers, how, speak }: SweepMeans, ctx: StageContext): Promise<{ readonly pair: CheckpointPair; readonly choice: CheckpointChoice }> {
  const [last] = pairs;
  const takeLast = (why: string) => ({ pair: last, choice: { pick: epochsOf(last), runnerUp: null, distinguishable: null, sweep: null, why: `GPT epoch ${last.gptEpoch} with SoVITS epoch ${last.sovitsEpoch}, the last ones: ${why}.` } });
  if (how === 'last') return takeLast('evaluate.checkpoints is last');
  if (pairs.length === 1) return takeLast('there is no other pair');
  if (encoder === null && p808 === null && transcribe === null) return takeLast(`${pairs.length} pairs could not be compared, for want of a model or recogniser that measures`);
  if (sentences.length === 0) return takeLast('there is no sentence to compare by');
  const plan = planSweep({ pairs: pairs.length, sentences: sentences.length });
  ctx.log(`sweep of ${pairs.length} checkpoint pairs: ${plan.rounds.map((r) => `${r.pairs} × ${r.sentences}`).join(', ')} sentences, ${plan.syntheses} syntheses at most`);
  const dnsmos = p808 === null ? undefined : await createDnsmos({ p808: p808.path, ...providers });
  try {
    const target = encoder === null ? null : await centreOf(encoder, speakerClips, ctx.signal);
    const byId = new Map(sentences.map((s) => [s.id, s]));
    const result = await sweepCheckpoints({
      pairs, sentences: sentences.map((s) => s.id), signal: ctx.signal, onProgress: (p) => ctx.progress(p),
      merit: async (pair, id) => {
        const sentence = byId.get(id)!; // the ids are those of the map
        const audio = await speak(pair, sentence);
        const findings = detectFaults(audio.samples, audio.sampleRateHz, { text: sentence.text });
        if (findings.some(({ level }) => level === 'reject')) return null;
        const { scores, problems } = await measureClip(audio, sentence, { dnsmos, encoder: encoder ?? undefined, transcribe: transcribe ?? undefined }, { embedding: target, prosody: null }, {}, ctx.signal);
        const merit = clipMerit(scores, findings);
        if (merit === null && problems[0] !== undefined) throw Object.assign(new Error(problems[0].message), { code: problems[0].code });
        return merit;
      },
    });
    return {
      pair: result.pick,
      choice: {
        pick: epochsOf(result.pick), runnerUp: result.runnerUp === null ? null : epochsOf(result.runnerUp), distinguishable: result.distinguishable, why: result.why,
        sweep: {
          rule: SWEEP_RULE, syntheses: plan.syntheses, rounds: plan.rounds,
          entries: result.entries.map(({ pair, ...rest }) => ({ ...epochsOf(pair), ...rest })),
          problems: result.problems.map(({ pair, ...rest }) => ({ ...epochsOf(pair), ...rest })),
        },
      },
    };
  } finally {
    await dnsmos?.dispose();
  }
}

/** The middle of the clips that can be embedded; null when none can (evaluateVoice says which and why). */
async function centreOf(encoder: SpeakerEncoder, clips: readonly SpeakerClip[], signal: AbortSignal): Promise<Float32Array | null> {
  const known: Float32Array[] = [];
  for (const { samples, sampleRateHz } of clips) {
    signal.throwIfAborted();
    const embedding = await encoder.embed(samples, sampleRateHz).catch(() => null);
    if (embedding !== null) known.push(embedding);
  }
  return known.length === 0 ? null : centroid(known);
}
