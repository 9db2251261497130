// transcribe: the words of each clip. Known words are imported; a clip without any is listed with what would give it some.
import { assignTranscripts, type ClipEntry, type TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { PLACES, type Voice } from '../voice/folder.js';
import { readSources } from './sources.js';

export function transcribeStage(voice: Voice): Stage {
  const { language } = voice.config;
  const assign = async () => {
    const clips = (await readJsonLines<ClipEntry>(voice.at('clipsManifest'))).filter((c) => c.kept);
    const { sources } = await readSources(voice);
    return { clips, ...assignTranscripts({ clips, sources, language }) };
  };
  return {
    id: 'transcribe', title: 'give each clip its words', version: 1, needs: ['slice'],
    reads: [PLACES.recordings, PLACES.clipsManifest, voice.recordingsDir, ...voice.transcriptPaths], writes: [PLACES.transcripts], options: { language },
    async run(ctx) {
      const { clips, transcripts, findings } = await assign();
      for (const finding of findings) ctx.log(`${finding.level} ${finding.code}: ${finding.message}`);
      await writeJsonLines(voice.at('transcripts'), transcripts);
      ctx.progress({ done: transcripts.length, total: clips.length, unit: 'clips' });
    },
    async accept() {
      const { clips, withoutText, findings } = await assign();
      const written = await readJsonLines<TranscriptEntry>(voice.at('transcripts'));
      return {
        in: clips.length, kept: written.length, dropped: withoutText.map(({ id, reason }) => ({ id, reason })),
        notes: findings.filter((f) => f.level !== 'note').map((f) => f.message),
      };
    },
  };
}
