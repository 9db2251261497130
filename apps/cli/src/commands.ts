// The verbs, each loaded only when it is called: --help stays quick and no native addon is touched in vain.
import packageJson from '../package.json' with { type: 'json' };
import { type AnyCommand } from './define-command.js';

type Entry = { readonly summary: string; readonly load: () => Promise<AnyCommand> };

export const VERSION = packageJson.version;

export const COMMANDS: Readonly<Record<string, Entry>> = {
  init: { summary: 'create a voice folder', load: async () => (await import('./commands/init.js')).default },
  doctor: { summary: 'say what is missing on this machine and how to get it', load: async () => (await import('./commands/doctor.js')).default },
  setup: { summary: 'make a GPT-SoVITS checkout ready: clone, Python, packages, models', load: async () => (await import('./commands/setup.js')).default },
  run: { summary: 'take a voice from recordings to a published voice, or continue', load: async () => (await import('./commands/run.js')).default },
  status: { summary: 'what each stage kept and dropped, and why', load: async () => (await import('./commands/status.js')).default },
  report: { summary: 'write report.html of a voice', load: async () => (await import('./commands/report.js')).default },
  probe: { summary: "read audio files' headers", load: async () => (await import('./commands/probe.js')).default },
  measure: { summary: 'measure levels, loudness, noise and pitch of audio files', load: async () => (await import('./commands/measure.js')).default },
  resample: { summary: 'write an audio file as WAV at another rate', load: async () => (await import('./commands/resample.js')).default },
  slice: { summary: 'cut audio files at their silences', load: async () => (await import('./commands/slice.js')).default },
  score: { summary: 'predict SIG, BAK, OVRL and P.808 of audio files (DNSMOS)', load: async () => (await import('./commands/score.js')).default },
  similarity: { summary: 'compare speakers by their embeddings', load: async () => (await import('./commands/similarity.js')).default },
  compare: { summary: 'compare two runs or two folders, sentence by sentence, by figures and by ear', load: async () => (await import('./commands/compare.js')).default },
  models: { summary: 'list, pull, verify, add, find or remove models for measuring', load: async () => (await import('./commands/models.js')).default },
  wer: { summary: 'word and character error rates of two text files', load: async () => (await import('./commands/wer.js')).default },
  separate: { summary: 'take music, echo and reverberation off recordings (UVR5)', load: async () => (await import('./commands/separate.js')).default },
  denoise: { summary: 'take noise off recordings', load: async () => (await import('./commands/denoise.js')).default },
  transcribe: { summary: 'give the clips of a voice their words', load: async () => (await import('./commands/transcribe.js')).default },
  review: { summary: 'hear, mend, accept and reject clips on a page, worst first', load: async () => (await import('./commands/review.js')).default },
  list: { summary: 'make the training lists of a voice', load: async () => (await import('./commands/list.js')).default },
  dataset: { summary: 'what a voice learns from, in figures, or what changed', load: async () => (await import('./commands/dataset.js')).default },
  export: { summary: 'write the utterances of a voice in another tool’s format', load: async () => (await import('./commands/export.js')).default },
  train: { summary: 'prepare features and train; --dry-run prints every command', load: async () => (await import('./commands/train.js')).default },
  evaluate: { summary: 'measure a trained voice against the thresholds', load: async () => (await import('./commands/evaluate.js')).default },
  publish: { summary: 'write voice.json of the checkpoints that were chosen', load: async () => (await import('./commands/publish.js')).default },
  prompts: { summary: 'rank the clips that could be prompt audio, saying why', load: async () => (await import('./commands/prompts.js')).default },
  listen: { summary: 'have people rate voices: test page, collector, results', load: async () => (await import('./commands/listen.js')).default },
  serve: { summary: 'serve voices over HTTP', load: async () => (await import('./commands/serve.js')).default },
  say: { summary: 'speak a text into a WAV file', load: async () => (await import('./commands/say.js')).default },
  pack: { summary: 'put a published voice into one file, to move it to another machine', load: async () => (await import('./commands/pack.js')).default },
  unpack: { summary: 'make a voice folder of a packed voice, every file verified', load: async () => (await import('./commands/unpack.js')).default },
  config: { summary: 'show, validate, explain or map a configuration', load: async () => (await import('./commands/config.js')).default },
};

export const GENERAL_HELP = [
  `voxtune ${VERSION} — recordings of one speaker in; a fine-tuned, measured and served voice out`, '',
  'Usage: voxtune VERB [arguments] [flags]', '',
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`), '',
  'First voice:', '  voxtune init staff001 --recordings ./recordings --engine /path/to/GPT-SoVITS', '  voxtune run staff001', '',
  'voxtune VERB --help shows the flags and an example. Exit codes: 0 done, 1 failed, 2 usage or configuration,',
  '3 input rejected, 4 environment or model missing, 5 below a threshold, 130 interrupted.',
].join('\n');
