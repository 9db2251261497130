// Hears what is served: the recognisers of the voices, as a judge of sentences.
import { measureIntelligibility } from '@voxtune/eval';
import type { VerifySpeech } from '@voxtune/serving';
import { CliError } from '../exit.js';
import { openEngine } from './engine.js';
import { type Voice } from './folder.js';
import { backendsOf, hearWith, openRecogniser } from './recognisers.js';

export type VoiceJudge = { readonly judge: VerifySpeech['judge']; close(): Promise<void> };

/** The share of a sentence that was not understood, 0 to 1; 0 where there is nothing to understand. `language` is the engine's name, such as `all_zh`; `auto` counts as the voice's. */
export function judgeWords(sentence: string, heard: string, language: string, ofVoice: string): number {
  const bare = language.replace(/^all_/, '');
  return 1 - (measureIntelligibility(sentence, heard, bare.startsWith('auto') ? ofVoice : bare) ?? 1);
}

/**
 * Makes the judge: each voice is heard by the first recogniser of its own configuration, an uploaded one by the first voice's; at most `transcribe.concurrency` sentences at once.
 * @throws {CliError} CLI_CONFIG_INVALID for a voice that names no recogniser; as openRecogniser.
 */
export async function openVoiceJudge(voices: readonly Voice[], scratchDir: string, env: Readonly<Record<string, string | undefined>>): Promise<VoiceJudge> {
  const opened = await Promise.all(voices.map(async (voice) => {
    const [backend] = backendsOf(voice.config.transcribe);
    if (backend === undefined) throw new CliError('CLI_CONFIG_INVALID', `${voice.name} names no recogniser, and serve --verify needs one`, { voice: voice.name }, { hint: 'Name one in transcribe.command or transcribe.backends of voxtune.yaml.' });
    const recogniser = openRecogniser(backend, voice, backend.kind === 'engine' ? await openEngine(voice) : null, env);
    return { name: voice.name, language: voice.config.language, recogniser, hear: hearWith(recogniser, scratchDir), take: turns(voice.config.transcribe.concurrency) };
  }));
  return {
    judge: ({ samples, sampleRateHz }, sentence, { voice, language, signal }) => {
      const ear = opened.find(({ name }) => name === voice) ?? opened[0]!;
      if (samples === null || sampleRateHz === null) throw new TypeError('the engine gave no samples to hear');
      return ear.take(async () => {
        signal.throwIfAborted();
        return judgeWords(sentence, (await ear.hear({ samples, sampleRateHz }, language, signal)).text, language, ear.language);
      });
    },
    async close() {
      await Promise.all(opened.map(({ recogniser }) => recogniser.close?.()));
    },
  };
}

/** Lets so many run at once; the others wait in their order. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (inside >= most) await new Promise<void>((go) => waiting.push(go));
    else inside += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next(); // the place goes on
    }
  };
}
