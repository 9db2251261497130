import { placeCues } from '../cut/usable-cues.js';
import type { Finding } from '../findings.js';
import { foreignLetters, hasWords, textJoiner, type Language } from '../language.js';
import type { ClipEntry, TranscriptEntry } from '../manifest.js';
import { accountFor, type Accounting, type Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import type { Cue } from './cue.js';
import type { TranscriptSources } from './sources.js';

export type AssignOptions = { readonly clips: readonly ClipEntry[]; readonly sources: TranscriptSources; readonly language: Language };
export type AssignResult = {
  readonly transcripts: readonly TranscriptEntry[];
  readonly withoutText: readonly Drop[];
  readonly findings: readonly Finding[];
  /** `in`: the clips that are kept. */
  readonly accounting: Accounting;
};

const GRID_HZ = 1000; // subtitle times are whole milliseconds; the grid only serves to leave out what no clip is made of

/**
 * Gives each clip its words: those written for the clip itself, else the cues it was cut at, else the text of the
 * recording it holds whole. A clip that no words are surely for is listed in `withoutText`, with what would help.
 */
export function assignTranscripts({ clips, sources, language }: AssignOptions): AssignResult {
  const joiner = textJoiner(language);
  const byClip = new Map(sources.texts.flatMap((t) => (t.clipKey === null ? [] : [[t.clipKey, t] as const])));
  const byRecording = new Map(sources.texts.flatMap((t) => (t.recordingId === null ? [] : [[t.recordingId, t] as const])));
  const usable = new Map(Object.entries(sources.cues).map(([id, cues]) => [id, placeCues(cues, Number.MAX_SAFE_INTEGER, GRID_HZ).usable.map(({ cue }) => cue)]));
  const transcripts: TranscriptEntry[] = [];
  const withoutText: Drop[] = [];
  const findings: Finding[] = [];
  const untimed = new Set<string>();

  const kept = clips.filter((clip) => clip.kept);
  for (const clip of kept) {
    const own = byClip.get(clip.id);
    const whole = byRecording.get(clip.recordingId);
    const cues = clip.cut === 'cues' ? cuesInside(usable.get(clip.recordingId) ?? [], clip) : [];
    const words = own ?? (cues.length > 0 ? joinCues(cues, joiner) : clip.cut === 'whole' ? whole : undefined);
    if (words === undefined) {
      withoutText.push({ id: clip.id, reason: reasonWithout(clip, whole !== undefined, sources.unused?.[clip.recordingId]) });
      if (whole !== undefined && clip.cut === 'slicer') untimed.add(clip.recordingId);
      continue;
    }
    const spoken = words.language ?? language;
    const text = words.text.trim();
    if (!hasWords(text)) {
      withoutText.push({ id: clip.id, reason: `${showPath(words.file)}, line ${words.line}: ${text === '' ? 'the text is empty' : `the text is punctuation only (${JSON.stringify(text.slice(0, 20))})`}` });
      continue;
    }
    const odd = foreignLetters(text, spoken);
    const checks: Finding[] = odd === '' ? [] : [{ code: 'TEXT_SCRIPT', level: 'warning', message: `letters that ${spoken} does not use: ${odd.slice(0, 20)}`, value: odd.slice(0, 20) }];
    transcripts.push({ v: 1, clip: clip.id, text, language: spoken, source: 'import', from: `${words.file}:${words.line}`, confidence: null, findings: checks });
  }

  for (const id of untimed) {
    const text = byRecording.get(id);
    const path = clips.find(({ recordingId }) => recordingId === id)?.recordingPath ?? id;
    if (text !== undefined) findings.push({ code: 'TRANSCRIPT_NO_TIMES', level: 'warning', message: `${showPath(text.file)}, line ${text.line}: words for the whole of ${showPath(path)}, which is longer than a clip; without times they are no clip's words`, value: null, file: text.file, line: text.line });
  }
  const ids = new Set(clips.map(({ id }) => id));
  for (const text of byClip.values()) {
    if (!ids.has(text.clipKey ?? '')) findings.push({ code: 'TRANSCRIPT_UNKNOWN_KEY', level: 'warning', message: `${showPath(text.file)}, line ${text.line}: there is no clip ${text.clipKey}`, value: text.key, file: text.file, line: text.line });
  }
  const reasons = new Map(withoutText.map(({ id, reason }) => [id, reason]));
  return { transcripts, withoutText, findings, accounting: accountFor(kept, ({ id }) => id, ({ id }) => reasons.get(id) ?? null) };
}

/** The cues that the clip was cut at, by the times that its line names, in order of time. */
function cuesInside(cues: readonly Cue[], { cueTimes = [] }: ClipEntry): Cue[] {
  const held = new Set(cueTimes.map(({ startSec, endSec }) => `${startSec} ${endSec}`));
  return cues.filter(({ startSec, endSec }) => held.has(`${startSec} ${endSec}`));
}

function joinCues(cues: readonly Cue[], joiner: string) {
  return { text: cues.map(({ text }) => text.trim()).join(joiner), language: cues[0]?.language ?? null, file: cues[0]?.file ?? 'cues', line: cues[0]?.line ?? 1 };
}

function reasonWithout(clip: ClipEntry, hasWholeText: boolean, unused: string | undefined): string {
  const path = showPath(clip.recordingPath);
  if (hasWholeText) return `the words given for ${path} have no times; give an .srt or .vtt, or have the clip recognised`;
  if (unused !== undefined) return `its words were not used: ${unused}`;
  return `no words are known; give ${path.replace(/\.[^./]*$/, '')}.srt with times, a transcripts/${clip.id}.txt, or have the clip recognised`;
}
