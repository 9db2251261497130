import { statSync } from 'node:fs';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { setImmediate as others } from 'node:timers/promises';
import { join } from 'node:path';
import { encodeWav, measureAudio } from '@voxtune/audio';
import { explainAudioFailure, isAudioFailure } from '../audio-failure.js';
import { makeClipFolder, removeStrayClips, writeClipFile } from '../cut/clip-folder.js';
import type { Finding } from '../findings.js';
import { RECORDING_RULES } from '../ingest/recording-rules.js';
import type { Progress } from '../ingest/ingest-recordings.js';
import type { Language } from '../language.js';
import type { ClipEntry, TranscriptEntry } from '../manifest.js';
import type { Accounting } from '../sieve.js';
import { applyReview, type ReviewBase } from './apply-review.js';
import { cutReviewed, type CutReviewedOptions } from './cut-reviewed.js';
import type { ReviewState } from './review-state.js';

export type WriteReviewedOptions = CutReviewedOptions & {
  readonly base: ReviewBase;
  readonly state: ReviewState;
  readonly language: Language;
  /** Gets every clip that is kept: those that nobody cut as links to the files in `clipsDir`. Other WAV files in it are removed. */
  readonly outDir: string;
  readonly onProgress?: Progress | undefined;
};
export type WrittenReview = { readonly clips: readonly ClipEntry[]; readonly transcripts: readonly TranscriptEntry[]; readonly findings: readonly Finding[]; readonly accounting: Accounting };

/** Clips between two looks at other work. Ours. */
const BETWEEN = 256;

/**
 * Carries the decisions out: cuts what a person cut, and puts it beside the clips that stay. What is there already is not written again.
 * @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses.
 */
export async function writeReviewed({ base, state, language, outDir, onProgress, ...cutting }: WriteReviewedOptions): Promise<WrittenReview> {
  const { clips, transcripts, cuts, accounting, findings } = applyReview(base, state, language);
  const cutOf = new Map(cuts.map((cut) => [cut.unit.id, cut]));
  const lost = new Map<string, string>();
  const done: ClipEntry[] = [];
  await makeClipFolder(outDir);
  for (const [index, clip] of clips.entries()) {
    cutting.signal?.throwIfAborted();
    const cut = cutOf.get(clip.id);
    if (!clip.kept) done.push(clip);
    else if (cut === undefined) {
      await linkClip(cutting.clipsDir, outDir, `${clip.id}.wav`);
      done.push(clip);
    } else {
      try {
        const samples = await cutReviewed(cut, cutting);
        const measurements = { ...measureAudio(samples, base.rateHz) };
        if (measurements.peakDbfs === null || measurements.peakDbfs < RECORDING_RULES.silentPeakDbfs) lost.set(clip.id, 'review: silent; the engine fails on a silent clip');
        else await writeClipFile(outDir, `${clip.id}.wav`, encodeWav({ sampleRateHz: base.rateHz, channels: [samples] }, { format: 'pcm16' }));
        done.push({ ...clip, measurements });
      } catch (error) {
        cutting.signal?.throwIfAborted();
        if (!isAudioFailure(error)) throw error;
        lost.set(clip.id, `review: ${explainAudioFailure(error, join(cutting.recordingsDir, clip.recordingPath))}`);
        done.push(clip);
      }
    }
    if (index % BETWEEN === 0) await others();
    onProgress?.({ done: index + 1, total: clips.length, unit: 'clips' });
  }
  const settled = done.map((clip) => (lost.has(clip.id) ? { ...clip, kept: false, reason: lost.get(clip.id)! } : clip));
  await removeStrayClips(outDir, new Set(settled.flatMap(({ id, kept }) => (kept ? [`${id}.wav`] : []))));
  const going = transcripts.filter(({ clip }) => !lost.has(clip));
  const dropped = [...accounting.dropped, ...transcripts.flatMap(({ clip }) => (lost.has(clip) ? [{ id: clip, reason: lost.get(clip)! }] : []))];
  const notes = state.seq === 0 ? ['nobody has reviewed the clips'] : [];
  return { clips: settled, transcripts: going, findings, accounting: { in: accounting.in, kept: going.length, dropped, notes } };
}

/** The same file under the second name, too; a copy where the file system has no links. */
async function linkClip(from: string, to: string, name: string): Promise<void> {
  const [source, target] = [join(from, name), join(to, name)];
  const [there, here] = [statSync(source), statSync(target, { throwIfNoEntry: false })]; // synchronous: through the thread pool, those of 10 000 clips take a second
  if (here !== undefined && here.ino === there.ino && here.dev === there.dev && here.ino !== 0) return;
  const temporary = join(to, `.tmp-${name}`);
  try {
    await rm(temporary, { force: true });
    await link(source, temporary);
    await rename(temporary, target);
  } catch {
    await rm(temporary, { force: true });
    await writeClipFile(to, name, await readFile(source)); // says what is wrong when nothing can be written
  }
}
