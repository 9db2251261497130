// slice: recordings → clips, at the cues of known words where there are times, else at silences.
import { sliceRecordings, type ClipEntry } from '@voxtune/dataset';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { sliceOptions } from '../voice/slice-options.js';
import { readSources } from './sources.js';

/** Hertz of the clips: what the profile's trainer reads (upstream 32 000, GPT-SoVITS 48b1a01, tools/slice_audio.py; the guide's s2.json 22 050). */
export const clipRateHz = (voice: Voice): number => (voice.config.engine.profile === 'guide' ? 22_050 : 32_000);

export function sliceStage(voice: Voice): Stage {
  const slice = sliceOptions(voice.config.slice);
  const sampleRateHz = clipRateHz(voice);
  return {
    id: 'slice', title: 'cut the recordings into clips', version: 1, needs: ['ingest'],
    reads: [PLACES.recordings, voice.recordingsDir, ...voice.transcriptPaths], writes: [PLACES.clips, PLACES.clipsManifest, PLACES.sliceFindings],
    options: { slice, sampleRateHz, language: voice.config.language },
    async run(ctx) {
      const { recordings, sources } = await readSources(voice);
      const { ffmpeg } = voice.config.ingest;
      const { clips, dropped, findings } = await sliceRecordings({
        recordings: recordings.filter((r) => r.kept), recordingsDir: voice.recordingsDir, clipsDir: voice.at('clips'), sampleRateHz, slice, sources,
        signal: ctx.signal, onProgress: (p) => ctx.progress(p), ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }),
      });
      await writeFindings(voice, 'sliceFindings', { dropped, findings: [...sources.findings, ...findings] }, ctx);
      await writeJsonLines(voice.at('clipsManifest'), clips);
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
