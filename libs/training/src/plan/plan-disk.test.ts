import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENGINE_VERSIONS } from '../profile/versions.js';
import { planDisk, type DiskFacts } from './plan-disk.js';

const LISTING = new URL('../../../../../shared/vectors/engine/exp/listing.txt', import.meta.url);
const hasListing = existsSync(LISTING);
const FACTS: DiskFacts = { version: 'v2Pro', clips: 10, seconds: 0, bert: true, gpt: { epochs: 1, saveEvery: 1 }, sovits: { epochs: 1, saveEvery: 1 }, keepCheckpoints: 1, pretrained: { gpt: 0, s2G: 0, s2D: 0 } };

describe('the disk a voice takes', () => {
  it.skipIf(!hasListing)(`is at least what the real engine wrote, and not twice as much${hasListing ? '' : ' (skipped: needs ../shared)'}`, () => {
    const files = readFileSync(LISTING, 'utf8').trim().split('\n').map((line) => line.split(' ') as [string, string]);
    const sum = (name: RegExp): number => files.filter(([, path]) => name.test(path)).reduce((bytes, [size]) => bytes + Number(size), 0);
    const seconds = (sum(/5-wav32k/) - 10 * 44) / 64_000;
    const features = sum(/logs\/exp1\/(3-bert|4-cnhubert|5-wav32k|7-sv_cn|6-name2semantic)/);
    const plan = planDisk({ ...FACTS, seconds, pretrained: { gpt: sum(/exp1-e1\.ckpt/), s2G: sum(/exp1_e1_s4/), s2D: 63.2e6 * 2 } });
    expect(plan.features / features).toBeGreaterThan(1);
    expect(plan.features / features).toBeLessThan(2);
    const checkpoint = 6 * sum(/exp1-e1\.ckpt/);
    expect(checkpoint / sum(/logs_s1_v2Pro\/ckpt\/epoch=2-step=13/)).toBeCloseTo(1, 1);
  });

  it('holds checkpoints of three numbers a parameter: 758 MB for the discriminator’s 63.2 million', () => {
    const { checkpoints } = planDisk({ ...FACTS, pretrained: { gpt: 0, s2G: 0, s2D: 63.2e6 * 2 } });
    expect((checkpoints ?? 0) / 3e6).toBeCloseTo(758.4, 1); // kept, being saved, its temporary copy
  });

  it('never falls when there is more of anything; what is not known counts as unknown', () => {
    const count = fc.integer({ min: 1, max: 500 });
    fc.assert(fc.property(fc.constantFrom(...ENGINE_VERSIONS), count, fc.integer({ min: 100, max: 20_000 }), count, count, (version, epochs, clips, keep, size) => {
      const facts: DiskFacts = { ...FACTS, version, clips, seconds: clips * 5, gpt: { epochs, saveEvery: 1 }, keepCheckpoints: keep, pretrained: { gpt: size, s2G: size, s2D: size } };
      const { total } = planDisk(facts);
      expect(planDisk({ ...facts, clips: clips + 1 }).total).toBeGreaterThan(total);
      expect(planDisk({ ...facts, seconds: clips * 6 }).total).toBeGreaterThan(total);
      expect(planDisk({ ...facts, keepCheckpoints: keep + 1 }).total).toBeGreaterThan(total);
      expect(planDisk({ ...facts, gpt: { epochs: epochs + 1, saveEvery: 1 } }).total).toBeGreaterThan(total);
      expect(planDisk({ ...facts, pretrained: { gpt: size, s2G: null, s2D: size } })).toMatchObject({ checkpoints: null, weights: null });
    }));
  });
});
