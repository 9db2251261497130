import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runPipeline } from '@voxtune/pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import { trainingStages } from '../src/index.js';
import { hasStandIn, makeVoice, type MadeVoice } from './make-voice.js';

const voices: MadeVoice[] = [];
afterEach(() => voices.splice(0).forEach((voice) => voice.remove()));

describe.skipIf(!hasStandIn)('features that the engine wrote with exit code 0', () => {
  it('are looked into: each bad one names its clip, is deleted, and heals by a plain run', { timeout: 60_000 }, async () => {
    const voice = makeVoice();
    voices.push(voice);
    const run = (faults: string) => runPipeline(trainingStages(voice.options({ env: { STAND_IN_FAULTS: faults } })), { root: voice.root, until: 'features-semantic', force: true, from: 'features-text' });
    const { stages, ok } = await run('text:nan=c0,text:shape=c1,ssl:nan=c2,ssl:shape=c3,sv:nan=c4,sv:shape=c5');
    expect(ok).toBe(false); // of six clips none was left after the speakers
    const dropped = Object.fromEntries(stages.flatMap(({ dropped }) => dropped.map(({ id, reason }) => [id, reason])));
    expect(dropped['c0']).toMatch(/^its BERT features hold 1 number of \d+ that are NaN or infinite$/);
    expect(dropped['c1']).toMatch(/^its BERT features have the shape \[1024, (\d+)\] instead of \[1024, \d+\], its phones$/);
    expect(dropped['c2']).toMatch(/^its HuBERT features hold 1 number of/);
    expect(dropped['c3']).toBe('its HuBERT features have 59 frames, while its 2.40 s of audio make 119');
    expect(existsSync(join(voice.root, 'work/engine/experiment/4-cnhubert/c3.wav.pt'))).toBe(false);
    const speaker = await run('sv:nan=c4,sv:shape=c5');
    expect(speaker.stages.find(({ id }) => id === 'features-speaker')).toMatchObject({ in: 6, kept: 4, dropped: [{ id: 'c4', reason: expect.stringContaining('NaN') }, { id: 'c5', reason: 'its speaker embedding has the shape [1, 192] instead of [1, 20480]' }] });
    const healed = await run('');
    expect(healed.stages.map(({ kept }) => kept).slice(0, 4)).toEqual([6, 6, 6, 6]);
  });
});
