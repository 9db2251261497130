// A voice whose clips are cut and transcribed, made in no time: tones of known length, with figures that a review has something to say about.
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { clipId } from '@voxtune/dataset';

export const RATE_HZ = 32_000;
export type MadeClip = { readonly id: string; readonly text: string | null };

/** `count` clips of 2 s, each 0.25 s after the one before, in recordings of ten; a few sound alike, so that thousands are made quickly. */
export async function reviewVoice(root: string, count: number): Promise<readonly MadeClip[]> {
  const clipsDir = join(root, 'work/clips');
  await mkdir(clipsDir, { recursive: true });
  await mkdir(join(root, 'recordings'), { recursive: true });
  await writeFile(join(root, 'voxtune.yaml'), 'version: 1\nvoice: ann\nlanguage: en\nrecordings: recordings\n');
  const length = 2 * RATE_HZ;
  const step = 2.25 * RATE_HZ;
  const tone = (hz: number, samples: number) => Float32Array.from({ length: samples }, (_, n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / RATE_HZ) * (0.3 + 0.7 * Math.abs(Math.sin((Math.PI * n) / 8000))));
  const clips = Array.from({ length: count }, (_, i) => {
    const recording = Math.floor(i / 10);
    const start = (i % 10) * step;
    const [recordingId, recordingPath] = [`rec${String(recording).padStart(4, '0')}`, `call ${recording}.wav`];
    const odd = i % 10 === 3;
    return {
      text: i % 10 === 7 ? null : `sentence number ${i} is spoken here`,
      entry: {
        v: 1, id: clipId(recordingId, start, start + length), path: `clips/${clipId(recordingId, start, start + length)}.wav`, recordingId, recordingPath, startSec: start / RATE_HZ, endSec: (start + length) / RATE_HZ, cut: 'slicer',
        measurements: { snrDb: i % 10 === 5 ? 9 : 35 }, similarity: odd ? 0.5 : 0.85 + (i % 7) / 200, findings: [], kept: i % 10 !== 9, reason: i % 10 === 9 ? 'another voice' : null,
      },
    };
  });
  const sounds = [220, 330, 440].map((hz) => encodeWav({ sampleRateHz: RATE_HZ, channels: [tone(hz, length)] }));
  const made: string[] = [];
  for (const [i, { entry: { id } }] of clips.entries()) {
    const path = join(clipsDir, `${id}.wav`);
    const same = made[i % sounds.length];
    if (same === undefined) { await writeFile(path, sounds[i]!); made.push(path); } else await link(same, path);
  }
  const whole = encodeWav({ sampleRateHz: RATE_HZ, channels: [tone(330, 10 * step + length)] });
  for (const path of new Set(clips.slice(0, 20).map(({ entry }) => entry.recordingPath))) await writeFile(join(root, 'recordings', path), whole);
  await writeFile(join(root, 'work/clips.jsonl'), clips.map(({ entry }) => `${JSON.stringify(entry)}\n`).join(''));
  await writeFile(join(root, 'work/transcripts.jsonl'), clips.flatMap(({ entry: { id, kept }, text }) => (text === null || !kept ? [] : [`${JSON.stringify({ v: 1, clip: id, text, language: 'en', source: 'asr', from: 'made', confidence: 0.9, findings: [] })}\n`])).join(''));
  return clips.map(({ entry: { id }, text }) => ({ id, text }));
}
