// transcribe: the words of each clip. Known words are imported; a clip without any is listed with what would give it some.
import { assignTranscripts, type ClipEntry, type TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { readSources } from './sources.js';

export function transcribeStage(voice: Voice): Stage {
  const { language } = voice.config;
  return {
    id: 'transcribe', title: 'give each clip its words', version: 1, needs: ['slice'],
    reads: [PLACES.recordings, PLACES.clipsManifest, voice.recordingsDir, ...voice.transcriptPaths], writes: [PLACES.transcripts, PLACES.transcribeFindings], options: { language },
    async run(ctx) {
      const clips = (await readJsonLines<ClipEntry>(voice.at('clipsManifest'))).filter((c) => c.kept);
      const { sources } = await readSources(voice);
      const { transcripts, withoutText, findings } = assignTranscripts({ clips, sources, language });
      await writeFindings(voice, 'transcribeFindings', { dropped: withoutText, findings }, ctx);
      await writeJsonLines(voice.at('transcripts'), transcripts);
      ctx.progress({ done: transcripts.length, total: clips.length, unit: 'clips' });
    },
    async accept() {
      const clips = (await readJsonLines<ClipEntry>(voice.at('clipsManifest'))).filter((c) => c.kept);
      const written = await readJsonLines<TranscriptEntry>(voice.at('transcripts'));
      const found = await readFindings(voice, 'transcribeFindings');
      return { in: clips.length, kept: written.length, dropped: found.dropped, notes: notesOf(found) };
    },
  };
}
