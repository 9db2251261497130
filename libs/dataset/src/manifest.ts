import { z } from 'zod';
import { DatasetError } from './errors.js';

const finding = z.object({
  code: z.string(),
  level: z.enum(['note', 'warning', 'reject']),
  message: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
});
const language = z.enum(['zh', 'en', 'ja', 'ko', 'yue']);
/** Figures of `measureAudio`; `null` where one cannot be measured, and never NaN. */
const measurements = z.record(z.string(), z.number().nullable());

/** One line of `recordings.jsonl`: one audio file as received. */
export const recordingEntrySchema = z.object({
  v: z.literal(1),
  id: z.string().min(1),
  path: z.string(),
  format: z.string().nullable(),
  codec: z.string().nullable(),
  sampleRateHz: z.number().nullable(),
  channels: z.number().nullable(),
  durationSec: z.number().nullable(),
  sha256: z.string().nullable(),
  measurements: measurements.nullable(),
  findings: z.array(finding),
  kept: z.boolean(),
  reason: z.string().nullable(),
});

/** One line of `clips.jsonl`: one WAV cut from a recording. */
export const clipEntrySchema = z.object({
  v: z.literal(1),
  id: z.string().min(1),
  path: z.string(),
  recordingId: z.string(),
  recordingPath: z.string(),
  startSec: z.number().nonnegative(),
  endSec: z.number().nonnegative(),
  cut: z.enum(['slicer', 'cues', 'whole', 'person']),
  /** Times of the cues that it was cut at, as they were written: which words are its words. Only where `cut` is 'cues'. */
  cueTimes: z.array(z.object({ startSec: z.number(), endSec: z.number() })).optional(),
  measurements: measurements.nullable(),
  /** Cosine to the middle of the speaker's clips, −1…1; absent or null where it was not measured. */
  similarity: z.number().nullable().optional(),
  findings: z.array(finding),
  kept: z.boolean(),
  reason: z.string().nullable(),
});

/** One line of `transcripts.jsonl`: the words of one clip. */
export const transcriptEntrySchema = z.object({
  v: z.literal(1),
  clip: z.string().min(1),
  text: z.string(),
  language,
  source: z.enum(['import', 'asr', 'person']),
  from: z.string(),
  confidence: z.number().nullable(),
  findings: z.array(finding),
});

/** One utterance: a clip with its words, as it goes into a training list. */
export const utteranceSchema = z.object({
  clip: z.string().min(1),
  path: z.string(),
  recordingId: z.string(),
  recordingPath: z.string(),
  durationSec: z.number().positive(),
  speaker: z.string(),
  language,
  text: z.string(),
});

export type RecordingEntry = Readonly<z.infer<typeof recordingEntrySchema>>;
export type ClipEntry = Readonly<z.infer<typeof clipEntrySchema>>;
export type TranscriptEntry = Readonly<z.infer<typeof transcriptEntrySchema>>;
export type Utterance = Readonly<z.infer<typeof utteranceSchema>>;

/** Which manifest, and the schema of its lines. */
export const MANIFEST_SCHEMAS = {
  recordings: recordingEntrySchema,
  clips: clipEntrySchema,
  transcripts: transcriptEntrySchema,
  utterances: utteranceSchema,
} as const;
type ManifestLine = { recordings: RecordingEntry; clips: ClipEntry; transcripts: TranscriptEntry; utterances: Utterance };

/**
 * Parses a manifest (JSON Lines).
 * @throws {DatasetError} `DATASET_MANIFEST_BROKEN`, naming the line and what is wrong with it.
 */
export function parseManifest<K extends keyof ManifestLine>(kind: K, text: string, file = `${kind}.jsonl`): ManifestLine[K][] {
  const entries: ManifestLine[K][] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const broken = (what: string, cause?: unknown) =>
      new DatasetError('DATASET_MANIFEST_BROKEN', `${file}, line ${index + 1}: ${what}`, { file, line: index + 1 }, { cause });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw broken('not a whole JSON value', cause);
    }
    const parsed = MANIFEST_SCHEMAS[kind].safeParse(value);
    if (!parsed.success) throw broken(parsed.error.issues.map((i) => `${i.path.join('.') || 'line'}: ${i.message}`).join('; '), parsed.error);
    entries.push(parsed.data as ManifestLine[K]); // the schema of this kind made it
  }
  return entries;
}

/** Formats a manifest: one JSON value a line, each line ended. */
export function formatManifest(entries: readonly object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
