import { expect, it } from 'vitest';
import { clipEntrySchema, type ClipEntry } from '../manifest.js';
import { siftClips } from './sift-clips.js';

const clip = (id: string, kept = true): ClipEntry => ({ v: 1, id, path: `clips/${id}.wav`, recordingId: 'r', recordingPath: 'r.wav', startSec: 0, endSec: 3, cut: 'slicer', measurements: null, findings: [], kept, reason: kept ? null : 'before' });
const near = (tilt: number) => Float32Array.of(1, tilt, 0);

it('drops the clip of another voice with its value, and keeps the others with theirs', () => {
  const clips = ['a', 'b', 'c', 'd', 'e', 'other'].map((id) => clip(id));
  const sifted = siftClips(clips, [near(0.1), near(0.12), near(0.08), near(0.1), near(0.11), Float32Array.of(0, 0, 1)]);
  expect(sifted.map(({ kept }) => kept)).toEqual([true, true, true, true, true, false]);
  expect(sifted[5]).toMatchObject({ similarity: 0, reason: expect.stringContaining('similarity 0.00') as string, findings: [{ code: 'CLIP_OTHER_VOICE', value: 0 }] });
  expect(sifted[0]!.similarity).toBeGreaterThan(0.99);
  for (const one of sifted) expect(clipEntrySchema.parse(one)).toEqual(one);
});
it('leaves few clips, clips without an embedding and clips dropped before as they are', () => {
  expect(siftClips([clip('a'), clip('b')], [near(0), Float32Array.of(0, 1, 0)]).map((c) => [c.kept, c.similarity])).toEqual([[true, null], [true, null]]);
  const sifted = siftClips([...'abcde'].map((id) => clip(id)).concat(clip('gone', false), clip('mute')), [near(0), near(0), near(0), near(0), near(0), Float32Array.of(0, 1, 0), null]);
  expect(sifted.slice(5).map((c) => [c.kept, c.reason, c.similarity])).toEqual([[false, 'before', null], [true, null, null]]);
});
