import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { join, noise } from '../../test/signals.js';
import { decodeWav } from '../wav/decode-wav.js';
import { encodeWav } from '../wav/encode-wav.js';
import golden from './engine-clips.golden.json' with { type: 'json' };
import { engineClipName, formatEngineClip, planEngineClips } from './engine-clips.js';

it.each(golden.cases)(`$name: names and samples of ${golden.madeBy} (${golden.version}), to the bit`, ({ name, parts, max, alpha, clips }) => {
  const signal = join(...parts.map(([ms, amplitude], k) => noise(ms! * 32, k + 1, amplitude)));
  const made = planEngineClips(signal).map((clip) => {
    const wav = encodeWav({ sampleRateHz: 32_000, channels: [formatEngineClip(signal.subarray(clip.start, clip.end), { max, alpha })] });
    const pcm = Int16Array.from(decodeWav(wav).channels[0]!, (x) => x * 32768);
    return {
      name: engineClipName(name, clip), samples: pcm.length, sha256: createHash('sha256').update(new Uint8Array(pcm.buffer)).digest('hex'),
      picked: Array.from(pcm.filter((_, i) => i % golden.every === 0)),
    };
  });
  expect(made.map((clip) => clip.picked)).toEqual(clips.map((clip) => clip.picked));
  expect(made).toEqual(clips);
});

it('silence stays silence, and nothing gives nothing', () => {
  expect(formatEngineClip(new Float32Array(3))).toEqual(new Float32Array(3));
  expect(planEngineClips(new Float32Array(0))).toEqual([]);
});

it.each([[{ max: 1.2 }, 'max must be 0 to 1, got 1.2'], [{ alpha: NaN }, 'alpha must be 0 to 1, got NaN']] as const)('refuses %j', (levels, message) => {
  expect(() => formatEngineClip(new Float32Array(1), levels)).toThrow(message);
});
