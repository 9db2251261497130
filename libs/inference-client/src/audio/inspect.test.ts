import { describe, expect, it } from 'vitest';
import { inspectSamples, soundingSec } from './inspect.js';
import { leastSpeechSec } from './pace.js';

const noise = (n: number) => new Float32Array(n).map((_, i) => (i % 2 === 0 ? 0.1 : -0.1));
const inspect = (samples: Float32Array, sampleRateHz = 32_000, text = 'hello') => inspectSamples({ samples, sampleRateHz, channels: 1 }, { text, onTooShort: 'error' });

describe('inspectSamples', () => {
  it.each([
    [new Float32Array(0), 32_000, 'CLIENT_AUDIO_EMPTY'],
    [new Float32Array(16_000), 16_000, 'CLIENT_ENGINE_SILENCE'],
    [new Float32Array(16_000), 32_000, 'CLIENT_AUDIO_SILENT'],
    [new Float32Array(15_999), 16_000, 'CLIENT_AUDIO_SILENT'],
    [Float32Array.of(0.1, NaN), 32_000, 'CLIENT_AUDIO_NOT_FINITE'],
    [Float32Array.of(0.1, Infinity), 32_000, 'CLIENT_AUDIO_NOT_FINITE'],
    [noise(320), 32_000, 'CLIENT_AUDIO_TOO_SHORT'],
  ])('case %#', (samples, rate, code) => {
    expect(() => inspect(samples, rate)).toThrowError(expect.objectContaining({ code }));
  });

  it('takes real speech at 16 kHz, which is not a failure by itself', () => {
    expect(inspect(noise(16_000), 16_000)).toEqual([]);
  });

  it('does not count silence as speech', () => {
    const mostlySilent = new Float32Array(320_000);
    mostlySilent.set(noise(320));
    expect(() => inspect(mostlySilent)).toThrow('0.01 s of sound cannot hold a text that takes at least 0.11 s');
    expect(soundingSec(mostlySilent, 32_000)).toBeCloseTo(0.01);
  });
});

describe('leastSpeechSec', () => {
  it('is far below ordinary speech in both scripts', () => {
    expect(leastSpeechSec('今天天气很好我们出去走走吧')).toBeLessThan(13 / 6 / 2);
    expect(leastSpeechSec('Thank you for calling our service desk')).toBeLessThan(38 / 17 / 2);
  });
  it('halves at twice the speed, and is 0 without letters', () => {
    expect(leastSpeechSec('hello', 2)).toBeCloseTo(leastSpeechSec('hello') / 2);
    expect(leastSpeechSec('…!')).toBe(0);
  });
});
