// slice: recordings → clips, at the cues of known words where there are times, else at silences.
import { decodeFile, downmix } from '@voxtune/audio';
import { sherpaDiarizer, siftClips, sliceRecordings, type ClipEntry, type Diarizer, type EmbedClip, type Finding } from '@voxtune/dataset';
import { createSpeakerEncoder, type SpeakerEncoder } from '@voxtune/eval';
import type { ModelFile } from '@voxtune/models';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { cleanedPlaces, soundPaths } from '../voice/cleaned.js';
import { lackOf, modelPath, ownModelFiles } from '../voice/model-path.js';
import { clipRateHz, sliceOptions } from '../voice/slice-options.js';
import { backendsOf } from '../voice/recognisers.js';
import { readSources } from './sources.js';

export function sliceStage(voice: Voice, models: readonly ModelFile[]): Stage {
  const slice = sliceOptions(voice.config.slice);
  const sampleRateHz = clipRateHz(voice);
  const { channel, language } = voice.config;
  const cutsWordless = backendsOf(voice.config.transcribe).length > 0; // they will be heard
  const model = models.find(({ kind }) => kind === 'speaker') ?? null;
  const { enrolmentPath } = voice;
  const { segmentation, embedding, ...grouping } = voice.config.diarization;
  const diarizes = segmentation !== null && embedding !== null;
  const isAttributed = model !== null && enrolmentPath !== null;
  const openDiarizer = async (): Promise<Diarizer | undefined> => (diarizes && isAttributed ? sherpaDiarizer({ segmentation: modelPath(segmentation, voice.root, process.env), embedding: modelPath(embedding, voice.root, process.env), ...grouping }) : undefined);
  return {
    id: 'slice', title: 'cut the recordings into clips', version: 5, needs: ['ingest', 'separate', 'denoise'],
    reads: [PLACES.recordings, voice.recordingsDir, ...cleanedPlaces(voice), ...voice.transcriptPaths, ...(enrolmentPath === null ? [] : [enrolmentPath]), ...(diarizes ? ownModelFiles([segmentation, embedding], voice.root) : [])], writes: [PLACES.clips, PLACES.clipsManifest, PLACES.sliceFindings],
    options: { slice, sampleRateHz, language, channel, cutsWordless, speakerModel: model?.sha256 ?? null, ...(diarizes ? { diarization: voice.config.diarization } : {}) },
    missing: () => openDiarizer().then(() => null, lackOf), // its process starts with the first recording
    async run(ctx) {
      const { recordings, sources } = await readSources(voice);
      const pathOf = await soundPaths(voice);
      const { ffmpeg } = voice.config.ingest;
      const decoding = { signal: ctx.signal, ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }) };
      const encoder = model === null ? null : await createSpeakerEncoder({ model: model.path, descriptor: model.descriptor });
      let diarizer: Diarizer | undefined;
      try {
        diarizer = await openDiarizer();
        const speaker = encoder === null || enrolmentPath === null ? undefined : {
          embed: (windows: readonly Float32Array[]) => encoder.embedWindows(windows), windowLength: encoder.window.samples, sampleRateHz: encoder.window.sampleRateHz,
          enrolment: await embedEnrolment(encoder, enrolmentPath, decoding),
        };
        const { clips, embeddings, dropped, findings } = await sliceRecordings({
          recordings: recordings.filter((r) => r.kept), recordingsDir: voice.recordingsDir, sourcePath: (path) => pathOf(path).path, clipsDir: voice.at('clips'), sampleRateHz, slice, sources, channel, cutsWordless,
          onProgress: (p) => ctx.progress(p), ...(speaker === undefined ? {} : { speaker, diarizer }), ...(encoder === null ? {} : { embedClip: judging(encoder) }), keep: { dir: voice.at('cut'), models: model?.sha256 ?? null }, ...decoding,
        });
        const sifted = encoder === null ? clips : siftClips(clips, embeddings);
        const unused: Finding[] = enrolmentPath !== null && encoder === null ? [{ code: 'ENROLMENT_UNUSED', level: 'warning', message: 'the enrolment is not used, for there is no speaker model: set models in voxtune.yaml to a folder that holds one', value: null }] : [];
        if (diarizes && !isAttributed) unused.push({ code: 'DIARIZATION_UNUSED', level: 'warning', message: `the diarization is not used, for there is no ${enrolmentPath === null ? 'enrolment that tells which of the voices is the speaker’s: set enrolment in voxtune.yaml' : 'speaker model to compare the voices with the enrolment: set models in voxtune.yaml to a folder that holds one'}`, value: null });
        await writeFindings(voice, 'sliceFindings', { dropped, findings: [...sources.findings, ...findings, ...unused] }, ctx);
        await writeJsonLines(voice.at('clipsManifest'), sifted);
      } finally {
        await diarizer?.close();
        await encoder?.dispose();
      }
    },
    async accept() {
      const clips = await readJsonLines<ClipEntry>(voice.at('clipsManifest'));
      const problems = await readFindings(voice, 'sliceFindings');
      const dropped = [...clips.filter((c) => !c.kept).map((c) => ({ id: c.id, reason: c.reason ?? 'dropped' })), ...problems.dropped];
      const kept = clips.filter((c) => c.kept).length;
      if (kept === 0) throw new CliError('CLI_NOTHING_CUT', `the recordings gave no clip${dropped[0] === undefined ? '' : `: ${dropped[0].id}: ${dropped[0].reason}`}`);
      return { in: kept + dropped.length, kept, dropped, notes: notesOf(problems) };
    },
  };
}

async function embedEnrolment(encoder: SpeakerEncoder, path: string, options: { readonly signal: AbortSignal; readonly ffmpegPath?: string }): Promise<Float32Array> {
  const audio = await decodeFile(path, options).catch((cause: unknown) => {
    options.signal.throwIfAborted();
    throw new CliError('CLI_PATH_MISSING', `the enrolment ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { path }, { cause });
  });
  return encoder.embed(downmix(audio), audio.sampleRateHz);
}

/** The embedding of a clip; null for one that the model cannot judge. */
const judging = (encoder: SpeakerEncoder): EmbedClip => (samples, sampleRateHz) => encoder.embed(samples, sampleRateHz).catch((error: unknown) => {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('EVAL_CLIP_')) return null;
  throw error;
});
