import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeAdts, probeOggVorbis } from './packets.js';

const RECORDED = new URL('../../../../../shared/vectors/engine/http/', import.meta.url);
const present = existsSync(new URL('b_get_ogg', RECORDED));
/** The same request as raw: 142 080 bytes of 16-bit samples at 32 kHz. */
const RAW_SEC = 142_080 / 2 / 32_000;

describe.skipIf(!present)(`recorded answers${present ? '' : ' (skipped: ../shared/vectors/engine/http is not here)'}`, () => {
  it('ogg: the length of the raw answer, to the sample', () => {
    const ogg = probeOggVorbis(readFileSync(new URL('b_get_ogg', RECORDED)));
    expect(ogg).toEqual({ sampleRateHz: 32_000, channels: 1, durationSec: RAW_SEC });
  });
  it('ogg: files one after another add up', () => {
    const one = readFileSync(new URL('b_get_ogg', RECORDED));
    expect(probeOggVorbis(Buffer.concat([one, one]))?.durationSec).toBeCloseTo(2 * RAW_SEC, 9);
  });
  it('aac: the length of the raw answer, to two frames of 1024 samples', () => {
    const aac = probeAdts(readFileSync(new URL('b_get_aac', RECORDED)));
    expect(aac).toMatchObject({ sampleRateHz: 32_000, channels: 1 });
    expect(Math.abs((aac?.durationSec ?? 0) - RAW_SEC)).toBeLessThan((2 * 1024) / 32_000);
  });
});

const ffmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it.skipIf(!ffmpeg)(`agrees with ffmpeg's aac${ffmpeg ? '' : ' (skipped: no ffmpeg)'}`, () => {
  const aac = execFileSync('ffmpeg', ['-loglevel', 'error', '-f', 'lavfi', '-i', 'sine=duration=2:sample_rate=44100', '-c:a', 'aac', '-f', 'adts', '-']);
  const found = probeAdts(aac);
  expect([found?.sampleRateHz, found?.channels]).toEqual([44_100, 1]);
  expect(found?.durationSec).toBeCloseTo(2, 1);
});

it('is null for anything else', () => {
  const text = new TextEncoder().encode('no audio at all, only words, but long enough to look like some');
  expect([probeAdts(text), probeOggVorbis(text), probeAdts(new Uint8Array(0)), probeOggVorbis(new Uint8Array(0))]).toEqual([null, null, null, null]);
});
