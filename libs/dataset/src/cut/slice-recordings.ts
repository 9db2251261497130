import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { decodeFile, encodeWav, levelCurve, measureAudio, planSlices, resample } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import type { Finding } from '../findings.js';
import type { Progress } from '../ingest/ingest-recordings.js';
import { RECORDING_RULES } from '../ingest/recording-rules.js';
import type { ClipEntry, RecordingEntry } from '../manifest.js';
import type { Accounting, Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import type { TranscriptSources } from '../transcript/sources.js';
import { clipId } from './clip-id.js';
import { makeClipFolder, removeStrayClips, writeClipFile } from './clip-folder.js';
import { CLIP_LIMITS } from './clip-limits.js';
import type { Cue } from '../transcript/cue.js';
import { countPauses } from './count-pauses.js';
import { planRecordingCuts, type RecordingCutOptions, type RecordingCuts } from './plan-recording-cuts.js';
import { planSpeakerCuts } from './plan-speaker-cuts.js';
import { attributeSpeakers } from '../speaker/attribute-speakers.js';
import { chooseChannel, type ChannelMode, type KnownSpeaker } from '../speaker/choose-channel.js';
import { mapSilence } from './silence-map.js';

/** Options of the slicer; the defaults are the guide's (see `planSlices` of @voxtune/audio). */
export type SliceOptions = NonNullable<Parameters<typeof planSlices>[2]>;

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
  /** How much of the silence on each side goes with a cue at most. @default 200 */
  readonly cueMarginMs?: number | undefined;
  /** Which channel of several is cut. @default 'auto': with a speaker, the channel that is theirs, else the mean */
  readonly channel?: ChannelMode | undefined;
  /** Whose speech is cut: what others say, and what is said together, is dropped with the reason. None: all speech is the speaker's. */
  readonly speaker?: KnownSpeaker | undefined;
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
};

export type SliceResult = {
  readonly clips: readonly ClipEntry[];
  /** Stretches and recordings that gave no clip, with the reason. */
  readonly dropped: readonly Drop[];
  readonly findings: readonly Finding[];
  readonly accounting: Accounting;
};

const DEFAULT_CLIP_RATE_HZ = 32_000; // GPT-SoVITS 48b1a01, tools/slice_audio.py: load_audio(path, 32000)

/**
 * Cuts recordings into clips: mono 16-bit WAV, written whole or not at all. A recording with time-coded words is cut
 * at them; a short one with a text stays whole; the slicer cuts the others. One recording is in memory at a time.
 * The same recordings, words and options give the same bytes; a clip that is there already is not written again.
 * @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses.
 */
export async function sliceRecordings(options: SliceRecordingsOptions): Promise<SliceResult> {
  const { recordings, recordingsDir, sourcePath = (path) => join(recordingsDir, path), clipsDir, sampleRateHz = DEFAULT_CLIP_RATE_HZ, slice = {}, sources = { cues: {}, texts: [], findings: [] }, cueMarginMs = CLIP_LIMITS.marginMs, channel = 'auto', speaker, ffmpegPath, signal, onProgress } = options;
  const { minLengthMs = CLIP_LIMITS.minLengthMs, maxLengthMs = CLIP_LIMITS.maxLengthMs, thresholdDbfs = -40, hopSizeMs = 10 } = slice;
  const kept = recordings.filter((recording) => recording.kept);
  const whole = new Set(sources.texts.map(({ recordingId }) => recordingId));
  const clips: ClipEntry[] = [];
  const dropped: Drop[] = [];
  const findings: Finding[] = [];
  await makeClipFolder(clipsDir);
  for (const [index, recording] of kept.entries()) {
    await setImmediate(); // lets a signal, a timer or a server in between two recordings
    signal?.throwIfAborted();
    onProgress?.({ done: index, total: kept.length, unit: 'recordings' });
    const place = { recordingId: recording.id, recordingPath: recording.path };
    const path = sourcePath(recording.path);
    let samples: Float32Array;
    let mono: Float32Array;
    let rateHz: number;
    let otherSide: Float32Array | null;
    try {
      const audio = await decodeFile(path, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
      rateHz = audio.sampleRateHz;
      const choice = await chooseChannel(audio, channel, speaker ?? null);
      if (audio.channels.length > 1 && speaker !== undefined) findings.push({ code: 'CHANNEL_CHOSEN', level: 'note', message: `${showPath(recording.path)}: ${choice.channel}: ${choice.why}`, value: choice.channel, file: recording.path });
      mono = choice.samples;
      otherSide = choice.otherSide;
      samples = resample(mono, rateHz, sampleRateHz);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isAudioFailure(error)) throw error;
      dropped.push({ id: recording.id, reason: `${showPath(recording.path)}: ${explainAudioFailure(error, path)}` });
      continue;
    }
    const hopSamples = Math.round((hopSizeMs / 1000) * sampleRateHz);
    const cutAll = (part: Float32Array, own: Pick<RecordingCutOptions, 'cues' | 'hasWholeText'>): RecordingCuts => planRecordingCuts({
      totalSamples: part.length, sampleRateHz, minLengthMs, maxLengthMs, marginMs: cueMarginMs,
      silence: mapSilence(levelCurve(part, 2 * hopSamples, hopSamples), hopSamples, thresholdDbfs),
      ...own, slice: () => planSlices(part, sampleRateHz, slice),
    });
    const words = { cues: sources.cues[recording.id] ?? [], hasWholeText: whole.has(recording.id) };
    let plan: RecordingCuts;
    if (speaker === undefined) plan = cutAll(samples, words);
    else {
      const attribution = await attributeSpeakers({ samples: resample(mono, rateHz, speaker.sampleRateHz), ...speaker, otherSide: otherSide === null ? undefined : resample(otherSide, rateHz, speaker.sampleRateHz), signal });
      plan = planSpeakerCuts({ attribution, samples, sampleRateHz, ...words, cutAll });
      const { speakers, similarity, nextSimilarity } = attribution;
      findings.push({ code: 'SPEAKERS_FOUND', level: 'note', message: `${showPath(recording.path)}: ${speakers} speaker${speakers === 1 ? '' : 's'}${similarity === null ? '' : `; the one kept has similarity ${similarity.toFixed(2)} to the enrolment${nextSimilarity === null ? '' : `, the next ${nextSimilarity.toFixed(2)}`}`}`, value: speakers, file: recording.path });
    }
    findings.push(...plan.findings.map((finding) => ({ ...finding, message: `${showPath(recording.path)}: ${finding.message}` })));
    const uncut = uniqueDrops(plan.uncut.map(({ start, end, reason }) => ({ id: clipId(recording.id, start, end), reason: `${showPath(recording.path)}: ${reason}` })));
    for (const { start, end, cut, cues, findings: own } of plan.cuts) {
      signal?.throwIfAborted();
      const id = clipId(recording.id, start, end);
      const piece = samples.slice(start, end);
      const measurements = { ...measureAudio(piece, sampleRateHz), pauses: countPauses(piece, sampleRateHz) };
      const peak = measurements.peakDbfs;
      if (peak === null || peak < RECORDING_RULES.silentPeakDbfs) {
        uncut.push({ id, reason: `${showPath(recording.path)}: silent; the engine fails on a silent clip` });
        continue;
      }
      await writeClipFile(clipsDir, `${id}.wav`, encodeWav({ sampleRateHz, channels: [piece] }, { format: 'pcm16' }));
      clips.push({ v: 1, id, path: `clips/${id}.wav`, ...place, startSec: start / sampleRateHz, endSec: end / sampleRateHz, cut, ...(cues === undefined ? {} : { cueTimes: cueTimes(cues) }), measurements, findings: [...own], kept: true, reason: null });
    }
    dropped.push(...uncut);
  }
  await removeStrayClips(clipsDir, new Set(clips.map(({ id }) => `${id}.wav`)));
  onProgress?.({ done: kept.length, total: kept.length, unit: 'recordings' });
  const notes = [`${clips.length} clips from ${kept.length} recordings, ${clips.reduce((sum, c) => sum + c.endSec - c.startSec, 0).toFixed(1)} s of ${kept.reduce((sum, r) => sum + (r.durationSec ?? 0), 0).toFixed(1)} s`];
  return { clips, dropped, findings, accounting: { in: clips.length + dropped.length, kept: clips.length, dropped, notes } };
}

/** How clips.jsonl names the cues that a clip was cut at. */
export const cueTimes = (cues: readonly Cue[]): { startSec: number; endSec: number }[] => cues.map(({ startSec, endSec }) => ({ startSec, endSec }));

/** Two cues may have the same times; their ids are told apart by a count. */
function uniqueDrops(drops: readonly Drop[]): Drop[] {
  const seen = new Map<string, number>();
  return drops.map(({ id, reason }) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return { id: count === 1 ? id : `${id}#${count}`, reason };
  });
}
