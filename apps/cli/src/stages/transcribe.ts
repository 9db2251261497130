// transcribe: the words of each clip. Known words are imported; the others are heard by the configured recognisers, or listed with what would give them words; then all are checked.
import { assignTranscripts, checkAgreement, checkTexts, recogniseClips, type ClipEntry, type Finding, type Recogniser, type TranscriptEntry } from '@voxtune/dataset';
import { readJsonLines, removeStray, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { type Engine } from '../voice/engine.js';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';
import { backendsOf, convertCharacters, openRecogniser } from '../voice/recognisers.js';
import { readSources } from './sources.js';

/** Where what the second recogniser heard is kept, under PLACES.heard. */
const SECOND = 'second';

export function transcribeStage(voice: Voice, engine: Engine | null): Stage {
  const { language, transcribe } = voice.config;
  const { characters, concurrency } = transcribe;
  const backends = backendsOf(transcribe);
  return {
    id: 'transcribe', title: 'give each clip its words', version: 3, needs: ['slice'],
    reads: [PLACES.recordings, PLACES.clipsManifest, voice.recordingsDir, ...voice.transcriptPaths], writes: [PLACES.transcripts, PLACES.transcribeFindings, ...(backends.length === 0 ? [] : [PLACES.heard])], options: { language, backends, characters },
    async run(ctx) {
      const clips = (await readJsonLines<ClipEntry>(voice.at('clipsManifest'))).filter((c) => c.kept);
      const { sources } = await readSources(voice);
      const known = assignTranscripts({ clips, sources, language });
      const wordless = new Set(known.withoutText.map(({ id }) => id));
      const hear = async (backend: (typeof backends)[number], which: readonly ClipEntry[], keepDir: string) => {
        const recogniser: Recogniser = openRecogniser(backend, voice, engine, process.env);
        try {
          return { id: recogniser.id, ...(await recogniseClips({ clips: which, clipsDir: voice.at('clips'), recogniser, language, keepDir, concurrency, signal: ctx.signal, onProgress: (p) => ctx.progress(p) })) };
        } finally {
          await recogniser.close?.();
        }
      };
      const [first, second] = backends;
      const unheard = clips.filter(({ id }) => wordless.has(id));
      const heard = first === undefined ? null : await hear(first, unheard, voice.at('heard'));
      const again = second === undefined || heard === null ? null : await hear(second, unheard.filter(({ id }) => heard.transcripts.some(({ clip }) => clip === id)), `${voice.at('heard')}/${SECOND}`);
      if (heard !== null) await removeStray(voice.at('heard'), [...heard.transcripts.map(({ clip }) => `${clip}.json`), ...(again?.transcripts ?? []).map(({ clip }) => `${SECOND}/${clip}.json`)]);
      const others = new Map((again?.transcripts ?? []).map(({ clip, text }) => [clip, text]));
      const words = new Map([...known.transcripts, ...(heard?.transcripts ?? [])].map((t) => [t.clip, t]));
      const found = clips.flatMap((clip) => {
        const transcript = words.get(clip.id);
        return transcript === undefined ? [] : [{ clip, transcript: { ...transcript, text: transcript.language === 'zh' || transcript.language === 'yue' ? convertCharacters(transcript.text, characters) : transcript.text } }];
      });
      const checked = checkTexts(found.map(({ clip, transcript }) => ({ ...transcript, clip: clip.id, durationSec: clip.endSec - clip.startSec, pauses: clip.measurements?.['pauses'] ?? undefined })));
      const transcripts = found.map(({ transcript }): TranscriptEntry => {
        const other = others.get(transcript.clip);
        const apart: Finding | null = other === undefined || heard === null || again === null ? null : checkAgreement(transcript.text, other, transcript.language, [heard.id, again.id]).finding;
        return { ...transcript, findings: [...transcript.findings, ...(checked.byClip.get(transcript.clip) ?? []), ...(apart === null ? [] : [apart])] };
      });
      await writeFindings(voice, 'transcribeFindings', { dropped: heard?.withoutText ?? known.withoutText, findings: [...known.findings, ...checked.findings] }, ctx);
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
