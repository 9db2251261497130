// ingest: every file in the recordings folder → work/recordings.jsonl, with measurements, findings and reasons.
import { stat } from 'node:fs/promises';
import { ingestRecordings, type RecordingEntry } from '@voxtune/dataset';
import { readJsonLines, writeJsonLines, type Stage } from '@voxtune/pipeline';
import { CliError } from '../exit.js';
import { notesOf, readFindings, writeFindings } from '../voice/findings.js';
import { PLACES, type Voice } from '../voice/folder.js';

export function ingestStage(voice: Voice): Stage {
  const { reject, ffmpeg } = voice.config.ingest;
  return {
    id: 'ingest', title: 'read and measure the recordings', version: 3, needs: [],
    reads: [voice.recordingsDir], writes: [PLACES.recordings, PLACES.ingestFindings], options: { reject },
    async run(ctx) {
      const found = await stat(voice.recordingsDir).catch(() => null);
      if (found === null || !found.isDirectory()) throw new CliError('CLI_PATH_MISSING', `there is no recordings folder ${voice.recordingsDir}`, { path: voice.recordingsDir });
      const { recordings, findings } = await ingestRecordings({
        recordingsDir: voice.recordingsDir, keepDir: voice.at('measured'), signal: ctx.signal, onProgress: (p) => ctx.progress(p),
        hash: (path) => ctx.hash(path).catch((error: Error) => { throw error.cause ?? error; }), // the system's own error says why
        ...(reject === null ? {} : { reject }), ...(ffmpeg === null ? {} : { ffmpegPath: ffmpeg }),
      });
      if (recordings.length === 0) throw new CliError('CLI_NO_RECORDINGS', `no audio in ${voice.recordingsDir}`, { path: voice.recordingsDir });
      await writeFindings(voice, 'ingestFindings', { dropped: [], findings }, ctx);
      await writeJsonLines(voice.at('recordings'), recordings);
    },
    async accept() {
      const recordings = await readJsonLines<RecordingEntry>(voice.at('recordings'));
      const dropped = recordings.filter((r) => !r.kept).map((r) => ({ id: r.path, reason: r.reason ?? 'rejected' }));
      if (dropped.length === recordings.length) {
        const shown = dropped.slice(0, 5).map((d) => `${d.id}: ${d.reason}`);
        throw new CliError('CLI_ALL_REJECTED', `none of the ${recordings.length} files can be used:\n  ${shown.join('\n  ')}${dropped.length > shown.length ? `\n  … and ${dropped.length - shown.length} more` : ''}`, { files: recordings.length });
      }
      return { in: recordings.length, kept: recordings.length - dropped.length, dropped, notes: notesOf(await readFindings(voice, 'ingestFindings')) };
    },
  };
}
