import { baseName, extension, stem } from '../show-path.js';
import type { NamedText, TranscriptContent } from './content.js';
import { isAudacityLabels, parseAudacityLabels } from './parse-audacity.js';
import { parseJsonl } from './parse-jsonl.js';
import { parseJsonWords } from './parse-label-studio.js';
import { parseKaldi } from './parse-kaldi.js';
import { parseLjspeechMetadata } from './parse-ljspeech-metadata.js';
import type { ParsedCues } from './parse-cue-blocks.js';
import { parseSrt } from './parse-srt.js';
import { parseTable } from './parse-table.js';
import { parseTextGrid } from './parse-textgrid.js';
import { parseTrainingList } from './parse-training-list.js';
import { parseVtt } from './parse-vtt.js';

/** Extensions of transcripts that are read here; `.gz` after one is unpacked first. */
export const TRANSCRIPT_EXTENSIONS: readonly string[] = ['.srt', '.vtt', '.list', '.csv', '.tsv', '.json', '.jsonl', '.textgrid', '.txt', '.lab'];
/** Extensions of other files that go with recordings: they are no audio, and are not read here. */
export const COMPANION_EXTENSIONS: readonly string[] = ['.md', '.scp', '.gz'];
/** Files of a Kaldi data folder, which have no extensions. Only `text` is a transcript; the others are read with it. */
export const KALDI_NAMES: readonly string[] = ['text', 'segments', 'wav.scp', 'utt2spk', 'spk2utt', 'utt2dur', 'reco2dur', 'spk2gender'];

/** Name of a transcript without `.gz`. */
export const unpackedName = (name: string): string => name.replace(/\.gz$/i, '');

/** True for a file that holds words, by its name: an extension that is read here, or Kaldi's `text`. Lhotse's `recordings.jsonl` holds none. */
export function isTranscriptName(name: string): boolean {
  const plain = baseName(unpackedName(name));
  return plain === 'text' || (TRANSCRIPT_EXTENSIONS.includes(extension(plain)) && !/^(.*_)?recordings\.jsonl$/i.test(plain));
}

/** Files beside a transcript that are read with it: Kaldi's segments and paths, Lhotse's recordings. Names that may be missing. */
export function companionsOf(name: string): readonly string[] {
  const plain = baseName(unpackedName(name));
  if (plain === 'text') return ['segments', 'wav.scp', 'utt2spk'];
  const recordings = plain.replace(/supervisions(?=[^/]*\.jsonl$)/i, 'recordings');
  return extension(plain) === '.jsonl' && recordings !== plain ? [recordings, `${recordings}.gz`] : [];
}

/** Reads a transcript by its name. `null` for a name that is not read here. `companions`: the texts of the files beside it, by name without `.gz`. */
export function parseTranscriptFile(name: string, text: string, joiner: string, companions: Readonly<Record<string, string>> = {}): TranscriptContent | null {
  const plain = baseName(unpackedName(name));
  const key = stem(plain);
  const timed = ({ cues, problems }: ParsedCues): TranscriptContent => ({ cues: [{ key, cues }], texts: [], problems });
  const named = (texts: readonly NamedText[], problems: TranscriptContent['problems']): TranscriptContent => ({ cues: [], texts, problems });
  if (plain === 'text') return parseKaldi(text, { segments: companions['segments'], wavScp: companions['wav.scp'], utt2spk: companions['utt2spk'] });
  switch (extension(plain)) {
    case '.srt':
      return timed(parseSrt(text, joiner));
    case '.vtt':
      return timed(parseVtt(text, joiner));
    case '.textgrid':
      return timed(parseTextGrid(text));
    case '.list': {
      const { entries, problems } = parseTrainingList(text);
      return named(entries.map(({ path, speaker, ...rest }) => ({ key: path, speaker: speaker === '' ? null : speaker, ...rest })), problems);
    }
    case '.csv': {
      const first = /^\ufeff?([^\r\n]*)/.exec(text)?.[1] ?? '';
      if (!first.includes('|')) return parseTable(text, ',') ?? parseTable(text, ';');
      const { entries, problems } = parseLjspeechMetadata(text);
      return named(entries.map(({ id, ...rest }) => ({ key: id, language: null, ...rest })), problems);
    }
    case '.tsv':
      return parseTable(text, '\t');
    case '.jsonl':
      return parseJsonl(text, companions[companionsOf(name)[0] ?? '']);
    case '.json':
      return parseJsonWords(text, key);
    case '.txt':
    case '.lab': {
      if (isAudacityLabels(text)) return timed(parseAudacityLabels(text));
      if (isGuideList(text)) return parseTranscriptFile(`${key}.list`, text, joiner);
      const words = text.split(/\r\n|\n|\r/).map((line) => line.trim()).filter((line) => line !== '').join(joiner);
      return named([{ key, text: words, language: null, speaker: null, line: 1 }], []);
    }
    default:
      return null;
  }
}

/** True for the guide's lists, which are called `gpt_train_list.txt`: every line is `audio|speaker|text` or a comment. */
function isGuideList(text: string): boolean {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return lines.length > 0 && lines.every((line) => /^[^|]*\.[a-z0-9]{2,4}["' ]*\|[^|]*\|/i.test(line));
}
