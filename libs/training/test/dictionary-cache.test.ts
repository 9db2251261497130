import { runPipeline } from '@voxtune/pipeline';
import { describe, expect, it } from 'vitest';
import { trainingStages } from '../src/index.js';
import { hasStandIn, makeVoice } from './make-voice.js';

describe.skipIf(!hasStandIn)('two runs that start together on one checkout (stand-in)', () => {
  it('lose no clip to a dictionary cache that is half written: the text is read once more', { timeout: 60_000 }, async () => {
    const voice = makeVoice();
    try {
      const { stages, failed } = await runPipeline(trainingStages(voice.options({ env: { STAND_IN_FAULTS: 'text:cache-cut=c0' } })), { root: voice.root, until: 'features-text' });
      expect(failed).toBeUndefined();
      expect(stages.find(({ id }) => id === 'features-text')).toMatchObject({ state: 'done', in: 6, kept: 6, dropped: [] });
    } finally {
      voice.remove();
    }
  });
});
