// review: what a person decided on the clips (review.jsonl) is carried out; without decisions every clip goes on as it came.
import { readFile } from 'node:fs/promises';
import { openReview, writeReviewed, type ClipEntry, type ReviewBase, type TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { soundPaths } from '../voice/cleaned.js';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { clipRateHz } from '../voice/slice-options.js';

/** The clips and words that a review is about. */
export const readReviewBase = async (voice: Voice): Promise<ReviewBase> => ({
  clips: await readJsonLines<ClipEntry>(voice.at('clipsManifest')), transcripts: await readJsonLines<TranscriptEntry>(voice.at('transcripts')), rateHz: clipRateHz(voice),
});

export function reviewStage(voice: Voice): Stage {
  const { language, ingest: { ffmpeg } } = voice.config;
  return {
    id: 'review', title: 'carry out what a person decided on the clips', version: 1, needs: ['transcribe'],
    reads: [PLACES.clipsManifest, PLACES.clips, PLACES.transcripts, PLACES.review], writes: [PLACES.reviewedClips, PLACES.reviewedManifest, PLACES.reviewedTranscripts, PLACES.reviewFindings],
    options: { language, sampleRateHz: clipRateHz(voice) },
    async run(ctx) {
      const base = await readReviewBase(voice);
      const { state, findings } = openReview(base, await readFile(voice.at('review'), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      }));
      const pathOf = await soundPaths(voice);
      const written = await writeReviewed({
        base, state, language, clipsDir: voice.at('clips'), outDir: voice.at('reviewedClips'), recordingsDir: voice.recordingsDir, sourcePath: (path) => pathOf(path).path, rateHz: base.rateHz,
        signal: ctx.signal, onProgress: (p) => ctx.progress(p), ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }),
      });
      await writeFindings(voice, 'reviewFindings', { dropped: written.accounting.dropped, findings: [...findings, ...written.findings] }, ctx);
      await writeJsonLines(voice.at('reviewedTranscripts'), written.transcripts);
      await writeJsonLines(voice.at('reviewedManifest'), written.clips);
    },
    async accept() {
      const found = await readFindings(voice, 'reviewFindings');
      const kept = (await readJsonLines(voice.at('reviewedTranscripts'))).length;
      return { in: kept + found.dropped.length, kept, dropped: found.dropped, notes: notesOf(found) };
    },
  };
}
