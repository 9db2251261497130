import { decodeFile, encodeWav, levelCurve, measureAudio, planSlices, resample } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import type { Finding } from '../findings.js';
import { RECORDING_RULES } from '../ingest/recording-rules.js';
import type { ClipEntry } from '../manifest.js';
import type { Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import { attributeSpeakers } from '../speaker/attribute-speakers.js';
import { chooseChannel, type ChannelMode, type KnownSpeaker } from '../speaker/choose-channel.js';
import { doubtOf } from '../speaker/doubt-of.js';
import type { Cue } from '../transcript/cue.js';
import { writeClipFile } from './clip-folder.js';
import { clipId } from './clip-id.js';
import { CLIP_LIMITS } from './clip-limits.js';
import { countPauses } from './count-pauses.js';
import { planRecordingCuts, type RecordingCutOptions, type RecordingCuts } from './plan-recording-cuts.js';
import { planSpeakerCuts } from './plan-speaker-cuts.js';
import { mapSilence } from './silence-map.js';

/** Options of the slicer; the defaults are the guide's (see `planSlices` of @voxtune/audio). */
export type SliceOptions = NonNullable<Parameters<typeof planSlices>[2]>;

/** Embeds one clip, mono; null for one that the model cannot judge. */
export type EmbedClip = (samples: Float32Array, sampleRateHz: number) => Promise<Float32Array | null>;

/** One recording to cut, as data: it can be sent to a thread. */
export type SliceJob = {
  readonly recording: { readonly id: string; readonly path: string };
  /** Where its sound lies. */
  readonly path: string;
  readonly clipsDir: string;
  readonly sampleRateHz: number;
  readonly slice: SliceOptions;
  readonly cues: readonly Cue[];
  readonly hasWholeText: boolean;
  readonly cutsWordless: boolean;
  readonly cueMarginMs: number;
  readonly channel: ChannelMode;
  readonly ffmpegPath: string | null | undefined;
};
/** The models of a job. */
export type SliceModels = { readonly speaker: KnownSpeaker | undefined; readonly embedClip: EmbedClip | undefined };

export type SlicedRecording = {
  readonly clips: readonly ClipEntry[];
  readonly dropped: readonly Drop[];
  readonly findings: readonly Finding[];
  /** One a clip, in order; null where there is none. */
  readonly embeddings: readonly (Float32Array | null)[];
  /** False where the recording could not be decoded: another time it may be. */
  readonly decoded: boolean;
};

/** Cuts one recording and writes its clips. @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses. */
export async function sliceRecording(job: SliceJob, { speaker, embedClip }: SliceModels, signal?: AbortSignal): Promise<SlicedRecording> {
  const { recording, path, clipsDir, sampleRateHz, slice, cueMarginMs, channel, ffmpegPath, ...words } = job;
  const { minLengthMs = CLIP_LIMITS.minLengthMs, maxLengthMs = CLIP_LIMITS.maxLengthMs, thresholdDbfs = -40, hopSizeMs = 10 } = slice;
  const place = { recordingId: recording.id, recordingPath: recording.path };
  const told = (reason: string) => `${showPath(recording.path)}: ${reason}`;
  const findings: Finding[] = [];
  const clips: ClipEntry[] = [];
  const embeddings: (Float32Array | null)[] = [];
  let samples: Float32Array;
  let mono: Float32Array;
  let rateHz: number;
  let otherSide: Float32Array | null;
  try {
    const audio = await decodeFile(path, { ...(ffmpegPath === undefined ? {} : { ffmpegPath }), ...(signal === undefined ? {} : { signal }) });
    rateHz = audio.sampleRateHz;
    const choice = await chooseChannel(audio, channel, speaker ?? null);
    if (audio.channels.length > 1) findings.push({ code: 'CHANNEL_CHOSEN', level: 'note', message: told(`${choice.channel}: ${choice.why}`), value: choice.channel, file: recording.path });
    mono = choice.samples;
    otherSide = choice.otherSide;
    samples = resample(mono, rateHz, sampleRateHz);
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAudioFailure(error)) throw error;
    return { clips, dropped: [{ id: recording.id, reason: told(explainAudioFailure(error, path)) }], findings, embeddings, decoded: false };
  }
  const hopSamples = Math.round((hopSizeMs / 1000) * sampleRateHz);
  const cutAll = (part: Float32Array, own: Pick<RecordingCutOptions, 'cues' | 'hasWholeText'>): RecordingCuts => planRecordingCuts({
    totalSamples: part.length, sampleRateHz, minLengthMs, maxLengthMs, marginMs: cueMarginMs,
    silence: mapSilence(levelCurve(part, 2 * hopSamples, hopSamples), hopSamples, thresholdDbfs),
    ...own, slice: () => planSlices(part, sampleRateHz, slice),
  });
  let plan: RecordingCuts;
  if (speaker === undefined) plan = cutAll(samples, words);
  else {
    const attribution = await attributeSpeakers({ samples: resample(mono, rateHz, speaker.sampleRateHz), ...speaker, otherSide: otherSide === null ? undefined : resample(otherSide, rateHz, speaker.sampleRateHz), signal });
    plan = planSpeakerCuts({ attribution, samples, sampleRateHz, ...words, cutAll });
    const { speakers, similarity, nextSimilarity, kept } = attribution;
    const aloneSec = kept.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
    findings.push({ code: 'SPEAKERS_FOUND', level: 'note', message: told(`${speakers} speaker${speakers === 1 ? '' : 's'}${similarity === null ? '' : `; the one kept has similarity ${similarity.toFixed(2)} to the enrolment${nextSimilarity === null ? '' : `, the next ${nextSimilarity.toFixed(2)}`}`}; speaks alone for ${aloneSec.toFixed(1)} s`), value: speakers, file: recording.path });
    const doubt = doubtOf(similarity, nextSimilarity);
    if (doubt !== null) findings.push({ code: 'SPEAKER_DOUBTFUL', level: 'warning', message: told(doubt), value: similarity, file: recording.path });
  }
  findings.push(...plan.findings.map((finding) => ({ ...finding, message: told(finding.message), file: finding.file ?? recording.path })));
  const dropped = uniqueDrops(plan.uncut.map(({ start, end, reason }) => ({ id: clipId(recording.id, start, end), reason: told(reason) })));
  for (const { start, end, cut, cues, findings: own } of plan.cuts) {
    signal?.throwIfAborted();
    const id = clipId(recording.id, start, end);
    const piece = samples.slice(start, end);
    const measurements = { ...measureAudio(piece, sampleRateHz), pauses: countPauses(piece, sampleRateHz) };
    const peak = measurements.peakDbfs;
    if (peak === null || peak < RECORDING_RULES.silentPeakDbfs) {
      dropped.push({ id, reason: told('silent; the engine fails on a silent clip') });
      continue;
    }
    await writeClipFile(clipsDir, `${id}.wav`, encodeWav({ sampleRateHz, channels: [piece] }, { format: 'pcm16' }));
    clips.push({ v: 1, id, path: `clips/${id}.wav`, ...place, startSec: start / sampleRateHz, endSec: end / sampleRateHz, cut, ...(cues === undefined ? {} : { cueTimes: cueTimes(cues) }), measurements, findings: [...own], kept: true, reason: null });
    embeddings.push(embedClip === undefined ? null : await embedClip(piece, sampleRateHz));
  }
  return { clips, dropped, findings, embeddings, decoded: true };
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
