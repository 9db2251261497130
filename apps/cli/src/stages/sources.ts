// The known words of a voice, read once for cutting and once for assigning.
import { readTranscripts, type RecordingEntry, type TranscriptSources } from '@voxtune/dataset';
import { readJsonLines } from '@voxtune/pipeline';
import { type Voice } from '../voice/folder.js';

/** Recordings as ingested and the words known of them. */
export async function readSources(voice: Voice): Promise<{ recordings: RecordingEntry[]; sources: TranscriptSources }> {
  const recordings = await readJsonLines<RecordingEntry>(voice.at('recordings'));
  const sources = await readTranscripts({ recordings, recordingsDir: voice.recordingsDir, transcriptPaths: [...voice.transcriptPaths], language: voice.config.language });
  return { recordings, sources };
}
