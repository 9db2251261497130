import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { AudioError } from '../errors.js';
import { decodeFlac } from '../flac/decode-flac.js';
import { decodeMp3 } from '../mp3/decode-mp3.js';
import { decodeWav } from '../wav/decode-wav.js';
import { encodeWav } from '../wav/encode-wav.js';
import golden from './files.golden.json' with { type: 'json' };

const stored = (name: string): Uint8Array => Uint8Array.from(Buffer.from(golden.cases.find((c) => c.name === name)!.base64, 'base64'));

describe('cut off at every byte (wav), every 23rd (flac), every 31st (mp3): a typed error, or the samples so far and a warning', () => {
  it.each([
    ['wav', encodeWav({ sampleRateHz: 8000, channels: [noise(300, 1), noise(300, 2)] }, { format: 'pcm24' }), decodeWav, 1],
    ['flac', stored('tone-right-side.flac'), decodeFlac, 23],
    ['mp3', stored('tone-mono.mp3'), decodeMp3, 31],
  ] as const)('%s', async (_, good, decode, step) => {
    const whole = await decode(good);
    const length = whole.channels[0]!.length;
    let errors = 0, parts = 0;
    for (let end = 0; end < good.length; end += step) {
      const result = await Promise.resolve().then(() => decode(good.slice(0, end))).catch((error: unknown) => error);
      if (result instanceof Error) { expect(result).toBeInstanceOf(AudioError); errors += 1; continue; }
      const { channels, warnings } = result as typeof whole;
      expect(channels[0]!.length).toBeLessThanOrEqual(length);
      if (channels[0]!.length < length) expect(warnings.map(({ code }) => code)).toContain('AUDIO_TRUNCATED');
      parts += 1;
    }
    expect(errors).toBeGreaterThan(0);
    expect(parts).toBeGreaterThan(0);
  }, 30_000);
});
