import type { GateCheck } from '@voxtune/eval';

/** What to try where a measure misses its threshold, the likeliest first. */
const ADVICE: Readonly<Record<GateCheck['metric'], string>> = {
  similarity: 'Similarity: look for clips of other people (voxtune review NAME), take a cleaner prompt audio (voxtune prompts NAME), then train on more recordings.',
  mos: 'MOS: noise, reverberation and clipping of the recordings come through; read work/dataset.html, denoise or leave the worst out, and hear other checkpoints.',
  naturalness: 'Naturalness: more and longer recordings with whole sentences, another checkpoint pair, a lower temperature.',
  intelligibility: 'Intelligibility: check the words of the clips (voxtune review NAME), then try an earlier GPT checkpoint.',
  delivery: 'Delivery: the sentences that failed are listed with the reason and the engine’s log.',
  rtf: 'Slow inference: speak on a GPU (engine.device), in half precision where the card is faster in it, with nothing else on it; on a CPU set OMP_NUM_THREADS to its cores.',
};

/** The hint of a voice below its thresholds: one remedy for each measure that missed its own. Null where none did. */
export function gateAdvice(checks: readonly Pick<GateCheck, 'metric' | 'verdict'>[]): string | null {
  const missed = checks.filter(({ verdict }) => verdict === 'fail').map(({ metric }) => ADVICE[metric]);
  return missed.length === 0 ? null : missed.join('\n  ');
}
