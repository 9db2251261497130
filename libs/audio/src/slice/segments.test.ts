import { describe, expect, it } from 'vitest';
import { hasSegments, lossesOf, loudest, RECORDINGS } from '../../test/segments.js';
import { SHARED } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { createSlicer } from './create-slicer.js';
import { planSlices } from './plan-slices.js';
import { SLICE_PRESETS, type SliceOptions } from './slice-options.js';

const PLANS: Readonly<Record<string, SliceOptions>> = {
  guide: SLICE_PRESETS.guide,
  webui: SLICE_PRESETS.webui,
  'guide, padded': { ...SLICE_PRESETS.guide, paddingMs: 200 },
  'guide, merged': { ...SLICE_PRESETS.guide, mergeShorterThanMs: 5000 },
  'guide, no clip over 5 s': { ...SLICE_PRESETS.guide, maxLengthMs: 5000 },
};

describe.skipIf(!hasSegments).each(RECORDINGS)('%s (skipped without ../shared/data/recordings)', (file) => {
  it('keeps all but 20 ms on either side of every utterance, and drops nothing but silence inside; cuts lie in silence', async () => {
    const { channels, sampleRateHz } = await decodeFile(SHARED + 'data/recordings/' + file);
    const samples = downmix({ channels, sampleRateHz });
    for (const [name, options] of Object.entries(PLANS)) {
      const plan = planSlices(samples, sampleRateHz, options);
      for (const { utterance, startSec, endSec, insideDbfs } of lossesOf(file, plan, samples, sampleRateHz)) {
        expect(Math.max(startSec, endSec), `${name}, ${utterance}`).toBeLessThanOrEqual(0.02);
        expect(insideDbfs, `${name}, ${utterance}`).toBeLessThan(-40);
      }
      for (const { start, end } of plan) {
        expect(end - start).toBeLessThanOrEqual(((options.maxLengthMs ?? Infinity) / 1000) * sampleRateHz);
        const quarter = Math.round(0.0125 * sampleRateHz); // 25 ms around each end
        for (const at of [start, end]) expect(loudest(samples, Math.max(0, at - quarter), Math.min(samples.length, at + quarter), 2 * quarter), `${name}, cut at ${at / sampleRateHz} s`).toBeLessThan(-40);
      }
      const slicer = createSlicer({ sampleRateHz, ...options });
      for (let at = 0; at < samples.length; at += 77_777) slicer.push(samples.subarray(at, at + 77_777));
      expect(slicer.end()).toEqual(plan);
    }
  });
});
