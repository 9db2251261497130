import type { Language } from '../language.js';
import { baseName, extension, stem } from '../show-path.js';
import type { Cue, LineProblem } from './cue.js';
import { parseLjspeechMetadata } from './parse-ljspeech-metadata.js';
import { parseSrt } from './parse-srt.js';
import { parseTrainingList } from './parse-training-list.js';
import { parseVtt } from './parse-vtt.js';

/** A transcript file's content by its kind: cues of the recording it is named after, or texts by name. */
export type TranscriptContent =
  | { readonly kind: 'cues'; readonly key: string; readonly cues: readonly Cue[]; readonly problems: readonly LineProblem[] }
  | { readonly kind: 'texts'; readonly texts: readonly NamedText[]; readonly problems: readonly LineProblem[]; readonly sidecar: boolean };
export type NamedText = { readonly key: string; readonly text: string; readonly language: Language | null; readonly speaker: string | null; readonly line: number };

/** Extensions of transcripts that are read here. */
export const TRANSCRIPT_EXTENSIONS: readonly string[] = ['.srt', '.vtt', '.list', '.csv', '.txt', '.lab'];
/** Extensions of other files that go with recordings: they are no audio, and are not read here. */
export const COMPANION_EXTENSIONS: readonly string[] = ['.tsv', '.json', '.jsonl', '.textgrid', '.md'];

/** Reads a transcript by its name's extension. `null` for an extension that is not read here. */
export function parseTranscriptFile(name: string, text: string, joiner: string): TranscriptContent | null {
  const key = stem(baseName(name));
  switch (extension(name)) {
    case '.srt':
      return { kind: 'cues', key, ...parseSrt(text, joiner) };
    case '.vtt':
      return { kind: 'cues', key, ...parseVtt(text, joiner) };
    case '.list': {
      const { entries, problems } = parseTrainingList(text);
      return { kind: 'texts', sidecar: false, problems, texts: entries.map(({ path, speaker, ...rest }) => ({ key: path, speaker: speaker === '' ? null : speaker, ...rest })) };
    }
    case '.csv': {
      const { entries, problems } = parseLjspeechMetadata(text);
      return { kind: 'texts', sidecar: false, problems, texts: entries.map(({ id, ...rest }) => ({ key: id, language: null, ...rest })) };
    }
    case '.txt':
    case '.lab': {
      const words = text.split(/\r\n|\n|\r/).map((line) => line.trim()).filter((line) => line !== '').join(joiner);
      return { kind: 'texts', sidecar: true, problems: [], texts: [{ key, text: words, language: null, speaker: null, line: 1 }] };
    }
    default:
      return null;
  }
}
