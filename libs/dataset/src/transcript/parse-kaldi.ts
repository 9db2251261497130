import type { LineProblem } from './cue.js';
import { contentOf, type SpokenRow, type TranscriptContent } from './content.js';

/** The files of a Kaldi data folder beside `text`; each may be missing. */
export type KaldiCompanions = { readonly segments?: string | undefined; readonly wavScp?: string | undefined; readonly utt2spk?: string | undefined };

/**
 * Parses a Kaldi data folder: `text` says what each utterance's words are, `segments` where it lies in its recording, `wav.scp` which file a recording is, `utt2spk` who speaks.
 * Line numbers are those of `text`. Without `segments` an utterance is a whole file.
 */
export function parseKaldi(text: string, { segments = '', wavScp = '', utt2spk = '' }: KaldiCompanions = {}): TranscriptContent {
  const places = new Map(entries(segments).flatMap(([utt, rest]) => {
    const [recording, start, end] = rest.split(/\s+/);
    return recording === undefined || !Number.isFinite(Number(start)) || !Number.isFinite(Number(end)) ? [] : [[utt, { recording, startSec: Number(start), endSec: Number(end) }] as const];
  }));
  const files = new Map(entries(wavScp).flatMap(([id, rest]) => (rest.endsWith('|') || rest === '' ? [] : [[id, rest] as const]))); // `… |` is a command that makes the audio: it names no file
  const speakers = new Map(entries(utt2spk));
  const rows: SpokenRow[] = [];
  const problems: LineProblem[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    if (raw.trim() === '') continue;
    const [, utt = '', words = ''] = /^\s*(\S+)(?:\s+(.*))?$/.exec(raw) ?? [];
    const place = places.get(utt);
    if (segments !== '' && place === undefined) {
      problems.push({ line, message: `segments has no place for ${utt}`, used: false, fix: `add "${utt} RECORDING START END" to segments` });
      continue;
    }
    const id = place?.recording ?? utt;
    rows.push({ key: files.get(id) ?? id, text: words.trim(), line, speaker: speakers.get(utt) ?? null, language: null, startSec: place?.startSec ?? null, endSec: place?.endSec ?? null });
  }
  return contentOf(rows, problems);
}

const entries = (text: string): (readonly [string, string])[] => text.split(/\r\n|\n|\r/).flatMap((raw) => {
  const [, key, rest = ''] = /^\s*(\S+)(?:\s+(.*))?$/.exec(raw) ?? [];
  return key === undefined ? [] : [[key, rest.trim()] as const];
});
