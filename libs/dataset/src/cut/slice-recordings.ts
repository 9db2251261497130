import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';
import { DatasetError } from '../errors.js';
import type { Finding } from '../findings.js';
import type { Progress } from '../ingest/ingest-recordings.js';
import type { ClipEntry, RecordingEntry } from '../manifest.js';
import type { Accounting, Drop } from '../sieve.js';
import type { ChannelMode, KnownSpeaker } from '../speaker/choose-channel.js';
import type { Diarizer } from '../speaker/sherpa-diarizer.js';
import type { TranscriptSources } from '../transcript/sources.js';
import { makeClipFolder, removeStrayClips } from './clip-folder.js';
import { CLIP_LIMITS } from './clip-limits.js';
import { cutsKey, readKeptCuts, removeOtherCuts, writeKeptCuts } from './kept-cuts.js';
import type { EmbedClip, SlicedRecording, SliceJob, SliceOptions, TellTurns } from './slice-recording.js';
import { openSlicer } from './slicer-threads.js';

export type SliceRecordingsOptions = {
  readonly recordings: readonly RecordingEntry[];
  readonly recordingsDir: string;
  /** Where a recording's sound lies, by its path in the folder: cleaned, say. @default in recordingsDir */
  readonly sourcePath?: ((recordingPath: string) => string) | undefined;
  /** Where the clips go; WAV files in it that are no clip of these recordings are removed. */
  readonly clipsDir: string;
  /** Rate of the clips. @default 32000 */
  readonly sampleRateHz?: number | undefined;
  readonly slice?: SliceOptions | undefined;
  /** The words that are known; none means that the slicer cuts everything. */
  readonly sources?: TranscriptSources | undefined;
  /** Cuts what the speaker says where no cue lies whole, too: a recogniser will hear its words. @default false */
  readonly cutsWordless?: boolean | undefined;
  /** How much of the silence on each side goes with a cue at most. @default 200 */
  readonly cueMarginMs?: number | undefined;
  /** Which channel of several is cut. @default 'auto': with a speaker, the channel that is theirs, else the mean */
  readonly channel?: ChannelMode | undefined;
  /** Whose speech is cut: what others say, and what is said together, is dropped with the reason. None: all speech is the speaker's. */
  readonly speaker?: KnownSpeaker | undefined;
  /** Tells who speaks when instead of our own grouping, with a `speaker` only; in the caller's thread, one recording at a time. What it fails on is told by our own, with a finding. */
  readonly diarizer?: Diarizer | undefined;
  /** Embeds each clip, for `siftClips`; in the caller's thread. */
  readonly embedClip?: EmbedClip | undefined;
  /** Where what was cut is kept by content and options, so that only new recordings are cut; `models` tells those of `speaker` and `embedClip` from others. None: nothing is kept. */
  readonly keep?: { readonly dir: string; readonly models: string | null } | undefined;
  /** Threads; the results do not depend on it. @default the processor's cores */
  readonly workers?: number | undefined;
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

export type SliceResult = {
  readonly clips: readonly ClipEntry[];
  /** What `embedClip` gave for each clip, in order; null without it. */
  readonly embeddings: readonly (Float32Array | null)[];
  /** Stretches and recordings that gave no clip, with the reason. */
  readonly dropped: readonly Drop[];
  readonly findings: readonly Finding[];
  readonly accounting: Accounting;
};

/** Recordings between two looks at other work. Ours. */
const BETWEEN = 64;
const DEFAULT_CLIP_RATE_HZ = 32_000; // GPT-SoVITS 48b1a01, tools/slice_audio.py: load_audio(path, 32000)

/**
 * Cuts recordings into clips: mono 16-bit WAV, written whole or not at all. A recording with time-coded words is cut
 * at them; a short one with a text stays whole; the slicer cuts the others. Five minutes of a recording a thread are in memory; with a `speaker`, all of it.
 * The same recordings, words and options give the same bytes; a clip that is there already is not written again.
 * @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses.
 */
export async function sliceRecordings(options: SliceRecordingsOptions): Promise<SliceResult> {
  const { recordings, recordingsDir, sourcePath = (path) => join(recordingsDir, path), clipsDir, sampleRateHz = DEFAULT_CLIP_RATE_HZ, slice = {}, sources = { cues: {}, texts: [], findings: [] }, cutsWordless = false, cueMarginMs = CLIP_LIMITS.marginMs, channel = 'auto', speaker, diarizer, embedClip, keep, workers = availableParallelism(), ffmpegPath, signal, onProgress } = options;
  const kept = recordings.filter((recording) => recording.kept);
  const whole = new Set(sources.texts.map(({ recordingId }) => recordingId));
  await makeClipFolder(clipsDir);
  const results: SlicedRecording[] = [];
  const todo: { readonly job: SliceJob; readonly index: number; readonly key: string | null }[] = [];
  for (const [index, recording] of kept.entries()) {
    signal?.throwIfAborted();
    const path = sourcePath(recording.path);
    const job: SliceJob = { recording: { id: recording.id, path: recording.path }, path, clipsDir, sampleRateHz, slice, cues: sources.cues[recording.id] ?? [], hasWholeText: whole.has(recording.id), cutsWordless, cueMarginMs, channel, ffmpegPath };
    const key = keep === undefined ? null : await cutsKey(job, { sha256: path === join(recordingsDir, recording.path) ? recording.sha256 : null, speaker, diarizer: speaker === undefined ? undefined : diarizer?.id, models: keep.models, embeds: embedClip !== undefined });
    if (index % BETWEEN === 0) await others();
    const known = keep === undefined || key === null ? null : readKeptCuts(keep.dir, recording.id, key, job);
    if (known === null) todo.push({ job, index, key });
    else results[index] = known;
  }
  let done = kept.length - todo.length;
  onProgress?.({ done, total: kept.length, unit: 'recordings' });
  const slicer = openSlicer(Math.min(workers, todo.length), { speaker, tellTurns: diarizer === undefined ? undefined : tellerOf(diarizer, signal), embedClip }, signal);
  try {
    let next = 0;
    await Promise.all(slicer.map(async (sliceOne) => {
      while (next < todo.length) {
        signal?.throwIfAborted();
        const { job, index, key } = todo[next++]!;
        const result = await sliceOne.slice(job);
        results[index] = result;
        if (keep !== undefined && key !== null && result.final) await writeKeptCuts(keep.dir, job.recording.id, key, result);
        onProgress?.({ done: ++done, total: kept.length, unit: 'recordings' });
      }
    }));
  } finally {
    await Promise.all(slicer.map((one) => one.close()));
  }
  const clips = results.flatMap((one) => one.clips);
  const dropped = results.flatMap((one) => one.dropped);
  await removeStrayClips(clipsDir, new Set(clips.map(({ id }) => `${id}.wav`)));
  if (keep !== undefined) await removeOtherCuts(keep.dir, kept.map(({ id }) => id));
  const notes = [`${clips.length} clips from ${kept.length} recordings, ${clips.reduce((sum, c) => sum + c.endSec - c.startSec, 0).toFixed(1)} s of ${kept.reduce((sum, r) => sum + (r.durationSec ?? 0), 0).toFixed(1)} s`];
  const findings = results.flatMap((one) => one.findings);
  return { clips, embeddings: results.flatMap((one) => one.embeddings), dropped, findings: [...findings, ...sumWordless(findings)], accounting: { in: clips.length + dropped.length, kept: clips.length, dropped, notes } };
}

/** What fails for one recording is its reason; what fails for all ends the run. */
const tellerOf = ({ diarize }: Diarizer, signal: AbortSignal | undefined): TellTurns => (samples, sampleRateHz) => diarize(samples, sampleRateHz, signal).catch((error: unknown) => {
  if (error instanceof DatasetError && error.code === 'DATASET_DIARIZER_FAILED') return error.message;
  throw error;
});

/** What has no words in all the recordings, as one warning. */
function sumWordless(findings: readonly Finding[]): readonly Finding[] {
  const wordless = findings.filter(({ code }) => code === 'SPEECH_WITHOUT_WORDS');
  const sec = wordless.reduce((sum, { value }) => sum + Number(value), 0);
  return sec === 0 ? [] : [{ code: 'SPEECH_WITHOUT_WORDS', level: 'warning', message: `${sec.toFixed(1)} s of speech in ${wordless.length} recording${wordless.length === 1 ? '' : 's'} are in no whole cue, so the words are not known; give cues, or name an enrolment and a recogniser: such speech is cut and heard then`, value: sec }];
}
