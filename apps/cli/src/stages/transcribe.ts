// transcribe: the words of each clip. Known words are imported; the others are heard by the configured recogniser, or listed with what would give them words.
import { assignTranscripts, commandRecogniser, recogniseClips, type ClipEntry, type TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, removeStray, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { readSources } from './sources.js';

export function transcribeStage(voice: Voice): Stage {
  const { language, transcribe: { command, timeoutSec, concurrency } } = voice.config;
  return {
    id: 'transcribe', title: 'give each clip its words', version: 2, needs: ['slice'],
    reads: [PLACES.recordings, PLACES.clipsManifest, voice.recordingsDir, ...voice.transcriptPaths], writes: [PLACES.transcripts, PLACES.transcribeFindings, ...(command === null ? [] : [PLACES.heard])], options: { language, command },
    async run(ctx) {
      const clips = (await readJsonLines<ClipEntry>(voice.at('clipsManifest'))).filter((c) => c.kept);
      const { sources } = await readSources(voice);
      const known = assignTranscripts({ clips, sources, language });
      const wordless = new Set(known.withoutText.map(({ id }) => id));
      const heard = command === null ? null : await recogniseClips({
        clips: clips.filter(({ id }) => wordless.has(id)), clipsDir: voice.at('clips'), recogniser: commandRecogniser({ command, timeoutMs: timeoutSec * 1000 }), language,
        keepDir: voice.at('heard'), concurrency, signal: ctx.signal, onProgress: (p) => ctx.progress(p),
      });
      if (heard !== null) await removeStray(voice.at('heard'), heard.transcripts.map(({ clip }) => `${clip}.json`));
      const words = new Map([...known.transcripts, ...(heard?.transcripts ?? [])].map((t) => [t.clip, t]));
      const transcripts = clips.flatMap(({ id }) => words.get(id) ?? []);
      await writeFindings(voice, 'transcribeFindings', { dropped: heard?.withoutText ?? known.withoutText, findings: known.findings }, ctx);
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
