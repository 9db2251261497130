import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPipeline } from '@voxtune/pipeline';
import { describe, expect, it } from 'vitest';
import { trainingStages } from '../src/index.js';
import { hasStandIn, makeVoice, STAND_IN } from './make-voice.js';

const S2G = 'GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth';

describe.skipIf(!hasStandIn)('what a later stage lacks is told before the first one starts (stand-in)', () => {
  it.each<[string, RegExp, (file: string) => void]>([
    ['a missing s2G', /s2Gv2Pro\.pth in .* — download/, (file) => rmSync(file)],
    ['a truncated s2G', /a whole \S+s2Gv2Pro\.pth .* is cut short.* — download it again/, (file) => writeFileSync(file, `PK\u0003\u0004${'and no more '.repeat(99)}`)],
  ])('%s', { timeout: 180_000 }, async (_, reason, damage) => {
    const voice = makeVoice();
    const engineRoot = join(voice.root, 'engine');
    try {
      cpSync(STAND_IN, engineRoot, { recursive: true });
      damage(join(engineRoot, S2G));
      const run = async () => (await runPipeline(trainingStages(voice.options({ engineRoot })), { root: voice.root })).stages;
      const stages = await run();
      expect(stages.map(({ state }) => state)).toEqual(Array(6).fill('skipped'));
      expect(stages[0]?.reason).toMatch(reason);
      cpSync(join(STAND_IN, S2G), join(engineRoot, S2G));
      expect((await run()).map(({ state }) => state)).toEqual(Array(6).fill('done'));
    } finally {
      voice.remove();
    }
  });
});
