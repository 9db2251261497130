import { CLIP_LIMITS } from '../cut/clip-limits.js';
import type { Finding } from '../findings.js';
import { hasWords, type Language } from '../language.js';
import type { ClipEntry, RecordingEntry, TranscriptEntry, Utterance } from '../manifest.js';
import { accountFor, type Accounting, type Drop } from '../sieve.js';
import { baseName, showPath } from '../show-path.js';
import { sameSpeechHomes } from '../duplicate/same-speech-homes.js';
import { cleanListText } from './clean-list-text.js';
import { clusterTexts } from './cluster-texts.js';
import { planSplit, type SplitGroup, type SplitName } from './plan-split.js';

export type PlanListsOptions = {
  readonly clips: readonly ClipEntry[];
  readonly transcripts: readonly TranscriptEntry[];
  readonly recordings: readonly RecordingEntry[];
  /** The voice's speaker; the same for every utterance. */
  readonly speaker: string;
  /** The voice's language: utterances of another are noted. */
  readonly language: Language;
  /** Share of the speech to validate on. @default 0.05 */
  readonly validShare?: number | undefined;
  /** Share of the speech to test on. @default 0.05 */
  readonly testShare?: number | undefined;
  /** @default 1234 */
  readonly seed?: number | undefined;
};

export type Lists = {
  readonly train: readonly Utterance[];
  readonly valid: readonly Utterance[];
  readonly test: readonly Utterance[];
  /** What the utterances were split by; `none` when there are too few to hold any out. */
  readonly splitBy: 'recording' | 'clip' | 'none';
  readonly dropped: readonly Drop[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  /** `in`: all clips. */
  readonly accounting: Accounting;
};

/** When and how much is held out. The figures are ours: fewer test sentences than three show little (two, below `enough` utterances), and more held out starves a small voice. */
export const SPLIT_LIMITS = { minUtterances: 8, enough: 16, fewTest: 2, minRecordings: 8, minTest: 3, minValid: 1, maxHeldOutShare: 0.2, tolerance: 0.5 } as const;

/**
 * Joins clips with their words, sets aside what the trainer would drop without a word, and splits the rest into train,
 * valid and test by their seconds: by whole recordings; where these are too few, by clips, which `notes` says. No held-out utterance says what a training one says (see `clusterTexts`).
 * Law: every clip is in exactly one of train, valid, test and dropped.
 */
export function planLists({ clips, transcripts, recordings, speaker, language, validShare = 0.05, testShare = 0.05, seed = 1234 }: PlanListsOptions): Lists {
  for (const [name, share] of Object.entries({ validShare, testShare })) {
    if (!(share >= 0 && share <= 0.5)) throw new RangeError(`${name} must be from 0 to 0.5, got ${share}`);
  }
  const words = new Map(transcripts.map((t) => [t.clip, t]));
  const known = new Set(recordings.map(({ id }) => id));
  const names = new Map<string, string>();
  const utterances: Utterance[] = [];
  const findings: Finding[] = [];
  const reasons = new Map<ClipEntry, string>();
  for (const clip of clips) {
    const transcript = words.get(clip.id);
    const cleaned = cleanListText(transcript?.text ?? '');
    const reason = predictDrop(clip, transcript, cleaned.text) ?? (recordings.length > 0 && !known.has(clip.recordingId) ? `its recording ${clip.recordingId} is not known` : null) ?? clash(names, clip);
    if (reason !== null || transcript === undefined) {
      reasons.set(clip, reason ?? 'no words are known');
      continue;
    }
    names.set(baseName(clip.path), clip.id);
    if (cleaned.removed.length > 0) findings.push({ code: 'TEXT_CLEANED', level: 'warning', message: `${clip.id}: taken out of its text: ${cleaned.removed.join(', ')}`, value: cleaned.removed.join(', ') });
    const { id, path, recordingId, recordingPath, startSec, endSec } = clip;
    utterances.push({ clip: id, path, recordingId, recordingPath, durationSec: endSec - startSec, speaker, language: transcript.language, text: cleaned.text });
  }
  const clusters = clusterTexts(utterances.map(({ text }) => text));
  const { split, splitBy, notes } = chooseSplit(utterances, clusters, sameSpeechHomes(recordings), { validShare, testShare, seed });
  const repeated = splitBy === 'recording' ? repeatedTexts(utterances, clusters, split) : { leave: new Map<string, string>(), note: null };
  if (repeated.note !== null) notes.push(repeated.note);
  for (const clip of clips) {
    const reason = repeated.leave.get(clip.id);
    if (reason !== undefined && !reasons.has(clip)) reasons.set(clip, reason);
  }
  const others = utterances.filter((u) => u.language !== language).length;
  if (others > 0) notes.push(`${others} of ${utterances.length} utterances are in another language than the voice's (${language}).`);
  const part = (name: SplitName) => utterances.filter((u) => split(u) === name && !repeated.leave.has(u.clip));
  const accounting = accountFor(clips, ({ id }) => id, (clip) => reasons.get(clip) ?? null, notes);
  return { train: part('train'), valid: part('valid'), test: part('test'), splitBy, dropped: accounting.dropped, findings, notes, accounting };
}

/** Why the trainer would not use a clip; `null` when it would (GPT-SoVITS 48b1a01: 1-get-text.py, module/data_utils.py). */
function predictDrop(clip: ClipEntry, transcript: TranscriptEntry | undefined, text: string): string | null {
  if (!clip.kept) return clip.reason ?? 'the clip is not kept';
  if (transcript === undefined) return 'no words are known';
  if (text === '') return 'its text is empty';
  if (!hasWords(text)) return `its text is punctuation only (${JSON.stringify(text.slice(0, 20))})`;
  const durationSec = clip.endSec - clip.startSec;
  const { trainerMinSec, trainerMaxSec } = CLIP_LIMITS;
  if (durationSec <= trainerMinSec || durationSec >= trainerMaxSec) return `${durationSec.toFixed(2)} s long; the trainer uses clips between ${trainerMinSec} and ${trainerMaxSec} s`;
  return null;
}

/** The engine keys every feature file by the clip's file name: a second clip of that name would take the first one's words. */
function clash(names: ReadonlyMap<string, string>, clip: ClipEntry): string | null {
  const other = names.get(baseName(clip.path));
  return other === undefined ? null : `its file name ${showPath(baseName(clip.path))} is also that of ${other}; the engine would mix the two up`;
}

type Choice = { split: (u: Utterance) => SplitName; splitBy: Lists['splitBy']; notes: string[] };

/**
 * Held-out utterances whose words are also in a list before theirs (train, then test): what is measured on them would flatter the voice, and what stays in their recording's split cannot be trained on.
 * They are left out, unless too few would be left to measure on.
 */
function repeatedTexts(utterances: readonly Utterance[], clusters: readonly number[], split: (u: Utterance) => SplitName): { readonly leave: ReadonlyMap<string, string>; readonly note: string | null } {
  const leave = new Map<string, string>();
  const spoken = new Map<number, string>();
  let kept = 0;
  const least = { test: SPLIT_LIMITS.minTest, valid: SPLIT_LIMITS.minValid };
  for (const [at, u] of utterances.entries()) if (split(u) === 'train' && !spoken.has(clusters[at]!)) spoken.set(clusters[at]!, u.clip);
  for (const name of ['test', 'valid'] as const) {
    const mine = utterances.flatMap((u, at) => (split(u) === name ? [{ u, cluster: clusters[at]! }] : []));
    const twice = mine.filter(({ cluster }) => spoken.has(cluster));
    if (mine.length - twice.length >= least[name]) for (const { u, cluster } of twice) leave.set(u.clip, `its words are also those of ${spoken.get(cluster)!}, which is in another list; ${name === 'test' ? 'a test on them' : 'a validation on them'} would flatter the voice`);
    else kept += twice.length;
    for (const { u, cluster } of mine) if (!leave.has(u.clip) && !spoken.has(cluster)) spoken.set(cluster, u.clip);
  }
  return { leave, note: kept === 0 ? null : `${kept} held-out utterance${kept === 1 ? ' says' : 's say'} what a training one says too, and stay${kept === 1 ? 's' : ''}, for too few would be left: figures on them flatter the voice.` };
}

function chooseSplit(utterances: readonly Utterance[], clusters: readonly number[], homeOf: (recordingId: string) => string, { validShare, testShare, seed }: { validShare: number; testShare: number; seed: number }): Choice {
  const n = utterances.length;
  const { minUtterances, enough, fewTest, minRecordings, minTest, minValid, maxHeldOutShare } = SPLIT_LIMITS;
  const options = { validShare, testShare, minTest: n < enough ? fewTest : minTest, minValid, maxHeldOutShare: Math.max(maxHeldOutShare, 1.5 * Math.max(validShare, testShare)), seed };
  if (validShare === 0 && testShare === 0) return { split: () => 'train', splitBy: 'none', notes: ['Nothing is held out, as asked for.'] };
  if (n < minUtterances) {
    return { split: () => 'train', splitBy: 'none', notes: n === 0 ? ['There is no utterance to train on.'] : [`Nothing is held out: ${n} utterance${n === 1 ? ' is' : 's are'} too few (from ${minUtterances} on, some are).`] };
  }
  const groups = groupBy(utterances, ({ recordingId }) => homeOf(recordingId));
  let why = `${groups.length} recording${groups.length === 1 ? ' is' : 's are'} too few to hold any out whole`;
  if (groups.length >= minRecordings) {
    const byRecording = planSplit(groups, { ...options, tolerance: SPLIT_LIMITS.tolerance });
    const count = (name: SplitName) => groups.reduce((sum, { id, size }) => sum + (byRecording.get(id) === name ? size : 0), 0);
    if ((testShare === 0 || count('test') >= options.minTest) && (validShare === 0 || count('valid') >= minValid)) {
      return { split: (u) => byRecording.get(homeOf(u.recordingId)) ?? 'train', splitBy: 'recording', notes: [] };
    }
    why = `the recordings are too uneven to hold any out whole without losing more than ${Math.round(100 * options.maxHeldOutShare)} % of the utterances`;
  }
  // Clips that say the same go together, known by the first of them; where that leaves too few to hold out, each goes by itself.
  const firstOf = new Map<number, string>();
  const homes = new Map(utterances.map(({ clip }, at) => {
    if (!firstOf.has(clusters[at]!)) firstOf.set(clusters[at]!, clip);
    return [clip, firstOf.get(clusters[at]!)!] as const;
  }));
  const byText = planSplit(groupBy(utterances, ({ clip }) => homes.get(clip)!), options);
  const grouped = (['test', 'valid'] as const).every((name) => (name === 'test' ? testShare : validShare) === 0 || utterances.filter(({ clip }) => byText.get(homes.get(clip)!) === name).length >= (name === 'test' ? options.minTest : minValid));
  const byClip = grouped ? byText : planSplit(groupBy(utterances, ({ clip }) => clip), options);
  return {
    split: ({ clip }) => byClip.get(grouped ? homes.get(clip)! : clip) ?? 'train',
    splitBy: 'clip',
    notes: [`Split by clip, not by recording: ${why}. Valid and test clips come from recordings that also train, so figures on them flatter the voice.`],
  };
}

function groupBy(utterances: readonly Utterance[], idOf: (u: Utterance) => string): readonly SplitGroup[] {
  const groups = new Map<string, { size: number; weight: number }>();
  for (const u of utterances) {
    const { size, weight } = groups.get(idOf(u)) ?? { size: 0, weight: 0 };
    groups.set(idOf(u), { size: size + 1, weight: weight + u.durationSec });
  }
  return [...groups].map(([id, group]) => ({ id, ...group }));
}
