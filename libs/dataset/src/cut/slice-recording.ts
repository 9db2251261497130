import { encodeWav, measureAudio, type planSlices } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import type { Finding } from '../findings.js';
import { RECORDING_RULES } from '../ingest/recording-rules.js';
import type { ClipEntry } from '../manifest.js';
import type { Drop } from '../sieve.js';
import { showPath } from '../show-path.js';
import type { Attribution } from '../speaker/attribute-speakers.js';
import type { Turn } from '../speaker/attribute-turns.js';
import type { ChannelChoice, ChannelMode, KnownSpeaker } from '../speaker/choose-channel.js';
import { doubtOf } from '../speaker/doubt-of.js';
import type { Cue } from '../transcript/cue.js';
import { writeClipFile } from './clip-folder.js';
import { clipId } from './clip-id.js';
import { CLIP_LIMITS } from './clip-limits.js';
import { countPauses } from './count-pauses.js';
import { listenForSpeaker } from './listen-for-speaker.js';
import { listenInBlocks } from './listen-in-blocks.js';
import type { RecordingCuts } from './plan-recording-cuts.js';

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
/** Who speaks when in mono samples; or why that could not be told of this recording, in words. */
export type TellTurns = (samples: Float32Array, sampleRateHz: number) => Promise<readonly Turn[] | string>;

/** The models of a job. */
export type SliceModels = { readonly speaker: KnownSpeaker | undefined; /** With a `speaker` only. @default our own grouping */ readonly tellTurns: TellTurns | undefined; readonly embedClip: EmbedClip | undefined };

export type SlicedRecording = {
  readonly clips: readonly ClipEntry[];
  readonly dropped: readonly Drop[];
  readonly findings: readonly Finding[];
  /** One a clip, in order; null where there is none. */
  readonly embeddings: readonly (Float32Array | null)[];
  /** False where a program failed, a decoder say: another time it may not. */
  readonly final: boolean;
};

/** What was heard in a recording, and where it is to be cut. */
export type PlannedRecording = {
  readonly channels: number;
  readonly choice: Pick<ChannelChoice, 'channel' | 'why'>;
  readonly plan: RecordingCuts;
  /** Who speaks; null where all is the speaker's. */
  readonly attribution: Pick<Attribution, 'speakers' | 'similarity' | 'nextSimilarity' | 'kept'> | null;
  /** Why a diarization could not tell who speaks, so that our own grouping did; null where none failed. */
  readonly diarizationFailure: string | null;
  /** Gives the samples of each cut, in their order. */
  readonly pieces: () => AsyncGenerator<Float32Array, void, undefined>;
};

/** Cuts one recording and writes its clips. @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses. */
export async function sliceRecording(job: SliceJob, { speaker, tellTurns, embedClip }: SliceModels, signal?: AbortSignal): Promise<SlicedRecording> {
  const { recording, path } = job;
  const told = (reason: string) => `${showPath(recording.path)}: ${reason}`;
  try {
    const heard = await (speaker === undefined ? listenInBlocks(job, signal) : listenForSpeaker(job, speaker, tellTurns, signal));
    const dropped = heard.plan.uncut.map(({ start, end, reason }) => ({ id: clipId(recording.id, start, end), reason: told(reason) }));
    const cut = await writeCuts(job, heard, embedClip, told, signal);
    return { ...cut, dropped: [...uniqueDrops(dropped), ...cut.dropped], findings: findingsOf(heard, recording.path, told), final: heard.diarizationFailure === null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAudioFailure(error)) throw error;
    return { clips: [], dropped: [{ id: recording.id, reason: told(explainAudioFailure(error, path)) }], findings: [], embeddings: [], final: false };
  }
}

/** The slicer's options as the cue planner takes them. */
export function sliceGridOf({ slice, sampleRateHz, cueMarginMs }: SliceJob) {
  const { minLengthMs = CLIP_LIMITS.minLengthMs, maxLengthMs = CLIP_LIMITS.maxLengthMs, thresholdDbfs = -40, hopSizeMs = 10 } = slice;
  return { thresholdDbfs, hopSamples: Math.round((hopSizeMs / 1000) * sampleRateHz), limits: { sampleRateHz, minLengthMs, maxLengthMs, marginMs: cueMarginMs } };
}

/** Measures and writes the clips of a plan; a silent one is dropped. */
async function writeCuts({ recording, clipsDir, sampleRateHz }: SliceJob, { plan, pieces }: PlannedRecording, embedClip: EmbedClip | undefined, told: (reason: string) => string, signal: AbortSignal | undefined): Promise<Pick<SlicedRecording, 'clips' | 'dropped' | 'embeddings'>> {
  const clips: ClipEntry[] = [];
  const dropped: Drop[] = [];
  const embeddings: (Float32Array | null)[] = [];
  const sound = pieces();
  let writing: Promise<unknown> = Promise.resolve(); // a clip is flushed to disk while the next one is measured
  try {
    for (const { start, end, cut, cues, findings } of plan.cuts) {
      signal?.throwIfAborted();
      const id = clipId(recording.id, start, end);
      const { value: piece } = await sound.next();
      if (piece === undefined) {
        dropped.push({ id, reason: told('the recording became shorter while it was read') });
        continue;
      }
      const measurements = { ...measureAudio(piece, sampleRateHz), pauses: countPauses(piece, sampleRateHz) };
      const peak = measurements.peakDbfs;
      if (peak === null || peak < RECORDING_RULES.silentPeakDbfs) {
        dropped.push({ id, reason: told('silent; the engine fails on a silent clip') });
        continue;
      }
      await writing;
      writing = writeClipFile(clipsDir, `${id}.wav`, encodeWav({ sampleRateHz, channels: [piece] }, { format: 'pcm16' }));
      writing.catch(() => undefined); // heard where it is waited for
      clips.push({ v: 1, id, path: `clips/${id}.wav`, recordingId: recording.id, recordingPath: recording.path, startSec: start / sampleRateHz, endSec: end / sampleRateHz, cut, ...(cues === undefined ? {} : { cueTimes: cueTimes(cues) }), measurements, findings: [...findings], kept: true, reason: null });
      embeddings.push(embedClip === undefined ? null : await embedClip(piece, sampleRateHz));
    }
    await writing;
  } finally {
    await writing.catch(() => undefined); // nothing is written after the end
    await sound.return(); // closes the file where not all of it was wanted
  }
  return { clips, dropped, embeddings };
}

/** What is told of a recording: its channel, its speakers, and what its plan found. */
function findingsOf({ channels, choice, plan, attribution, diarizationFailure }: PlannedRecording, file: string, told: (reason: string) => string): readonly Finding[] {
  const findings: Finding[] = [];
  if (channels > 1) findings.push({ code: 'CHANNEL_CHOSEN', level: 'note', message: told(`${choice.channel}: ${choice.why}`), value: choice.channel, file });
  if (diarizationFailure !== null) findings.push({ code: 'DIARIZATION_FAILED', level: 'warning', message: told(`${diarizationFailure}; who speaks was told without the diarization`), value: null, file });
  if (attribution !== null) {
    const { speakers, similarity, nextSimilarity, kept } = attribution;
    const aloneSec = kept.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
    findings.push({ code: 'SPEAKERS_FOUND', level: 'note', message: told(`${speakers} speaker${speakers === 1 ? '' : 's'}${similarity === null ? '' : `; the one kept has similarity ${similarity.toFixed(2)} to the enrolment${nextSimilarity === null ? '' : `, the next ${nextSimilarity.toFixed(2)}`}`}; speaks alone for ${aloneSec.toFixed(1)} s`), value: speakers, file });
    const doubt = doubtOf(similarity, nextSimilarity);
    if (doubt !== null) findings.push({ code: 'SPEAKER_DOUBTFUL', level: 'warning', message: told(doubt), value: similarity, file });
  }
  return [...findings, ...plan.findings.map((finding) => ({ ...finding, message: told(finding.message), file: finding.file ?? file }))];
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
